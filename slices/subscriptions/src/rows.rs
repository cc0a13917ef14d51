//! Writing plans, subscriptions and charges: commands and reactions alone come here.

use crate::model::{Charge, ChargeKind, ChargeState, Plan, PlanPrice, Subscription};
use crate::queries::charged;
use facts::{ChargeId, ContactId, Currency, InvoiceId, PlanId, PlanPriceId, SubscriptionId};
use jiff::civil::Date;
use payments::Provider;
use serde_json::json;
use store::{Key, Look, Result, Tx, params, sql};

/// Inserts a plan; `false` when its code is taken.
pub async fn insert_plan(tx: &mut Tx, plan: &Plan) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO plans (tenant_id, id, code, name, description, active, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (tenant_id, code) DO NOTHING"
            ),
            params![tx.tenant(), plan.id, &plan.code, &plan.name, &plan.description, plan.active, plan.created_at],
        )
        .await?;
    Ok(inserted == 1)
}

/// Changes a plan's words.
pub async fn update_plan(tx: &mut Tx, plan: &Plan) -> Result<()> {
    tx.put(
        sql!("UPDATE plans SET name = $3, description = $4, active = $5 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), plan.id, &plan.name, &plan.description, plan.active],
    )
    .await
}

/// Sells a plan under an id of a provider's from now on, or under none, with the subscriptions that the provider runs under it; `false`
/// where another plan is sold under it.
pub async fn sell_elsewhere(tx: &mut Tx, plan: PlanId, provider: Provider, price: Option<&str>) -> Result<bool> {
    let (tenant, who) = (tx.tenant(), provider.as_str());
    tx.put(sql!("DELETE FROM plan_elsewhere WHERE tenant_id = $1 AND plan_id = $2 AND provider = $3"), params![tenant, plan, who]).await?;
    tx.put(
        sql!("UPDATE subscriptions SET plan_id = NULL WHERE tenant_id = $1 AND plan_id = $2 AND run_by = $3"),
        params![tenant, plan, who],
    )
    .await?;
    let Some(price) = price else { return Ok(true) };
    let new = tx
        .exec(
            sql!("INSERT INTO plan_elsewhere (tenant_id, provider, price, plan_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"),
            params![tenant, who, price, plan],
        )
        .await?;
    tx.put(
        sql!("UPDATE subscriptions SET plan_id = $2 WHERE tenant_id = $1 AND run_by = $3 AND provider_price = $4"),
        params![tenant, plan, who, price],
    )
    .await?;
    Ok(new == 1)
}

/// Adds a version to what a plan costs.
pub async fn insert_price(tx: &mut Tx, price: &PlanPrice) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO plan_prices (tenant_id, plan_id, cadence, version, id, amount_minor, currency, trial_days, hsn, rate_bps, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        params![
            tx.tenant(),
            price.plan_id,
            price.cadence.as_str(),
            price.version,
            price.id,
            price.amount_minor,
            price.currency,
            price.trial_days,
            &price.hsn,
            price.rate_bps,
            tx.now()
        ],
    )
    .await
}

fn day(day: Option<Date>) -> Option<String> {
    day.map(|day| day.to_string())
}

/// Inserts a subscription; `false` where its key has made one already, or its provider's word.
pub async fn insert(tx: &mut Tx, sub: &Subscription, key: Option<&Key>) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO subscriptions (tenant_id, id, contact_id, customer_name, plan_id, price_id, quantity, discount_bps, state, anchor_on,
                    periods, period_start, period_end, since_on, since_minor, carry_minor, decide_by, mrr_minor, currency, idempotency_key,
                    request_hash, created_at, run, run_by, provider_subscription_id, provider_price)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0, $18, $19, $20, $21, $22, $23, $24, $25)
                 ON CONFLICT DO NOTHING"
            ),
            params![
                tx.tenant(),
                sub.id,
                sub.contact_id,
                &sub.customer_name,
                sub.plan_id,
                sub.price_id,
                sub.quantity,
                sub.discount_bps,
                sub.state.as_str(),
                sub.anchor_on.to_string(),
                sub.periods,
                sub.period_start.to_string(),
                sub.period_end.to_string(),
                sub.since_on.to_string(),
                sub.since_minor,
                sub.carry_minor,
                sub.decide_by,
                sub.currency,
                key.map(|key| key.key.as_str()),
                key.map(|key| key.body_hash.as_str()),
                sub.created_at,
                sub.run.as_ref().map(|run| json!(run.0)),
                sub.run.as_ref().map(|run| run.0.provider.as_str()),
                sub.run.as_ref().map(|run| run.0.theirs.as_str()),
                sub.run.as_ref().map(|run| run.0.price.as_str())
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Writes a subscription that is held as it is now.
pub async fn update(tx: &mut Tx, sub: &Subscription) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE subscriptions SET plan_id = $3, price_id = $4, quantity = $5, state = $6, anchor_on = $7, periods = $8, period_start = $9,
                period_end = $10, since_on = $11, since_minor = $12, carry_minor = $13, decide_by = $14, next_price_id = $15,
                next_quantity = $16, pending = $17, cancel_on = $18, pause_on = $19, resume_on = $20, past_due_on = $21, ended_on = $22,
                reason = $23, parked = $24, mrr_minor = $25, run = $26, provider_price = $27
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![
            tx.tenant(),
            sub.id,
            sub.plan_id,
            sub.price_id,
            sub.quantity,
            sub.state.as_str(),
            sub.anchor_on.to_string(),
            sub.periods,
            sub.period_start.to_string(),
            sub.period_end.to_string(),
            sub.since_on.to_string(),
            sub.since_minor,
            sub.carry_minor,
            sub.decide_by,
            sub.next_price_id,
            sub.next_quantity,
            sub.pending.as_ref().map(|pending| json!(pending.0)),
            day(sub.cancel_on),
            day(sub.pause_on),
            day(sub.resume_on),
            day(sub.past_due_on),
            day(sub.ended_on),
            sub.reason.as_deref(),
            sub.parked.as_deref(),
            sub.mrr_minor,
            sub.run.as_ref().map(|run| json!(run.0)),
            sub.run.as_ref().map(|run| run.0.price.as_str())
        ],
    )
    .await
}

/// Inserts what is billed; `false` where this period has been billed already.
pub async fn insert_charge(tx: &mut Tx, charge: &Charge) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO subscription_charges (tenant_id, id, subscription_id, kind, period_start, period_end, price_id, quantity,
                    billed_minor, state, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING"
            ),
            params![
                tx.tenant(),
                charge.id,
                charge.subscription_id,
                charge.kind.as_str(),
                charge.period_start.to_string(),
                charge.period_end.to_string(),
                charge.price_id,
                charge.quantity,
                charge.billed_minor,
                charge.state.as_str(),
                charge.created_at
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Writes with which invoice a charge is asked for.
pub async fn set_invoice(tx: &mut Tx, charge: ChargeId, invoice: InvoiceId, due_on: Option<Date>, state: ChargeState) -> Result<()> {
    tx.put(
        sql!("UPDATE subscription_charges SET invoice_id = $3, due_on = $4, state = $5 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), charge, invoice, day(due_on), state.as_str()],
    )
    .await
}

/// Writes how a charge stands.
pub async fn set_charge_state(tx: &mut Tx, charge: ChargeId, state: ChargeState) -> Result<()> {
    tx.put(
        sql!("UPDATE subscription_charges SET state = $3 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), charge, state.as_str()],
    )
    .await
}

/// The last day to pay of a subscription's oldest open period.
pub async fn oldest_open(tx: &mut Tx, id: SubscriptionId) -> Result<Option<Date>> {
    tx.maybe(
        sql!(
            "SELECT due_on FROM subscription_charges
             WHERE tenant_id = $1 AND subscription_id = $2 AND state = 'open' AND kind = 'period' AND due_on IS NOT NULL
             ORDER BY due_on LIMIT 1"
        ),
        params![tx.tenant(), id],
    )
    .await
}

/// Writes how far charging the customer for a charge is.
pub async fn set_try(tx: &mut Tx, charge: &Charge) -> Result<()> {
    tx.put(
        sql!("UPDATE subscription_charges SET tries = $3, failed_on = $4, try_on = $5 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), charge.id, charge.tries, day(charge.failed_on), day(charge.try_on)],
    )
    .await
}

/// The next day on which a subscription's customer is charged for something.
pub async fn next_try(tx: &mut Tx, id: SubscriptionId) -> Result<Option<Date>> {
    tx.maybe(
        sql!(
            "SELECT try_on FROM subscription_charges
             WHERE tenant_id = $1 AND subscription_id = $2 AND state = 'open' AND try_on IS NOT NULL ORDER BY try_on LIMIT 1"
        ),
        params![tx.tenant(), id],
    )
    .await
}

/// The subscriptions of a contact that ask for something.
pub async fn asking(tx: &mut Tx, contact: ContactId) -> Result<Vec<SubscriptionId>> {
    tx.all(
        sql!(
            "SELECT s.id FROM subscriptions s WHERE s.tenant_id = $1 AND s.contact_id = $2 AND EXISTS (SELECT 1 FROM subscription_charges c
                WHERE c.tenant_id = s.tenant_id AND c.subscription_id = s.id AND c.state = 'open') ORDER BY s.id"
        ),
        params![tx.tenant(), contact],
    )
    .await
}

/// What a subscription asks for that is not settled, oldest first.
pub async fn open_charges(tx: &mut Tx, id: SubscriptionId) -> Result<Vec<Charge>> {
    tx.all(charged!("WHERE tenant_id = $1 AND subscription_id = $2 AND state = 'open' ORDER BY created_at, id"), params![tx.tenant(), id])
        .await
}

/// What a held subscription's customer brings each month, as the rows have it.
pub async fn mrr_of(tx: &mut Tx, contact: ContactId, currency: Currency) -> Result<i64> {
    tx.one(
        sql!(
            "SELECT CAST(COALESCE(SUM(mrr_minor), 0) AS BIGINT) FROM subscriptions
             WHERE tenant_id = $1 AND contact_id = $2 AND currency = $3"
        ),
        params![tx.tenant(), contact, currency],
    )
    .await
}

/// Notes that a customer's monthly revenue has moved today. The day's row is opened with what it was before, and whoever comes
/// second adds to it: two subscriptions of one customer that change at once wait for each other here.
pub async fn move_mrr(tx: &mut Tx, sub: &Subscription, before: i64, by: i64, today: Date) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO mrr_days (tenant_id, contact_id, currency, on_day, opening_minor, closing_minor, known)
             VALUES ($1, $2, $3, $4, $5, $6, EXISTS (SELECT 1 FROM mrr_days d WHERE d.tenant_id = $1 AND d.contact_id = $2
                AND d.currency = $3 AND d.on_day < $4 AND d.closing_minor > 0))
             ON CONFLICT (tenant_id, contact_id, currency, on_day) DO UPDATE SET closing_minor = mrr_days.closing_minor + $7"
        ),
        params![tx.tenant(), sub.contact_id, sub.currency, today.to_string(), before, before + by, by],
    )
    .await?;
    Ok(())
}

/// A charge that is open, for a subscription's period or change.
pub fn charge(tx: &mut Tx, sub: &Subscription, price_id: PlanPriceId, what: (ChargeKind, (Date, Date), i64)) -> Charge {
    let (kind, span, billed_minor) = what;
    Charge {
        id: tx.id(),
        subscription_id: sub.id,
        kind,
        period_start: span.0,
        period_end: span.1,
        price_id,
        quantity: sub.quantity,
        billed_minor,
        invoice_id: None,
        due_on: None,
        state: ChargeState::Open,
        tries: 0,
        failed_on: None,
        try_on: None,
        created_at: tx.now(),
    }
}
