//! The rows of what was used above a plan.

use super::Used;
use facts::entitlements::UsageOver;
use facts::{InvoiceId, SubscriptionId, UsageId};
use jiff::civil::Date;
use store::{Look, Result, Tx, Value, params, rows, sql};

/// Lines of what was used on one invoice. What is beyond waits for the next.
const LINES: i64 = 150;

/// A statement that gives whole [`Used`]s.
macro_rules! used {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, subscription_id, feature, name, unit, period_start, period_end, after_units, units, per_units, packages, price_minor,
                currency, invoice_id, created_at
             FROM subscription_usage ",
            $rest
        ))
    };
}

/// Keeps what went over in a period; what was kept before stays as it is.
pub(super) async fn keep(tx: &mut Tx, span: (Date, Date), lines: &[UsageOver]) -> Result<()> {
    let mut values: Vec<Value> = Vec::new();
    for line in lines {
        let id: UsageId = tx.id();
        values.extend_from_slice(params![
            tx.tenant(),
            id,
            line.subscription_id,
            &line.feature,
            &line.name,
            &line.unit,
            span.0.to_string(),
            span.1.to_string(),
            line.after,
            line.units,
            line.per,
            line.packages,
            line.price.minor,
            line.price.currency,
            tx.now()
        ]);
    }
    let once = rows!(
        "INSERT INTO subscription_usage (tenant_id, id, subscription_id, feature, name, unit, period_start, period_end, after_units, units,
            per_units, packages, price_minor, currency, created_at) VALUES ",
        15,
        " ON CONFLICT (tenant_id, subscription_id, feature, period_start, after_units) DO NOTHING"
    );
    tx.put_rows(once, &values).await
}

/// What waits for an invoice of a subscription, the oldest first.
pub(crate) async fn waiting(look: &mut impl Look, id: SubscriptionId) -> Result<Vec<Used>> {
    look.all(
        used!("WHERE tenant_id = $1 AND subscription_id = $2 AND invoice_id IS NULL ORDER BY created_at, id LIMIT $3"),
        params![look.tenant(), id, LINES],
    )
    .await
}

/// What was used above the plan of a subscription, newest first.
pub(crate) async fn of(look: &mut impl Look, id: SubscriptionId, limit: i64) -> Result<Vec<Used>> {
    look.all(
        used!("WHERE tenant_id = $1 AND subscription_id = $2 ORDER BY created_at DESC, id DESC LIMIT $3"),
        params![look.tenant(), id, limit],
    )
    .await
}

/// Writes which invoice asks for what waited.
pub(crate) async fn billed(tx: &mut Tx, id: SubscriptionId, used: &[Used], invoice: InvoiceId) -> Result<()> {
    let Some(last) = used.last() else { return Ok(()) };
    tx.put(
        sql!(
            "UPDATE subscription_usage SET invoice_id = $3
             WHERE tenant_id = $1 AND subscription_id = $2 AND invoice_id IS NULL AND (created_at, id) <= ($4, $5)"
        ),
        params![tx.tenant(), id, invoice, last.created_at, last.id],
    )
    .await
}
