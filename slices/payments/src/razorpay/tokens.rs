//! Razorpay's recurring payments: who a customer is, what they agree to with a payment, the notice before a debit, and the debit
//! (razorpay.com/docs/api/payments/recurring-payments, cards and UPI). Not tried against the real one: which `method` an order may leave
//! out, the longest `expire_at`, `unique_receipt` on such orders, and the payload of `order.notification.failed`.

use super::calls::{Razorpay, plain};
use super::token_wire::{CustomerId, Token};
use super::wire::ProviderOrder;
use crate::mandates::{self, EXPIRES, KeepBy, MOST_MINOR, Mandate};
use crate::model::Intent;
use crate::trouble::Trouble;
use facts::Time;
use serde::de::IgnoredAny;
use serde_json::json;

/// What Razorpay itself writes where a buyer has no e-mail address; a debit cannot do without one.
const NO_EMAIL: &str = "void@razorpay.com";

impl Razorpay<'_> {
    /// Who pays an intent, as Razorpay knows them: whoever has the same phone and address is the same customer, so a repeat finds the first.
    ///
    /// # Errors
    /// What kept the provider from answering, or why it refused.
    pub async fn make_customer(&self, intent: &Intent) -> Result<String, Trouble> {
        let body = json!({
            "name": intent.name.as_deref().unwrap_or("Customer"),
            "contact": intent.phone,
            "email": intent.email.as_deref().unwrap_or(NO_EMAIL),
            "fail_existing": "0",
        });
        let made: CustomerId = self.read(self.http.post(self.url("/customers")).json(&body)).await?;
        Ok(made.id)
    }

    /// Makes the provider's order of an intent whose payer agrees with it to be charged from now on, and gives its id.
    ///
    /// # Errors
    /// [`Trouble::Unknown`] where it may have been made: find out by its receipt before another try.
    pub async fn make_registration(&self, intent: &Intent, customer: &str) -> Result<String, Trouble> {
        let mut body = Self::order_body(intent);
        body["customer_id"] = json!(customer);
        body["method"] = json!(intent.keep_by.unwrap_or(KeepBy::Card).as_str());
        let expire_at = intent.created_at.after(EXPIRES).seconds();
        body["token"] = json!({"max_amount": MOST_MINOR, "expire_at": expire_at, "frequency": "as_presented"});
        let order: ProviderOrder = self.read(self.http.post(self.url("/orders")).json(&body)).await?;
        Ok(order.id)
    }

    /// Makes the order of a debit, by which its customer has notice of it; nothing is taken before `debit_after`, or without
    /// [`Razorpay::debit`].
    ///
    /// # Errors
    /// As [`Razorpay::make_registration`].
    pub async fn give_notice(&self, intent: &Intent, mandate: &Mandate, debit_after: Time) -> Result<String, Trouble> {
        let mut body = Self::order_body(intent);
        body["payment_capture"] = json!(true);
        body["notification"] = json!({"token_id": mandate.method, "payment_after": debit_after.seconds()});
        let order: ProviderOrder = self.read(self.http.post(self.url("/orders")).json(&body)).await?;
        Ok(order.id)
    }

    /// Debits what an order has announced. Repeated it may be a second debit: ask for the order's payments before.
    ///
    /// # Errors
    /// [`Trouble::Unknown`] where it may have been made, or why it was refused.
    pub async fn debit(&self, intent: &Intent, mandate: &Mandate, order_id: &str) -> Result<(), Trouble> {
        let body = json!({
            "email": intent.email.as_deref().unwrap_or(NO_EMAIL),
            "contact": intent.phone,
            "amount": intent.amount_minor,
            "currency": intent.currency,
            "order_id": order_id,
            "customer_id": mandate.customer,
            "token": mandate.method,
            "recurring": "1",
            "description": intent.description,
        });
        self.read::<IgnoredAny>(self.http.post(self.url("/payments/create/recurring")).json(&body)).await.map(drop)
    }

    /// What a customer's agreement is now. One that Razorpay knows no more is over.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn token(&self, mandate: &Mandate) -> Result<mandates::Token, Trouble> {
        let path = format!("/customers/{}/tokens/{}", plain(&mandate.customer)?, plain(&mandate.method)?);
        match self.read::<Token>(self.http.get(self.url(&path))).await {
            Ok(token) => Ok(token.read()),
            Err(Trouble::Refused(..)) => Ok(Token::default().read()),
            Err(trouble) => Err(trouble),
        }
    }
}
