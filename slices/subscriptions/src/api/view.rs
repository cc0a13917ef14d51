//! Subscriptions and what they were billed for, as JSON.

use crate::model::{Charge, ChargeKind, ChargeState, Run, Subscription};
use facts::provider_subscriptions::{Interval, LastInvoice};
use facts::subscriptions::SubscriptionState;
use facts::{ChargeId, ContactId, Currency, InvoiceId, Money, PlanId, PlanPriceId, SubscriptionId, Time};
use serde::Serialize;
use utoipa::ToSchema;

/// A subscription.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Subscription)]
pub(super) struct SubscriptionView {
    #[schema(value_type = String, example = "sub_01h2xcejqtf2nbrexx3vqjhp41")]
    id: SubscriptionId,
    #[schema(value_type = String)]
    contact_id: ContactId,
    customer_name: String,
    /// Null where a provider runs it under a price that no plan names.
    #[schema(value_type = Option<String>)]
    plan_id: Option<PlanId>,
    /// The version of its price that was agreed on; null where a provider runs it.
    #[schema(value_type = Option<String>)]
    price_id: Option<PlanPriceId>,
    quantity: i64,
    /// What is taken off each period, in basis points.
    discount_bps: i64,
    /// `incomplete`, `trialing`, `active`, `past_due`, `paused`, `unpaid`, `canceled` or `expired`.
    #[schema(value_type = String, example = "active")]
    state: SubscriptionState,
    /// Whether the customer is given what they subscribed to.
    has_access: bool,
    #[schema(example = "2026-11-21")]
    period_start: String,
    /// The day after the last.
    #[schema(example = "2026-12-21")]
    period_end: String,
    /// What goes off the next invoice; below zero it is added.
    #[schema(value_type = web::MoneyShape)]
    carried: Money,
    /// What it brings each month without tax.
    #[schema(value_type = web::MoneyShape)]
    mrr: Money,
    /// The invoice that has to be paid before a change counts.
    #[schema(value_type = Option<String>)]
    pending_invoice_id: Option<InvoiceId>,
    /// The price from the next period on.
    #[schema(value_type = Option<String>)]
    next_price_id: Option<PlanPriceId>,
    next_quantity: Option<i64>,
    /// The day on which it ends.
    cancel_on: Option<String>,
    /// The day on which it begins to rest.
    pause_on: Option<String>,
    /// The day on which it goes on.
    resume_on: Option<String>,
    past_due_on: Option<String>,
    ended_on: Option<String>,
    reason: Option<String>,
    /// Why a person has to look before it goes on.
    parked: Option<String>,
    /// What the provider says that runs it; null where it is run here.
    run: Option<RunView>,
    #[schema(value_type = String, example = "2026-11-21T09:30:00Z")]
    created_at: Time,
}

/// A subscription as the provider has it that runs it. It is changed there; here every such wish is answered with `run_by_provider`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SubscriptionRun)]
struct RunView {
    /// `stripe` or `razorpay`.
    #[schema(value_type = String, example = "stripe")]
    provider: payments::Provider,
    #[schema(example = "sub_1Q2w3E4r5T")]
    provider_subscription_id: String,
    /// The provider's id of its price or plan.
    provider_price: String,
    /// What the provider calls its plan.
    plan: String,
    /// What a period costs, all of it, as the provider states it.
    #[schema(value_type = web::MoneyShape)]
    amount: Money,
    /// `day`, `week`, `month` or `year`.
    #[schema(value_type = String, example = "month")]
    interval: Interval,
    /// How many of them a period is.
    #[schema(example = 1)]
    every: i64,
    /// How its newest invoice stands: `open`, `paid` or `failed`.
    #[schema(value_type = Option<String>, example = "paid")]
    last_invoice: Option<LastInvoice>,
    /// Where the merchant looks after it.
    page: String,
}

impl RunView {
    fn of(run: Run, currency: Currency) -> Self {
        Self {
            page: run.page(),
            provider: run.provider,
            provider_subscription_id: run.theirs,
            provider_price: run.price,
            plan: run.plan,
            amount: Money::new(run.amount_minor, currency),
            interval: run.interval,
            every: run.every,
            last_invoice: run.last_invoice,
        }
    }
}

impl From<Subscription> for SubscriptionView {
    fn from(sub: Subscription) -> Self {
        let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
        Self {
            has_access: sub.has_access(),
            carried: sub.money(sub.carry_minor),
            mrr: sub.money(sub.mrr_minor),
            id: sub.id,
            contact_id: sub.contact_id,
            plan_id: sub.plan_id,
            price_id: sub.price_id,
            quantity: sub.quantity,
            discount_bps: sub.discount_bps,
            state: sub.state,
            period_start: sub.period_start.to_string(),
            period_end: sub.period_end.to_string(),
            pending_invoice_id: sub.pending.as_ref().map(|pending| pending.0.invoice_id),
            next_price_id: sub.next_price_id,
            next_quantity: sub.next_quantity,
            cancel_on: day(sub.cancel_on),
            pause_on: day(sub.pause_on),
            resume_on: day(sub.resume_on),
            past_due_on: day(sub.past_due_on),
            ended_on: day(sub.ended_on),
            customer_name: sub.customer_name,
            reason: sub.reason,
            parked: sub.parked,
            run: sub.run.map(|run| RunView::of(run.0, sub.currency)),
            created_at: sub.created_at,
        }
    }
}

/// What a subscription was billed for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SubscriptionCharge)]
pub(super) struct ChargeView {
    #[schema(value_type = String)]
    id: ChargeId,
    /// `period`, `change` or `usage`.
    #[schema(value_type = String, example = "period")]
    kind: ChargeKind,
    from: String,
    /// The day after the last.
    to: String,
    quantity: i64,
    /// What the plan cost for this time, after its discount.
    #[schema(value_type = web::MoneyShape)]
    billed: Money,
    /// None where there was nothing to ask for.
    #[schema(value_type = Option<String>)]
    invoice_id: Option<InvoiceId>,
    due_on: Option<String>,
    /// `open`, `paid` or `dropped`.
    #[schema(value_type = String, example = "paid")]
    state: ChargeState,
    /// How often the customer was charged for it without being present.
    tries: i64,
    /// The day on which that is tried next.
    try_on: Option<String>,
}

impl ChargeView {
    pub fn of(charge: Charge, sub: &Subscription) -> Self {
        Self {
            billed: sub.money(charge.billed_minor),
            id: charge.id,
            kind: charge.kind,
            from: charge.period_start.to_string(),
            to: charge.period_end.to_string(),
            quantity: charge.quantity,
            invoice_id: charge.invoice_id,
            due_on: charge.due_on.map(|day| day.to_string()),
            state: charge.state,
            tries: charge.tries,
            try_on: charge.try_on.map(|day| day.to_string()),
        }
    }
}

/// What a change comes to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SubscriptionQuote)]
pub(super) struct QuoteView {
    /// The day that it is reckoned for.
    #[schema(example = "2026-11-21")]
    on: String,
    /// What is left of what was billed.
    #[schema(value_type = web::MoneyShape)]
    credit: Money,
    /// What the new plan costs from that day on.
    #[schema(value_type = web::MoneyShape)]
    charge: Money,
    /// What an invoice asks for now, tax and rounding included.
    #[schema(value_type = Option<web::MoneyShape>)]
    invoice: Option<Money>,
    /// What goes off the next invoice because of it; below zero it is added.
    #[schema(value_type = web::MoneyShape)]
    carried: Money,
}

impl From<crate::commands::Quote> for QuoteView {
    fn from(quote: crate::commands::Quote) -> Self {
        let crate::commands::Quote { on, credit, charge, invoice, carried } = quote;
        Self { on: on.to_string(), credit, charge, invoice, carried }
    }
}
