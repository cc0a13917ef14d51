//! A tenant's line to the provider of an intent: the one seam between what is wanted and who is asked for it.

use crate::mandates::{self, Mandate};
use crate::model::{Intent, IntentState, PaymentState, Refund, Way};
use crate::provider::{Asked, Opened, Provider, ProviderPayment, ProviderRefund};
use crate::razorpay::{LINK, Razorpay};
use crate::stripe::Stripe;
use crate::trouble::Trouble;
use crate::world::World;
use facts::{ContactId, TenantId};
use store::Error;
use web::App;

/// A line to one provider.
pub(crate) enum Line<'a> {
    /// To Razorpay, with the shop's own address, to which buyers come back.
    Razorpay(Razorpay<'a>, String),
    /// To Stripe, with the shop's own address, to which buyers come back.
    Stripe(Stripe<'a>, String),
}

impl Line<'_> {
    /// Whom it leads to.
    pub fn provider(&self) -> Provider {
        match self {
            Line::Razorpay(..) => Provider::Razorpay,
            Line::Stripe(..) => Provider::Stripe,
        }
    }

    /// Makes what a buyer pays, once. `again` says that a try went before: Razorpay is asked for the order of our receipt first, and Stripe
    /// answers the same idempotency key with the same session.
    pub async fn open(&self, intent: &Intent, again: bool, customer: Option<&str>) -> Result<Opened, Trouble> {
        match self {
            Line::Razorpay(razorpay, home) if intent.way == Way::Link => {
                let made = if again { razorpay.link_of_reference(&intent.receipt).await? } else { None };
                match made {
                    Some(made) => Ok(made),
                    None => razorpay.make_link(intent, home).await,
                }
            }
            Line::Razorpay(razorpay, _) => {
                let made = if again { razorpay.order_of_receipt(&intent.receipt).await? } else { None };
                let id = match made {
                    Some(id) => id,
                    None => razorpay.make_order(intent).await?,
                };
                Ok(Opened { id, url: None })
            }
            Line::Stripe(stripe, home) => stripe.make_session(intent, home, customer).await,
        }
    }

    /// Charges a customer who is not present, once.
    pub async fn charge(&self, intent: &Intent, mandate: &Mandate) -> Result<(Opened, Asked), Trouble> {
        match self {
            Line::Stripe(stripe, _) => stripe.charge(intent, mandate).await,
            Line::Razorpay(..) => Err(Trouble::Refused(400, "Razorpay keeps nothing of how this customer pays.".to_owned())),
        }
    }

    /// The charge of an intent that an earlier try may have made; nothing is charged by this.
    pub async fn find_charge(&self, intent: &Intent, mandate: &Mandate) -> Result<Option<(Opened, Asked)>, Trouble> {
        match self {
            Line::Stripe(stripe, _) => stripe.find_charge(intent, mandate).await,
            Line::Razorpay(..) => Ok(None),
        }
    }

    /// Where a customer looks after what the provider keeps of them; nowhere, where it has no such page.
    pub async fn portal(&self, customer: &str, back: &str) -> Result<Option<String>, Trouble> {
        match self {
            Line::Razorpay(..) => Ok(None),
            Line::Stripe(stripe, _) => stripe.portal(customer, back).await.map(Some),
        }
    }

    /// What a buyer pays, where our row does not know of it and the provider does.
    pub async fn find(&self, intent: &Intent) -> Result<Option<Opened>, Trouble> {
        match (&intent.provider_order_id, self) {
            (Some(id), _) => Ok(Some(Opened { id: id.clone(), url: intent.checkout_url.clone() })),
            (None, Line::Razorpay(razorpay, _)) if intent.way == Way::Link => razorpay.link_of_reference(&intent.receipt).await,
            (None, Line::Razorpay(razorpay, _)) => Ok(razorpay.order_of_receipt(&intent.receipt).await?.map(|id| Opened { id, url: None })),
            // Its errand is still under way, and repeats itself without harm.
            (None, Line::Stripe(..)) => Ok(None),
        }
    }

    /// Asks for every try at paying an intent, and takes the money of one that is only authorised.
    pub async fn ask(&self, intent: &Intent, opened_id: &str) -> Result<Asked, Trouble> {
        match self {
            Line::Razorpay(razorpay, _) => {
                let mut asked = if opened_id.starts_with(LINK) {
                    razorpay.ask_link(opened_id).await?
                } else {
                    Asked { payments: razorpay.payments_of_order(opened_id).await?, over: false }
                };
                take_authorised(razorpay, intent, &mut asked.payments).await?;
                Ok(asked)
            }
            Line::Stripe(stripe, _) => stripe.ask(opened_id).await,
        }
    }

    /// Sees to it that nobody pays any more what is cancelled or paid otherwise, where the provider offers that.
    pub async fn close(&self, opened_id: &str) -> Result<(), Trouble> {
        match self {
            Line::Razorpay(razorpay, _) if opened_id.starts_with(LINK) => razorpay.cancel_link(opened_id).await,
            Line::Razorpay(..) => Ok(()),
            Line::Stripe(stripe, _) => stripe.close(opened_id).await,
        }
    }

    /// Gives money back, once: the refund's id is the idempotency key.
    pub async fn give_back(&self, refund: &Refund, provider_payment_id: &str) -> Result<ProviderRefund, Trouble> {
        match self {
            Line::Razorpay(razorpay, _) => razorpay.give_back(refund, provider_payment_id).await,
            Line::Stripe(stripe, _) => stripe.give_back(refund, provider_payment_id).await,
        }
    }

    /// Every refund of a payment that the provider knows of.
    pub async fn refunds_of(&self, provider_payment_id: &str) -> Result<Vec<ProviderRefund>, Trouble> {
        match self {
            Line::Razorpay(razorpay, _) => razorpay.refunds_of(provider_payment_id).await,
            Line::Stripe(stripe, _) => stripe.refunds_of(provider_payment_id).await,
        }
    }

    /// What became of a refund of ours, where the provider knows of it.
    pub async fn find_refund(&self, refund: &Refund, provider_payment_id: &str) -> Result<Option<ProviderRefund>, Trouble> {
        let ours = |made: &ProviderRefund| refund.provider_refund_id.as_ref() == Some(&made.id) || made.ours == Some(refund.id);
        Ok(self.refunds_of(provider_payment_id).await?.into_iter().find(ours))
    }
}

/// Takes the money of the first authorised payment that fits, where the intent wants it and none is captured yet.
async fn take_authorised(razorpay: &Razorpay<'_>, intent: &Intent, payments: &mut [ProviderPayment]) -> Result<(), Trouble> {
    let wanted = matches!(intent.state, IntentState::Opening | IntentState::Open | IntentState::Expired);
    if !wanted || payments.iter().any(|payment| payment.state >= PaymentState::Captured) {
        return Ok(());
    }
    let fits = |payment: &&mut ProviderPayment| {
        payment.state == PaymentState::Authorized && payment.amount == intent.amount_minor && payment.currency == intent.currency.code()
    };
    if let Some(payment) = payments.iter_mut().find(fits) {
        *payment = razorpay.capture(payment).await?;
    }
    Ok(())
}

/// The address of the page on which a customer looks after what the provider keeps of them.
///
/// # Errors
/// `no_portal` where the provider knows nobody of that name, or has no such page; `provider_unavailable` while it does not answer.
pub(crate) async fn portal(app: &App, tenant: TenantId, contact: ContactId) -> Result<String, Error> {
    let world = app.extra::<World>()?;
    let none = || Error::conflict("no_portal", "Nothing is kept of how this customer pays, so there is no such page for them.");
    let known = mandates::customer(&mut app.db.read_main(tenant), contact).await?.ok_or_else(none)?;
    let unavailable = |trouble: Trouble| Error::unavailable("provider_unavailable", trouble.to_string());
    let home = identity::shop_url(&mut app.db.read(tenant), &app.public_url).await?;
    let line = world.line_to(tenant, known.provider).await.map_err(unavailable)?;
    line.portal(&known.customer, &home).await.map_err(unavailable)?.ok_or_else(none)
}
