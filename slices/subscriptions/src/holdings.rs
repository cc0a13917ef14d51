//! What people have subscribed to and are given now, for whoever must know what it entitles them to.

use facts::subscriptions::SubscriptionState;
use facts::{ContactId, Currency, PlanId, SubscriptionId};
use jiff::civil::Date;
use serde::Deserialize;
use store::{Look, Result, many, sql};

/// A subscription for which something is given.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Holding {
    /// The subscription.
    pub id: SubscriptionId,
    /// Whose it is.
    pub contact_id: ContactId,
    /// The plan.
    pub plan_id: PlanId,
    /// How many.
    pub quantity: i64,
    /// How it stands: on trial, active, or late.
    pub state: SubscriptionState,
    /// In which currency it is billed.
    pub currency: Currency,
    /// The first day of the period.
    pub period_start: Date,
    /// The day after its last.
    pub period_end: Date,
    /// The first day of the period before that was billed.
    pub previous_start: Option<Date>,
    /// The day after the last one of that period.
    pub previous_end: Option<Date>,
    /// Whether it is billed here: a provider that runs a subscription bills it alone.
    pub ours: bool,
}

/// The subscriptions of some people for which something is given now, the oldest first.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn holdings(look: &mut impl Look, contacts: &[ContactId]) -> Result<Vec<Holding>> {
    let statement = sql!(concat!(
        "SELECT s.id, s.contact_id, s.plan_id, s.quantity, s.state, s.currency, s.period_start, s.period_end,
            c.period_start AS previous_start, c.period_end AS previous_end,
            s.run_by IS NULL AS ours
         FROM subscriptions s LEFT JOIN subscription_charges c
            ON c.tenant_id = $1 AND c.subscription_id = s.id AND c.kind = 'period' AND c.period_start =
                (SELECT MAX(b.period_start) FROM subscription_charges b
                 WHERE b.tenant_id = $1 AND b.subscription_id = s.id AND b.kind = 'period' AND b.period_start < s.period_start)
         WHERE s.tenant_id = $1 AND s.contact_id IN (",
        many!(),
        ") AND s.state IN ('trialing', 'active', 'past_due') AND s.plan_id IS NOT NULL
         ORDER BY s.contact_id, s.id"
    ));
    look.all_in(statement, contacts, &[]).await
}
