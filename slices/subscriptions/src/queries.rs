//! Looking at plans and subscriptions.

use crate::model::{Charge, Offer, Plan, PlanPrice, Policy, Subscription};
use facts::subscriptions::{Cadence, SubscriptionState};
use facts::{ContactId, InvoiceId, PlanId, PlanPriceId, SubscriptionId};
use store::{Look, Result, params, sql};
use web::{Cursor, like};

/// The settings' name of the policy.
pub const POLICY: &str = "subscriptions.policy";

/// A statement that gives whole [`Subscription`]s: what stands behind the list of columns.
macro_rules! subscriptions {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, contact_id, customer_name, plan_id, price_id, quantity, discount_bps, state, anchor_on, periods, period_start, period_end,
                since_on, since_minor, carry_minor, decide_by, next_price_id, next_quantity, pending, cancel_on, pause_on, resume_on,
                past_due_on, ended_on, reason, parked, mrr_minor, currency, run, created_at
             FROM subscriptions ",
            $rest
        ))
    };
}
pub(crate) use subscriptions;

/// A statement that gives whole [`Charge`]s.
macro_rules! charged {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, subscription_id, kind, period_start, period_end, price_id, quantity, billed_minor, invoice_id, due_on, state, tries,
                    failed_on, try_on, created_at
             FROM subscription_charges ",
            $rest
        ))
    };
}

pub(crate) use charged;

/// A statement that gives whole [`Plan`]s, `p`.
macro_rules! plans {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT p.id, p.code, p.name, p.description, p.active, p.created_at,
                (SELECT e.price FROM plan_elsewhere e WHERE e.tenant_id = p.tenant_id AND e.plan_id = p.id AND e.provider = 'stripe')
                    AS stripe_price,
                (SELECT e.price FROM plan_elsewhere e WHERE e.tenant_id = p.tenant_id AND e.plan_id = p.id AND e.provider = 'razorpay')
                    AS razorpay_plan
             FROM plans p ",
            $rest
        ))
    };
}

/// A statement that gives whole [`PlanPrice`]s, `p`.
macro_rules! prices {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT p.id, p.plan_id, p.cadence, p.version, p.amount_minor, p.currency, p.trial_days, p.hsn, p.rate_bps FROM plan_prices p ",
            $rest
        ))
    };
}

/// How the tenant deals with those who do not pay.
pub async fn policy(look: &mut impl Look) -> Result<Policy> {
    Ok(settings::get(look, POLICY).await?.unwrap_or_default())
}

/// A plan.
pub async fn plan(look: &mut impl Look, id: PlanId) -> Result<Option<Plan>> {
    look.maybe(plans!("WHERE p.tenant_id = $1 AND p.id = $2"), params![look.tenant(), id]).await
}

/// A plan by its code.
pub async fn plan_by_code(look: &mut impl Look, code: &str) -> Result<Option<Plan>> {
    look.maybe(plans!("WHERE p.tenant_id = $1 AND p.code = $2"), params![look.tenant(), code]).await
}

/// One version of a price.
pub async fn price(look: &mut impl Look, id: PlanPriceId) -> Result<Option<PlanPrice>> {
    look.maybe(prices!("WHERE p.tenant_id = $1 AND p.id = $2"), params![look.tenant(), id]).await
}

/// What a plan costs now, for each cadence that it has a price for.
pub async fn prices_of(look: &mut impl Look, plan: PlanId) -> Result<Vec<PlanPrice>> {
    look.all(
        prices!(
            "WHERE p.tenant_id = $1 AND p.plan_id = $2 AND p.version =
                (SELECT MAX(v.version) FROM plan_prices v WHERE v.tenant_id = $1 AND v.plan_id = p.plan_id AND v.cadence = p.cadence)
             ORDER BY p.cadence"
        ),
        params![look.tenant(), plan],
    )
    .await
}

/// What a plan costs now for a cadence.
pub async fn price_of(look: &mut impl Look, plan: PlanId, cadence: Cadence) -> Result<Option<PlanPrice>> {
    look.maybe(
        prices!("WHERE p.tenant_id = $1 AND p.plan_id = $2 AND p.cadence = $3 ORDER BY p.version DESC LIMIT 1"),
        params![look.tenant(), plan, cadence.as_str()],
    )
    .await
}

/// Every plan with what it costs now, newest first. A shop has a handful.
pub async fn offers(look: &mut impl Look) -> Result<Vec<Offer>> {
    let plans: Vec<Plan> =
        look.all(plans!("WHERE p.tenant_id = $1 ORDER BY p.created_at DESC, p.id DESC LIMIT 200"), params![look.tenant()]).await?;
    let prices: Vec<PlanPrice> = look
        .all(
            prices!(
                "WHERE p.tenant_id = $1 AND p.version =
                    (SELECT MAX(v.version) FROM plan_prices v WHERE v.tenant_id = $1 AND v.plan_id = p.plan_id AND v.cadence = p.cadence)
                 ORDER BY p.cadence"
            ),
            params![look.tenant()],
        )
        .await?;
    let of = |plan: &Plan| prices.iter().filter(|price| price.plan_id == plan.id).cloned().collect();
    Ok(plans.into_iter().map(|plan| Offer { prices: of(&plan), plan }).collect())
}

/// A subscription.
pub async fn subscription(look: &mut impl Look, id: SubscriptionId) -> Result<Option<Subscription>> {
    look.maybe(subscriptions!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}

/// What a key has made, and of which request.
#[derive(Debug, serde::Deserialize)]
pub struct MadeBefore {
    /// The subscription.
    pub id: SubscriptionId,
    /// Of which request.
    pub request_hash: Option<String>,
}

/// The subscription that a key has made.
pub async fn made_with(look: &mut impl Look, key: &str) -> Result<Option<MadeBefore>> {
    look.maybe(
        sql!("SELECT id, request_hash FROM subscriptions WHERE tenant_id = $1 AND idempotency_key = $2"),
        params![look.tenant(), key],
    )
    .await
}

/// What a subscription was billed for, newest first.
pub async fn charges(look: &mut impl Look, id: SubscriptionId, limit: i64) -> Result<Vec<Charge>> {
    look.all(
        charged!("WHERE tenant_id = $1 AND subscription_id = $2 ORDER BY created_at DESC, id DESC LIMIT $3"),
        params![look.tenant(), id, limit],
    )
    .await
}

/// The charge that an invoice asks for.
pub async fn charge_of(look: &mut impl Look, invoice: InvoiceId) -> Result<Option<Charge>> {
    look.maybe(charged!("WHERE tenant_id = $1 AND invoice_id = $2"), params![look.tenant(), invoice]).await
}

/// Which subscriptions are wanted.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Those that stand so.
    pub state: Option<SubscriptionState>,
    /// Those of one plan.
    pub plan: Option<PlanId>,
    /// Those of one person.
    pub contact: Option<ContactId>,
    /// Those that end by this day.
    pub ending_by: Option<String>,
    /// Those that a person has to look at.
    pub parked: bool,
    /// A part of the customer's name.
    pub q: Option<String>,
}

/// The place of a subscription in the list.
pub fn place(sub: &Subscription) -> Cursor {
    use facts::Id;
    Cursor { at: sub.created_at, id: sub.id.uuid() }
}

/// A page of the wanted subscriptions, newest first.
pub async fn page(look: &mut impl Look, filter: &Filter, after: Cursor, limit: i64) -> Result<Vec<Subscription>> {
    look.all(
        subscriptions!(
            "WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) AND (state = $5 OR $5 IS NULL) AND (plan_id = $6 OR $6 IS NULL)
                AND (contact_id = $7 OR $7 IS NULL) AND (cancel_on <= $8 OR $8 IS NULL) AND (parked IS NOT NULL OR NOT $9)
                AND (LOWER(customer_name) LIKE $10 ESCAPE '\\' OR $10 IS NULL)
             ORDER BY created_at DESC, id DESC LIMIT $4"
        ),
        params![
            look.tenant(),
            after.at,
            after.id,
            limit,
            filter.state.map(SubscriptionState::as_str),
            filter.plan,
            filter.contact,
            filter.ending_by.as_deref(),
            filter.parked,
            filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()).map(like)
        ],
    )
    .await
}

/// How many subscriptions stand how.
#[derive(Debug, serde::Deserialize)]
pub struct Count {
    /// How they stand.
    pub state: SubscriptionState,
    /// How many.
    pub count: i64,
}

/// How many subscriptions stand how.
pub async fn counts(look: &mut impl Look) -> Result<Vec<Count>> {
    look.all(
        sql!("SELECT state, COUNT(*) AS count FROM subscriptions WHERE tenant_id = $1 GROUP BY state ORDER BY state"),
        params![look.tenant()],
    )
    .await
}
