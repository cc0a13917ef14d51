//! A tenant's line to the provider of an intent: the one seam between what is wanted and who is asked for it.

use crate::mandates::{self, Mandate, TokenState};
use crate::model::{Intent, IntentState, PaymentState, Refund, Way};
use crate::provider::{Asked, Opened, Provider, ProviderPayment, ProviderRefund};
use crate::razorpay::{LINK, Razorpay};
use crate::stripe::Stripe;
use crate::trouble::Trouble;
use crate::world::World;
use facts::{TenantId, Time};
use store::Trip;

/// A line to one provider.
pub(crate) enum Line<'a> {
    /// To Razorpay.
    Razorpay(Razorpay<'a>),
    /// To Stripe.
    Stripe(Stripe<'a>),
}

impl Line<'_> {
    /// Whom it leads to.
    pub fn provider(&self) -> Provider {
        match self {
            Line::Razorpay(_) => Provider::Razorpay,
            Line::Stripe(_) => Provider::Stripe,
        }
    }

    /// Makes what a buyer pays, once. Where a try went before, Razorpay is asked for the order of our receipt first, and Stripe answers the
    /// same idempotency key with the same session.
    pub async fn open(&self, world: &World, trip: &Trip, intent: &Intent, customer: Option<&str>) -> Result<Opened, Trouble> {
        let again = trip.try_number > 1 || trip.reopened;
        match self {
            Line::Razorpay(razorpay) if intent.way == Way::Link => {
                let made = if again { razorpay.link_of_reference(&intent.receipt).await? } else { None };
                match made {
                    Some(made) => Ok(made),
                    None => razorpay.make_link(intent, &world.home(trip.tenant).await?).await,
                }
            }
            Line::Razorpay(razorpay) => {
                let made = if again { razorpay.order_of_receipt(&intent.receipt).await? } else { None };
                let id = match (made, customer.filter(|_| mandates::registers(intent))) {
                    (Some(id), _) => id,
                    (None, Some(customer)) => razorpay.make_registration(intent, customer).await?,
                    (None, None) => razorpay.make_order(intent).await?,
                };
                Ok(Opened { id, url: None })
            }
            Line::Stripe(stripe) => stripe.make_session(intent, &world.home(trip.tenant).await?, customer).await,
        }
    }

    /// Who pays an intent, by the provider's id, where it asks for that; and whether it was made just now. Razorpay has to know whoever
    /// agrees to be charged from now on before they are asked to pay, and gives the same again where it was asked before.
    pub async fn customer(&self, world: &World, tenant: TenantId, intent: &Intent) -> Result<(Option<String>, bool), Trouble> {
        if self.provider() == Provider::Razorpay && !mandates::registers(intent) {
            return Ok((None, false));
        }
        let known = world.customer(tenant, intent).await?.filter(|known| known.provider == self.provider());
        match (known, self) {
            (Some(known), _) => Ok((Some(known.customer), false)),
            (None, Line::Razorpay(razorpay)) => Ok((Some(razorpay.make_customer(intent).await?), true)),
            (None, Line::Stripe(_)) => Ok((None, false)),
        }
    }

    /// Charges a customer who is not present, once. Razorpay's have notice of it first and are debited later, by [`Line::debit`]; `again`
    /// says that a try went before.
    pub async fn charge(&self, intent: &Intent, mandate: &Mandate, again: bool, debit_after: Time) -> Result<(Opened, Asked), Trouble> {
        match self {
            Line::Stripe(stripe) => stripe.charge(intent, mandate).await,
            Line::Razorpay(razorpay) => {
                let made = if again { razorpay.order_of_receipt(&intent.receipt).await? } else { None };
                let id = match made {
                    Some(id) => id,
                    None => razorpay.give_notice(intent, mandate, debit_after).await?,
                };
                Ok((Opened { id, url: None }, Asked::default()))
            }
        }
    }

    /// Debits what a customer has had notice of. Whoever asks for this has asked before that nothing came of an earlier try.
    pub async fn debit(&self, intent: &Intent, mandate: &Mandate, opened_id: &str) -> Result<(), Trouble> {
        match self {
            Line::Razorpay(razorpay) => razorpay.debit(intent, mandate, opened_id).await,
            Line::Stripe(_) => Err(Trouble::Refused(400, "Stripe charges at once.".to_owned())),
        }
    }

    /// What a customer has agreed to, as the provider has it now; `None` where it does not tell.
    pub async fn token(&self, mandate: &Mandate) -> Result<Option<mandates::Token>, Trouble> {
        match self {
            Line::Razorpay(razorpay) => razorpay.token(mandate).await.map(Some),
            Line::Stripe(_) => Ok(None),
        }
    }

    /// Whether a mandate of which a charge was refused can never be charged again.
    pub async fn is_over(&self, mandate: &Mandate) -> Result<bool, Trouble> {
        Ok(self.token(mandate).await?.is_none_or(|token| token.state == TokenState::Over))
    }

    /// The charge of an intent that an earlier try may have made; nothing is charged by this.
    pub async fn find_charge(&self, intent: &Intent, mandate: &Mandate) -> Result<Option<(Opened, Asked)>, Trouble> {
        match self {
            Line::Stripe(stripe) => stripe.find_charge(intent, mandate).await,
            Line::Razorpay(razorpay) => {
                let made = razorpay.order_of_receipt(&intent.receipt).await?;
                Ok(made.map(|id| (Opened { id, url: None }, Asked::default())))
            }
        }
    }

    /// Where a customer looks after what the provider keeps of them; nowhere, where it has no such page.
    pub async fn portal(&self, customer: &str, back: &str) -> Result<Option<String>, Trouble> {
        match self {
            Line::Razorpay(_) => Ok(None),
            Line::Stripe(stripe) => stripe.portal(customer, back).await.map(Some),
        }
    }

    /// What a buyer pays, where our row does not know of it and the provider does.
    pub async fn find(&self, intent: &Intent) -> Result<Option<Opened>, Trouble> {
        match (&intent.provider_order_id, self) {
            (Some(id), _) => Ok(Some(Opened { id: id.clone(), url: intent.checkout_url.clone() })),
            (None, Line::Razorpay(razorpay)) if intent.way == Way::Link => razorpay.link_of_reference(&intent.receipt).await,
            (None, Line::Razorpay(razorpay)) => Ok(razorpay.order_of_receipt(&intent.receipt).await?.map(|id| Opened { id, url: None })),
            // Its errand is still under way, and repeats itself without harm.
            (None, Line::Stripe(_)) => Ok(None),
        }
    }

    /// Asks for every try at paying an intent, and takes the money of one that is only authorised.
    pub async fn ask(&self, intent: &Intent, opened_id: &str) -> Result<Asked, Trouble> {
        match self {
            Line::Razorpay(razorpay) => {
                let mut asked = if opened_id.starts_with(LINK) {
                    razorpay.ask_link(opened_id).await?
                } else {
                    Asked { payments: razorpay.payments_of_order(opened_id).await?, whole: true, over: false }
                };
                take_authorised(razorpay, intent, &mut asked.payments).await?;
                Ok(asked)
            }
            Line::Stripe(stripe) => stripe.ask(opened_id).await,
        }
    }

    /// Sees to it that nobody pays any more what is cancelled or paid otherwise, where the provider offers that.
    pub async fn close(&self, opened_id: &str) -> Result<(), Trouble> {
        match self {
            Line::Razorpay(razorpay) if opened_id.starts_with(LINK) => razorpay.cancel_link(opened_id).await,
            Line::Razorpay(_) => Ok(()),
            Line::Stripe(stripe) => stripe.close(opened_id).await,
        }
    }

    /// Gives money back, once: the refund's id is the idempotency key.
    pub async fn give_back(&self, refund: &Refund, provider_payment_id: &str) -> Result<ProviderRefund, Trouble> {
        match self {
            Line::Razorpay(razorpay) => razorpay.give_back(refund, provider_payment_id).await,
            Line::Stripe(stripe) => stripe.give_back(refund, provider_payment_id).await,
        }
    }

    /// Every refund of a payment that the provider knows of.
    pub async fn refunds_of(&self, provider_payment_id: &str) -> Result<Vec<ProviderRefund>, Trouble> {
        match self {
            Line::Razorpay(razorpay) => razorpay.refunds_of(provider_payment_id).await,
            Line::Stripe(stripe) => stripe.refunds_of(provider_payment_id).await,
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
