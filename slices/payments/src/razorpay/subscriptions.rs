//! Subscriptions that Razorpay runs. After its published reference; not yet verified against the live API.

use super::Razorpay;
use super::calls::plain;
use super::wire::Collection;
use crate::mirror::{Invoiced, Person, Said, Standing, at, currency, maybe_at, rules};
use crate::provider::Provider;
use crate::trouble::Trouble;
use facts::provider_subscriptions::{Interval, LastInvoice};
use facts::subscriptions::SubscriptionState;
use serde::Deserialize;

/// Invoices that are looked at: as many as a page may have.
const PAGE: &str = "100";

#[derive(Debug, Clone, Deserialize)]
struct Subscription {
    plan_id: String,
    status: String,
    customer_id: Option<String>,
    quantity: Option<i64>,
    /// None before the first charge.
    current_start: Option<i64>,
    current_end: Option<i64>,
    start_at: Option<i64>,
    charge_at: Option<i64>,
    ended_at: Option<i64>,
    created_at: i64,
}

#[derive(Debug, Clone, Deserialize)]
struct Plan {
    period: String,
    interval: i64,
    item: PlanItem,
}

#[derive(Debug, Clone, Deserialize)]
struct PlanItem {
    name: String,
    amount: i64,
    currency: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Customer {
    name: Option<String>,
    email: Option<String>,
    contact: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Invoice {
    status: String,
    order_id: Option<String>,
    payment_id: Option<String>,
    created_at: i64,
    customer_details: Option<Customer>,
}

impl Razorpay<'_> {
    /// All that is known of a subscription, and of its last invoices.
    ///
    /// # Errors
    /// What kept the provider from answering, or what of its answer cannot be read.
    pub async fn subscription(&self, id: &str) -> Result<Said, Trouble> {
        let subscription: Subscription = self.get(&format!("/subscriptions/{}", plain(id)?), &[]).await?;
        let plan: Plan = self.get(&format!("/plans/{}", plain(&subscription.plan_id)?), &[]).await?;
        let wanted = [("subscription_id", id.to_owned()), ("count", PAGE.to_owned())];
        let invoices: Collection<Invoice> = self.get("/invoices", &wanted).await?;
        let customer: Option<Customer> = match &subscription.customer_id {
            Some(customer) => Some(self.get(&format!("/customers/{}", plain(customer)?), &[]).await?),
            None => None,
        };
        subscription.said(plan, customer, invoices.items)
    }
}

impl Subscription {
    /// In our words. One that nobody has been charged for yet is in a period that ends with its first charge.
    fn said(self, plan: Plan, customer: Option<Customer>, mut invoices: Vec<Invoice>) -> Result<Said, Trouble> {
        let unread = |what: String| Trouble::Refused(422, format!("Razorpay's subscription {what}, which cannot be read here."));
        let state = rules::state(Provider::Razorpay, &self.status).ok_or_else(|| unread(format!("is {}", self.status)))?;
        let (interval, every) = plan.recurs().ok_or_else(|| unread(format!("recurs {}", plan.period)))?;
        let quantity = self.quantity.unwrap_or(1);
        let amount = plan.item.amount.checked_mul(quantity).ok_or_else(|| unread("costs more than can be counted".to_owned()))?;
        let first = self.start_at.or(self.charge_at).filter(|first| *first > 0).unwrap_or(self.created_at);
        let begun = self.current_start.filter(|begun| *begun > 0).unwrap_or_else(|| self.created_at.min(first));
        invoices.sort_by_key(|invoice| std::cmp::Reverse(invoice.created_at));
        let standing = Standing {
            state,
            price: self.plan_id,
            plan: plan.item.name,
            amount_minor: amount,
            currency: currency(Provider::Razorpay, &plan.item.currency)?,
            interval,
            every,
            quantity,
            period_start: at(begun),
            period_end: at(self.current_end.filter(|over| *over > 0).unwrap_or(first)),
            trial_end: (state == SubscriptionState::Trialing).then(|| at(first)),
            ends_at: None,
            cancel_at_period_end: false,
            ended_at: maybe_at(self.ended_at),
            last_invoice: invoices.iter().find_map(|invoice| invoice.standing(state)),
        };
        // Whoever subscribed by a link may be no customer; their invoice knows them.
        let known = customer.or_else(|| invoices.iter().find_map(|invoice| invoice.customer_details.clone())).unwrap_or_default();
        let person = Person { customer: self.customer_id, name: known.name, email: known.email, phone: known.contact };
        Ok(Said { standing, person, paid: invoices.into_iter().filter_map(Invoice::paid).collect() })
    }
}

impl Plan {
    fn recurs(&self) -> Option<(Interval, i64)> {
        let every = self.interval.max(1);
        match self.period.as_str() {
            "daily" => Some((Interval::Day, every)),
            "weekly" => Some((Interval::Week, every)),
            "monthly" => Some((Interval::Month, every)),
            "quarterly" => Some((Interval::Month, every.checked_mul(3)?)),
            "yearly" => Some((Interval::Year, every)),
            _ => None,
        }
    }
}

impl Invoice {
    /// How it stands; one that is asked for while the subscription is late could not be charged.
    fn standing(&self, state: SubscriptionState) -> Option<LastInvoice> {
        let late = matches!(state, SubscriptionState::PastDue | SubscriptionState::Unpaid);
        match self.status.as_str() {
            "paid" => Some(LastInvoice::Paid),
            "issued" | "partially_paid" if late => Some(LastInvoice::Failed),
            "issued" | "partially_paid" => Some(LastInvoice::Open),
            "expired" => Some(LastInvoice::Failed),
            _ => None,
        }
    }

    fn paid(self) -> Option<Invoiced> {
        let payment = self.payment_id.filter(|_| self.status == "paid")?;
        Some(Invoiced { order: self.order_id.unwrap_or_else(|| payment.clone()), payment, made: at(self.created_at) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(subscription: Value, period: &str, invoices: Value) -> Result<Said, Trouble> {
        let plan = json!({"period": period, "interval": 1, "item": {"name": "Milk", "amount": 90_000, "currency": "INR"}});
        let subscription: Subscription = serde_json::from_value(subscription).unwrap();
        subscription.said(serde_json::from_value(plan).unwrap(), None, serde_json::from_value(invoices).unwrap())
    }

    #[test]
    fn a_subscription_and_its_invoices() {
        let told = json!({"plan_id": "plan_1", "status": "pending", "customer_id": null, "quantity": 2, "current_start": 100,
            "current_end": 200, "created_at": 50});
        let invoices = json!([
            {"status": "paid", "order_id": "order_1", "payment_id": "pay_1", "created_at": 60},
            {"status": "issued", "order_id": "order_2", "payment_id": null, "created_at": 100,
             "customer_details": {"name": "Asha", "email": null, "contact": "+919000000001"}},
        ]);
        let said = read(told, "quarterly", invoices).unwrap();
        let standing = &said.standing;
        assert_eq!((standing.state, standing.last_invoice), (SubscriptionState::PastDue, Some(LastInvoice::Failed)));
        assert_eq!((standing.interval, standing.every, standing.amount_minor), (Interval::Month, 3, 180_000));
        assert_eq!((standing.period_start, standing.period_end, said.person.phone.as_deref()), (at(100), at(200), Some("+919000000001")));
        assert_eq!(said.paid, [Invoiced { order: "order_1".into(), payment: "pay_1".into(), made: at(60) }]);
    }

    #[test]
    fn whoever_agreed_to_pay_from_a_later_day_is_on_trial_until_then() {
        let told = json!({"plan_id": "plan_1", "status": "authenticated", "start_at": 900, "charge_at": 900, "created_at": 50,
            "current_start": null, "current_end": null});
        let standing = read(told, "monthly", json!([])).unwrap().standing;
        assert_eq!((standing.state, standing.trial_end), (SubscriptionState::Trialing, Some(at(900))));
        assert_eq!((standing.period_start, standing.period_end), (at(50), at(900)));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let told = |status: &str| json!({"plan_id": "plan_1", "status": status, "created_at": 50});
        assert_eq!(read(told("unheard_of"), "monthly", json!([])).unwrap_err().class(), "refused");
        assert_eq!(read(told("active"), "fortnightly", json!([])).unwrap_err().class(), "refused");
    }
}
