//! Subscriptions that Stripe Billing runs, in the shape of today and in the older ones: an answer has that of the version that we ask
//! for, a webhook's that of its endpoint. After its published reference; not yet verified against the live API.

use super::Stripe;
use super::calls::plain;
use super::wire::List;
use crate::mirror::{Invoiced, Person, Said, Standing, at, maybe_at, rules};
use crate::provider::Provider;
use crate::trouble::Trouble;
use facts::Currency;
use facts::provider_subscriptions::{Interval, LastInvoice};
use facts::subscriptions::SubscriptionState;
use serde::Deserialize;
use serde_json::Value;

/// Invoices that are looked at: as many as a page may have.
const PAGE: &str = "100";

/// Something in place of its id, or no more than that.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Either<T> {
    Whole(T),
    Id(String),
}

#[derive(Debug, Clone, Deserialize)]
struct Subscription {
    status: String,
    customer: Option<Either<Customer>>,
    items: List<Item>,
    /// Where the period stood in versions before 2025-03-31; the items have it now.
    current_period_start: Option<i64>,
    current_period_end: Option<i64>,
    start_date: Option<i64>,
    trial_end: Option<i64>,
    #[serde(default)]
    cancel_at_period_end: bool,
    cancel_at: Option<i64>,
    ended_at: Option<i64>,
    pause_collection: Option<Pause>,
}

#[derive(Debug, Clone, Deserialize)]
struct Customer {
    id: String,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Item {
    quantity: Option<i64>,
    current_period_start: Option<i64>,
    current_period_end: Option<i64>,
    price: Price,
}

#[derive(Debug, Clone, Deserialize)]
struct Price {
    id: String,
    nickname: Option<String>,
    /// None where it is by use or in tiers: what that comes to is not known before.
    unit_amount: Option<i64>,
    currency: String,
    recurring: Option<Recurring>,
    product: Option<Either<Product>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Recurring {
    interval: String,
    interval_count: i64,
}

#[derive(Debug, Clone, Deserialize)]
struct Product {
    name: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Pause {
    behavior: String,
}

/// An invoice. Its payments stand in a list since version 2025-03-31; before, the one that it had stood beside its other fields.
#[derive(Debug, Clone, Deserialize)]
struct Invoice {
    status: Option<String>,
    created: i64,
    #[serde(default)]
    attempt_count: i64,
    payments: Option<List<InvoicePayment>>,
    payment_intent: Option<Either<Named>>,
}

#[derive(Debug, Clone, Deserialize)]
struct InvoicePayment {
    payment: InvoicePaid,
}

#[derive(Debug, Clone, Deserialize)]
struct InvoicePaid {
    payment_intent: Option<Either<Named>>,
}

#[derive(Debug, Clone, Deserialize)]
struct Named {
    id: String,
}

impl Either<Named> {
    fn id(self) -> String {
        match self {
            Either::Whole(named) => named.id,
            Either::Id(id) => id,
        }
    }
}

/// The subscription that an event is about; none where it is about none.
pub(super) fn named_by(kind: &str, object: &Value) -> Option<String> {
    let text = |path: &str| {
        let found = object.pointer(path)?;
        found.as_str().or_else(|| found.get("id")?.as_str()).map(str::to_owned)
    };
    if kind.starts_with("customer.subscription.") {
        return text("/id");
    }
    if kind.starts_with("invoice.") {
        return text("/parent/subscription_details/subscription").or_else(|| text("/subscription"));
    }
    let checkout = kind.starts_with("checkout.session.") && object.get("mode").and_then(Value::as_str) == Some("subscription");
    checkout.then(|| text("/subscription")).flatten()
}

impl Stripe<'_> {
    /// All that is known of a subscription, and of its last invoices.
    ///
    /// # Errors
    /// What kept the provider from answering, or what of its answer cannot be read.
    pub async fn subscription(&self, id: &str) -> Result<Said, Trouble> {
        let path = format!("/subscriptions/{}", plain(id)?);
        let expand = [("expand[]", "customer"), ("expand[]", "items.data.price.product")];
        let subscription: Subscription = self.get(&path, expand.into_iter()).await?;
        let wanted = [("subscription", id), ("limit", PAGE), ("expand[]", "data.payments")];
        let invoices: List<Invoice> = self.get("/invoices", wanted.into_iter()).await?;
        subscription.said(invoices.data)
    }
}

impl Subscription {
    /// In our words.
    fn said(self, invoices: Vec<Invoice>) -> Result<Said, Trouble> {
        let unread = |what: &str| Trouble::Refused(422, format!("Stripe's subscription {what}, which cannot be read here."));
        let state = self.state().ok_or_else(|| unread(&format!("is {}", self.status)))?;
        let first = self.items.data.first().ok_or_else(|| unread("has no item"))?;
        let recurring = first.price.recurring.clone().ok_or_else(|| unread("has a price that does not recur"))?;
        let interval: Interval = recurring.interval.parse().map_err(|_| unread(&format!("recurs by the {}", recurring.interval)))?;
        let currency: Currency = crate::mirror::currency(Provider::Stripe, &first.price.currency)?;
        let begun = first.current_period_start.or(self.current_period_start).or(self.start_date);
        let over = first.current_period_end.or(self.current_period_end);
        let (begun, over) = begun.zip(over).ok_or_else(|| unread("has no period"))?;
        let together = self.items.data.iter().filter(|item| item.price.recurring.as_ref() == Some(&recurring));
        let amount: Option<i64> = together.map(Item::amount).try_fold(0_i64, |sum, amount| sum.checked_add(amount?));
        let standing = Standing {
            state,
            price: first.price.id.clone(),
            plan: first.price.called(),
            amount_minor: amount.ok_or_else(|| unread("costs more than can be counted"))?,
            currency,
            interval,
            every: recurring.interval_count.max(1),
            quantity: first.quantity.unwrap_or(1),
            period_start: at(begun),
            period_end: at(over),
            trial_end: maybe_at(self.trial_end),
            ends_at: maybe_at(self.cancel_at).or(self.cancel_at_period_end.then(|| at(over))),
            cancel_at_period_end: self.cancel_at_period_end,
            ended_at: maybe_at(self.ended_at),
            last_invoice: invoices.iter().find_map(Invoice::standing),
        };
        let person = match self.customer {
            Some(Either::Whole(Customer { id, name, email, phone })) => Person { customer: Some(id), name, email, phone },
            Some(Either::Id(id)) => Person { customer: Some(id), ..Person::default() },
            None => Person::default(),
        };
        Ok(Said { standing, person, paid: invoices.into_iter().flat_map(Invoice::paid).collect() })
    }

    /// Invoices of one whose collection is paused are made and voided, so nothing is given; in its other pauses they are only not
    /// charged, and it goes on.
    fn state(&self) -> Option<SubscriptionState> {
        use SubscriptionState as S;
        let state = rules::state(Provider::Stripe, &self.status)?;
        let voided = self.pause_collection.as_ref().is_some_and(|pause| pause.behavior == "void");
        Some(if voided && matches!(state, S::Active | S::Trialing | S::PastDue) { S::Paused } else { state })
    }
}

impl Item {
    fn amount(&self) -> Option<i64> {
        self.price.unit_amount.unwrap_or(0).checked_mul(self.quantity.unwrap_or(1))
    }
}

impl Price {
    fn called(&self) -> String {
        let product = match &self.product {
            Some(Either::Whole(product)) => Some(product.name.clone()),
            Some(Either::Id(_)) | None => None,
        };
        product.or_else(|| self.nickname.clone()).unwrap_or_else(|| self.id.clone())
    }
}

impl Invoice {
    /// How it stands; none of one that asks for nothing.
    fn standing(&self) -> Option<LastInvoice> {
        match self.status.as_deref() {
            Some("paid") => Some(LastInvoice::Paid),
            Some("uncollectible") => Some(LastInvoice::Failed),
            Some("open") if self.attempt_count > 0 => Some(LastInvoice::Failed),
            Some("open") => Some(LastInvoice::Open),
            _ => None,
        }
    }

    /// The payments of one that is paid; none where it was paid elsewhere, or came to nothing.
    fn paid(self) -> Vec<Invoiced> {
        let (made, paid) = (at(self.created), self.status.as_deref() == Some("paid"));
        let listed = self.payments.map(|payments| payments.data).unwrap_or_default().into_iter();
        let mut ids: Vec<String> = listed.filter_map(|listed| listed.payment.payment_intent).map(Either::id).collect();
        if ids.is_empty() {
            ids.extend(self.payment_intent.map(Either::id));
        }
        ids.into_iter().filter(|_| paid).map(|id| Invoiced { order: id.clone(), payment: id, made }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(subscription: Value, invoices: Value) -> Result<Said, Trouble> {
        let subscription: Subscription = serde_json::from_value(subscription).unwrap();
        subscription.said(serde_json::from_value(invoices).unwrap())
    }

    fn price() -> Value {
        json!({"id": "price_1", "unit_amount": 900, "currency": "usd", "recurring": {"interval": "month", "interval_count": 3},
               "product": {"id": "prod_1", "name": "Pro"}})
    }

    #[test]
    fn both_places_of_the_period_and_of_the_payment() {
        let new = json!({"id": "sub_1", "status": "active", "customer": {"id": "cus_1", "email": "a@b.test"},
            "items": {"data": [{"quantity": 2, "current_period_start": 100, "current_period_end": 200, "price": price()}]}});
        let old = json!({"id": "sub_1", "status": "active", "customer": {"id": "cus_1", "email": "a@b.test"},
            "current_period_start": 100, "current_period_end": 200, "items": {"data": [{"quantity": 2, "price": price()}]}});
        let mut both = new.clone();
        (both["current_period_start"], both["current_period_end"]) = (json!(1), json!(2));
        let new_paid = json!([{"id": "in_1", "status": "paid", "created": 100,
            "payments": {"data": [{"status": "paid", "payment": {"type": "payment_intent", "payment_intent": "pi_1"}}]}}]);
        let old_paid = json!([{"id": "in_1", "status": "paid", "created": 100, "payment_intent": "pi_1"}]);
        let said = read(new, new_paid.clone()).unwrap();
        for (subscription, invoices) in [(old.clone(), old_paid.clone()), (old, new_paid.clone()), (both, old_paid)] {
            assert_eq!(read(subscription, invoices).unwrap(), said);
        }
        let standing = &said.standing;
        assert_eq!((standing.period_start, standing.period_end), (at(100), at(200)));
        assert_eq!((standing.amount_minor, standing.quantity, standing.every, standing.plan.as_str()), (1_800, 2, 3, "Pro"));
        assert_eq!((standing.last_invoice, said.paid.len(), said.person.email.as_deref()), (Some(LastInvoice::Paid), 1, Some("a@b.test")));
    }

    #[test]
    fn which_subscription_an_event_names() {
        for (kind, object, named) in [
            ("customer.subscription.updated", json!({"id": "sub_1"}), Some("sub_1")),
            ("customer.subscription.paused", json!({"id": "sub_1"}), Some("sub_1")),
            ("invoice.paid", json!({"id": "in_1", "subscription": "sub_1"}), Some("sub_1")),
            (
                "invoice.paid",
                json!({"parent": {"subscription_details": {"subscription": "sub_1"}}, "subscription": "sub_2"}),
                Some("sub_1"),
            ),
            ("invoice.payment_failed", json!({"parent": {"subscription_details": {"subscription": {"id": "sub_1"}}}}), Some("sub_1")),
            ("invoice.paid", json!({"id": "in_1", "parent": null, "subscription": null}), None),
            ("checkout.session.completed", json!({"id": "cs_1", "mode": "subscription", "subscription": "sub_1"}), Some("sub_1")),
            ("checkout.session.completed", json!({"id": "cs_1", "mode": "payment", "subscription": "sub_1"}), None),
            ("checkout.session.expired", json!({"id": "cs_1", "mode": "subscription", "subscription": null}), None),
            ("payment_intent.succeeded", json!({"id": "pi_1"}), None),
        ] {
            assert_eq!(named_by(kind, &object).as_deref(), named, "{kind} {object}");
        }
    }

    #[test]
    fn how_it_stands_while_its_collection_is_paused() {
        for (status, pause, state) in [
            ("active", json!(null), SubscriptionState::Active),
            ("active", json!({"behavior": "void"}), SubscriptionState::Paused),
            ("active", json!({"behavior": "keep_as_draft"}), SubscriptionState::Active),
            ("past_due", json!({"behavior": "void"}), SubscriptionState::Paused),
            ("canceled", json!({"behavior": "void"}), SubscriptionState::Canceled),
        ] {
            let item = json!({"current_period_start": 1, "current_period_end": 2, "price": price()});
            let told = json!({"status": status, "pause_collection": pause, "items": {"data": [item]}});
            assert_eq!(read(told, json!([])).unwrap().standing.state, state, "{status} {pause}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let item = json!({"current_period_start": 1, "current_period_end": 2, "price": price()});
        for wrong in [
            json!({"status": "unheard_of", "items": {"data": [item]}}),
            json!({"status": "active", "items": {"data": []}}),
            json!({"status": "active", "items": {"data": [{"price": price()}]}}),
        ] {
            assert_eq!(read(wrong, json!([])).unwrap_err().class(), "refused");
        }
    }
}
