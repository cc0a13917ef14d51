//! Subscribing.

use crate::held::Held;
use crate::model::{PlanPrice, Subscription};
use crate::rules::Event;
use crate::{money, queries, rows};
use facts::subscriptions::{Cadence, SubscriptionCreated, SubscriptionState};
use facts::{ContactId, PlanId};
use jiff::ToSpan;
use std::time::Duration;
use store::{Command, Db, Error, Key, Once, Result, Tx, Who};

/// The most that one subscription is for, and the longest trial.
const MOST: (i64, i64) = (10_000, 365);

/// Somebody who subscribes and may not be known yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewPerson {
    /// What they are called.
    pub name: Option<String>,
    /// Their phone number.
    pub phone: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
}

/// Subscribes somebody to a plan: on trial, or as soon as the first invoice is paid.
#[derive(Debug, Clone)]
pub(crate) struct CreateSubscription {
    /// Who subscribes, where they are known.
    pub contact: Option<ContactId>,
    /// Who subscribes, where they are not.
    pub person: NewPerson,
    /// The plan's code.
    pub plan: String,
    /// By the month or by the year.
    pub cadence: Cadence,
    /// How many.
    pub quantity: i64,
    /// What is taken off each period, in basis points.
    pub discount_bps: i64,
    /// For how many days it is tried out; as the plan says where nothing is said.
    pub trial_days: Option<i64>,
    /// The idempotency key it came with, which is the subscription's for ever.
    pub key: Option<Key>,
}

const MADE_BEFORE: &str = "subscription_made_before";

/// Subscribes once for a key, also when the key's stored answer is long gone.
///
/// # Errors
/// As [`CreateSubscription`]; `idempotency_key_reused` when the key came with something else before.
pub(crate) async fn create_once(db: &Db, who: &Who, create: CreateSubscription) -> Result<Once<Subscription>> {
    let Some(key) = create.key.clone() else { return Ok(Once { out: db.run(who, create).await?, replayed: false }) };
    match db.run_once(who, key.clone(), create).await {
        Err(error) if error.code() == MADE_BEFORE => found(db, who, &key).await,
        answer => answer,
    }
}

async fn found(db: &Db, who: &Who, key: &Key) -> Result<Once<Subscription>> {
    let mut look = db.read_main(who.tenant);
    let gone = || Error::not_found("subscription");
    let before = queries::made_with(&mut look, &key.key).await?.ok_or_else(gone)?;
    if before.request_hash.as_deref() != Some(&key.body_hash) {
        let message = "This Idempotency-Key came with another subscription before. Use a new key for a new subscription.";
        return Err(Error::invalid("idempotency_key_reused", message));
    }
    let out = queries::subscription(&mut look, before.id).await?.ok_or_else(gone)?;
    Ok(Once { out, replayed: true })
}

impl Command for CreateSubscription {
    const NAME: &'static str = "create_subscription";
    type Out = Subscription;

    async fn run(&self, tx: &mut Tx) -> Result<Subscription> {
        if !(1..=MOST.0).contains(&self.quantity) {
            return Err(Error::field("quantity", format!("1 to {}", MOST.0)));
        }
        if !(0..=10_000).contains(&self.discount_bps) {
            return Err(Error::field("discount_bps", "0 to 10000 basis points"));
        }
        if self.trial_days.is_some_and(|days| !(0..=MOST.1).contains(&days)) {
            return Err(Error::field("trial_days", format!("0 to {}", MOST.1)));
        }
        let plan = queries::plan_by_code(tx, self.plan.trim()).await?.filter(|plan| plan.active);
        let plan = plan.ok_or_else(|| Error::field("plan", "the code of a plan that is offered, such as starter"))?;
        let price = priced(tx, plan.id, self.cadence).await?;
        if !invoices::can_bill(tx).await? {
            let message = "Say first who sells, under Invoices, Billing settings, or with PUT /api/v1/invoice-settings.";
            return Err(Error::conflict("seller_unknown", message));
        }
        let contact = self.contact(tx).await?;
        let customer = contacts::find(tx, contact).await?.and_then(|contact| contact.name.or(contact.phone).or(contact.email));
        let days = self.trial_days.unwrap_or(price.trial_days);
        let sub = self.begun(tx, &price, contact, customer.unwrap_or_default(), days).await?;
        if !rows::insert(tx, &sub, self.key.as_ref()).await? {
            return Err(Error::conflict(MADE_BEFORE, "This subscription was made before."));
        }
        tx.state(SubscriptionCreated {
            subscription_id: sub.id,
            contact_id: contact,
            plan: plan.name.clone(),
            amount: sub.money(money::period(&price, sub.quantity, sub.discount_bps)?),
            cadence: price.cadence,
            state: sub.state,
            starts_on: sub.period_start.to_string(),
        })
        .await?;
        let mut held = Held::of(tx, sub).await?;
        if held.sub.state == SubscriptionState::Incomplete {
            held.renew(tx).await?;
            if held.unpaid.is_none() {
                held.sub.decide_by = None;
                held.move_by(tx, Event::Paid, held.desk.today, "").await?;
            }
        }
        held.settle(tx).await
    }
}

/// What a plan costs now by the month or by the year.
///
/// # Errors
/// The field, where it has no such price.
pub(super) async fn priced(tx: &mut Tx, plan: PlanId, cadence: Cadence) -> Result<PlanPrice> {
    let price = queries::price_of(tx, plan, cadence).await?;
    price.ok_or_else(|| Error::field("cadence", format!("this plan has no price by the {cadence}")))
}

impl CreateSubscription {
    async fn contact(&self, tx: &mut Tx) -> Result<ContactId> {
        if let Some(id) = self.contact {
            let contact = contacts::find(tx, id).await?;
            return Ok(contact.ok_or_else(|| Error::field("contact_id", "There is no such contact."))?.id);
        }
        let NewPerson { name, phone, email } = self.person.clone();
        if phone.is_none() && email.is_none() {
            return Err(Error::field("customer", "contact_id, or a customer with a phone number or an e-mail address"));
        }
        contacts::save(tx, contacts::NewContact { name, phone, email, ..contacts::NewContact::default() }).await
    }

    /// It begins with its trial, or with a period that nobody has paid: that one is billed next.
    async fn begun(&self, tx: &mut Tx, price: &PlanPrice, contact: ContactId, customer: String, trial: i64) -> Result<Subscription> {
        let desk = crate::held::Desk::of(tx).await?;
        let first = desk.today.saturating_add(trial.days());
        let hours = u64::try_from(desk.policy.first_hours).unwrap_or(0);
        let decide_by = (trial == 0).then(|| tx.now().after(Duration::from_secs(hours * 3_600)));
        Ok(Subscription {
            id: tx.id(),
            contact_id: contact,
            customer_name: customer,
            plan_id: Some(price.plan_id),
            price_id: Some(price.id),
            quantity: self.quantity,
            discount_bps: self.discount_bps,
            state: if trial > 0 { SubscriptionState::Trialing } else { SubscriptionState::Incomplete },
            anchor_on: first,
            periods: 0,
            period_start: desk.today,
            period_end: first,
            since_on: desk.today,
            since_minor: 0,
            carry_minor: 0,
            decide_by,
            next_price_id: None,
            next_quantity: None,
            pending: None,
            cancel_on: None,
            pause_on: None,
            resume_on: None,
            past_due_on: None,
            ended_on: None,
            reason: None,
            parked: None,
            mrr_minor: 0,
            currency: price.currency,
            run: None,
            created_at: tx.now(),
        })
    }
}
