//! Subscriptions that a provider runs: rows like any other, which nothing but the provider's word changes. It bills them, charges for them
//! and tries again, so they have no timer here and no invoice.

use crate::held::{self, Desk};
use crate::model::{Run, Subscription};
use crate::{money, queries, rows};
use facts::provider_subscriptions::ProviderSubscriptionChanged;
use facts::subscriptions::SubscriptionState;
use facts::{PlanId, Time};
use jiff::civil::Date;
use payments::Provider;
use store::{Error, Json, Look, Result, Tx, params, sql};

/// Makes true what a provider said of a subscription that it runs. What is older than what is known changes nothing.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn heard_of_provider(tx: &mut Tx, told: ProviderSubscriptionChanged) -> Result<()> {
    let desk = Desk::of(tx).await?;
    let (id, run) = (told.subscription_id, Run::of(&told)?);
    let plan = plan_of(tx, run.provider, &run.price).await?;
    let sub = subscription(&told, run, plan, &desk, tx.now())?;
    let new = rows::insert(tx, &sub, None).await?;
    let before: Option<Subscription> =
        tx.maybe(queries::subscriptions!("WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id]).await?;
    let before = before.ok_or_else(|| Error::internal("a subscription whose provider has another one by the same id"))?;
    if !new && before.run.as_ref().is_none_or(|run| run.0.version >= told.version) {
        return Ok(());
    }
    let late = matches!(sub.state, SubscriptionState::PastDue | SubscriptionState::Unpaid);
    let after = Subscription {
        past_due_on: if late { before.past_due_on.or(Some(desk.today)) } else { None },
        ended_on: sub.ended_on.or(before.ended_on.filter(|_| ended(sub.state))),
        created_at: before.created_at,
        ..sub
    };
    held::write(tx, &before, &after, desk.today).await
}

/// The plan that is sold under a price of the provider's.
async fn plan_of(tx: &mut Tx, provider: Provider, price: &str) -> Result<Option<PlanId>> {
    tx.maybe(
        sql!("SELECT plan_id FROM plan_elsewhere WHERE tenant_id = $1 AND provider = $2 AND price = $3"),
        params![tx.tenant(), provider.as_str(), price],
    )
    .await
}

/// Whether a state is the last one.
fn ended(state: SubscriptionState) -> bool {
    matches!(state, SubscriptionState::Canceled | SubscriptionState::Expired)
}

/// What a provider says as a row: days are those of the tenant's calendar.
fn subscription(told: &ProviderSubscriptionChanged, run: Run, plan: Option<PlanId>, desk: &Desk, now: Time) -> Result<Subscription> {
    let day = |at: Time| -> Date { at.timestamp().to_zoned(desk.zone.clone()).date() };
    let earns = matches!(told.state, SubscriptionState::Active | SubscriptionState::PastDue);
    let (start, over) = (day(told.period_start), ended(told.state));
    Ok(Subscription {
        id: told.subscription_id,
        contact_id: told.contact_id,
        customer_name: told.customer_name.clone(),
        plan_id: plan,
        price_id: None,
        quantity: told.quantity,
        discount_bps: 0,
        state: told.state,
        anchor_on: start,
        periods: 0,
        period_start: start,
        period_end: day(told.period_end),
        since_on: start,
        since_minor: 0,
        carry_minor: 0,
        decide_by: None,
        next_price_id: None,
        next_quantity: None,
        pending: None,
        cancel_on: told.ends_at.filter(|_| !over).map(day),
        pause_on: None,
        resume_on: None,
        past_due_on: None,
        ended_on: over.then(|| told.ended_at.map_or(desk.today, day)),
        reason: None,
        parked: None,
        mrr_minor: if earns { money::monthly_of(told.amount.minor, told.interval, told.every)? } else { 0 },
        currency: told.amount.currency,
        run: Some(Json(run)),
        created_at: now,
    })
}

/// What is answered to whoever would change what a provider runs.
pub(crate) fn refused(run: &Run) -> Error {
    let who = run.provider.title();
    let instead = match run.provider {
        Provider::Stripe => "in Stripe's dashboard, or by the customer in the billing portal",
        Provider::Razorpay => "in Razorpay's dashboard",
    };
    Error::conflict(
        "run_by_provider",
        format!("{who} runs this subscription. Change it {instead}; what becomes of it shows here by itself."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Policy;
    use facts::provider_subscriptions::Interval;
    use facts::{Id, Money};
    use jiff::tz::TimeZone;
    use uuid::Uuid;

    #[test]
    fn what_each_state_becomes() {
        use SubscriptionState as S;
        let today: Date = "2026-11-22".parse().unwrap();
        let desk = Desk { zone: TimeZone::get("Asia/Kolkata").unwrap(), today, policy: Policy::default(), can_bill: false };
        let at = |text: &str| Time::from(text.parse::<jiff::Timestamp>().unwrap());
        for (state, mrr, cancels, has_ended) in [
            (S::Incomplete, 0, true, false),
            (S::Trialing, 0, true, false),
            (S::Active, 30_000, true, false),
            (S::PastDue, 30_000, true, false),
            (S::Paused, 0, true, false),
            (S::Unpaid, 0, true, false),
            (S::Canceled, 0, false, true),
            (S::Expired, 0, false, true),
        ] {
            let told = ProviderSubscriptionChanged {
                subscription_id: Id::from_uuid(Uuid::nil()),
                version: 1,
                contact_id: Id::from_uuid(Uuid::nil()),
                customer_name: "Asha".into(),
                provider: "stripe".into(),
                provider_subscription_id: "sub_1".into(),
                state,
                provider_price: "price_1".into(),
                plan: "Pro".into(),
                amount: Money::inr(90_000),
                interval: Interval::Month,
                every: 3,
                quantity: 1,
                period_start: at("2026-11-20T20:00:00Z"),
                period_end: at("2027-02-20T20:00:00Z"),
                trial_end: None,
                ends_at: Some(at("2027-02-20T20:00:00Z")),
                cancel_at_period_end: true,
                ended_at: None,
                last_invoice: None,
            };
            let sub = subscription(&told, Run::of(&told).unwrap(), None, &desk, Time(0)).unwrap();
            assert_eq!((sub.state, sub.mrr_minor, sub.cancel_on.is_some(), sub.ended_on.is_some()), (state, mrr, cancels, has_ended));
            assert_eq!(
                (sub.period_start.to_string(), sub.period_end.to_string()),
                ("2026-11-21".into(), "2027-02-21".into()),
                "its calendar"
            );
        }
    }
}
