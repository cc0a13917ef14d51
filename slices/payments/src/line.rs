//! A tenant's line to the provider of an intent: the one seam between what is wanted and who is asked for it.

use crate::model::{Intent, IntentState, PaymentState, Refund};
use crate::provider::{Asked, Opened, Provider, ProviderPayment, ProviderRefund};
use crate::razorpay::Razorpay;
use crate::stripe::Stripe;
use crate::trouble::Trouble;

/// A line to one provider.
pub(crate) enum Line<'a> {
    /// To Razorpay.
    Razorpay(Razorpay<'a>),
    /// To Stripe, with the shop's own address, to which buyers come back.
    Stripe(Stripe<'a>, String),
}

impl Line<'_> {
    /// Whom it leads to.
    pub fn provider(&self) -> Provider {
        match self {
            Line::Razorpay(_) => Provider::Razorpay,
            Line::Stripe(..) => Provider::Stripe,
        }
    }

    /// Makes what a buyer pays, once. `again` says that a try went before: Razorpay is asked for the order of our receipt first, and Stripe
    /// answers the same idempotency key with the same session.
    pub async fn open(&self, intent: &Intent, again: bool) -> Result<Opened, Trouble> {
        match self {
            Line::Razorpay(razorpay) => {
                let made = if again { razorpay.order_of_receipt(&intent.receipt).await? } else { None };
                let id = match made {
                    Some(id) => id,
                    None => razorpay.make_order(intent).await?,
                };
                Ok(Opened { id, url: None })
            }
            Line::Stripe(stripe, home) => stripe.make_session(intent, home).await,
        }
    }

    /// The provider's id of what a buyer pays, where our row does not know of it and the provider does.
    pub async fn find(&self, intent: &Intent) -> Result<Option<String>, Trouble> {
        match (&intent.provider_order_id, self) {
            (Some(id), _) => Ok(Some(id.clone())),
            (None, Line::Razorpay(razorpay)) => razorpay.order_of_receipt(&intent.receipt).await,
            // Its errand is still under way, and repeats itself without harm.
            (None, Line::Stripe(..)) => Ok(None),
        }
    }

    /// Asks for every try at paying an intent, and takes the money of one that is only authorised.
    pub async fn ask(&self, intent: &Intent, opened_id: &str) -> Result<Asked, Trouble> {
        match self {
            Line::Razorpay(razorpay) => {
                let mut payments = razorpay.payments_of_order(opened_id).await?;
                take_authorised(razorpay, intent, &mut payments).await?;
                Ok(Asked { payments, over: false })
            }
            Line::Stripe(stripe, _) => stripe.ask(opened_id).await,
        }
    }

    /// Sees to it that nobody pays a cancelled intent any more, where the provider offers that.
    pub async fn close(&self, opened_id: &str) -> Result<(), Trouble> {
        match self {
            Line::Razorpay(_) => Ok(()),
            Line::Stripe(stripe, _) => stripe.expire(opened_id).await,
        }
    }

    /// Gives money back, once: the refund's id is the idempotency key.
    pub async fn give_back(&self, refund: &Refund, provider_payment_id: &str) -> Result<ProviderRefund, Trouble> {
        match self {
            Line::Razorpay(razorpay) => razorpay.give_back(refund, provider_payment_id).await,
            Line::Stripe(stripe, _) => stripe.give_back(refund, provider_payment_id).await,
        }
    }

    /// Every refund of a payment that the provider knows of.
    pub async fn refunds_of(&self, provider_payment_id: &str) -> Result<Vec<ProviderRefund>, Trouble> {
        match self {
            Line::Razorpay(razorpay) => razorpay.refunds_of(provider_payment_id).await,
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
