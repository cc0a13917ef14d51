//! Payment links: an address of Razorpay's that is sent to whoever is to pay.

use super::calls::{Razorpay, plain};
use super::wire::{Link, Links};
use crate::model::{Intent, PaymentState};
use crate::provider::{Asked, Opened};
use crate::trouble::Trouble;
use serde_json::json;

/// How the id of a link begins, where an order's begins otherwise.
pub(crate) const LINK: &str = "plink_";

impl Razorpay<'_> {
    /// Makes the link of an intent; `home` is the shop's own address. Our receipt is its reference, which Razorpay takes once.
    ///
    /// # Errors
    /// [`Trouble::Unknown`] where it may have been made: find out with [`Razorpay::link_of_reference`] before another try.
    pub async fn make_link(&self, intent: &Intent, home: &str) -> Result<Opened, Trouble> {
        let mut customer = json!({});
        for (field, value) in [("name", &intent.name), ("contact", &intent.phone), ("email", &intent.email)] {
            if let Some(value) = value {
                customer[field] = json!(value);
            }
        }
        let body = json!({
            "amount": intent.amount_minor,
            "currency": intent.currency,
            "reference_id": intent.receipt,
            "description": intent.description,
            "customer": customer,
            // The shop writes to its customers itself.
            "notify": {"sms": false, "email": false},
            "reminder_enable": false,
            "notes": {"intent_id": intent.id},
            "callback_url": format!("{home}/payments/razorpay/return"),
            "callback_method": "get",
        });
        let made: Link = self.read(self.http.post(self.url("/payment_links")).json(&body)).await?;
        Ok(made.opened())
    }

    /// The link with our reference, where there is one.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn link_of_reference(&self, reference: &str) -> Result<Option<Opened>, Trouble> {
        let query = [("reference_id", reference)];
        let found: Links = self.read(self.http.get(self.url("/payment_links")).query(&query)).await?;
        // The filter is the provider's; the comparison is ours.
        let ours = found.payment_links.into_iter().find(|link| link.reference_id.as_deref() == Some(reference));
        Ok(ours.map(Link::opened))
    }

    /// What became of a link.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn ask_link(&self, id: &str) -> Result<Asked, Trouble> {
        let link: Link = self.read(self.http.get(self.url(&format!("/payment_links/{}", plain(id)?)))).await?;
        let payments = match link.order_id.as_deref().filter(|order| !order.is_empty()) {
            Some(order) => self.payments_of_order(order).await?,
            None => Vec::new(),
        };
        let came = payments.iter().any(|payment| payment.state >= PaymentState::Authorized);
        Ok(Asked { payments, whole: true, over: !came && matches!(link.status.as_str(), "cancelled" | "expired") })
    }

    /// Sees to it that nobody pays a link any more; one that is paid or over stays as it is.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn cancel_link(&self, id: &str) -> Result<(), Trouble> {
        let path = format!("/payment_links/{}/cancel", plain(id)?);
        match self.read::<Link>(self.http.post(self.url(&path))).await {
            Ok(_) | Err(Trouble::Refused(..)) => Ok(()),
            Err(trouble) => Err(trouble),
        }
    }
}
