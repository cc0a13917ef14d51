//! What needs a person, and what the money comes to.

use crate::model::{Intent, Payment, Refund};
use facts::{Currency, ErrandId, IntentId, Money, Time};
use serde::Deserialize;
use std::time::Duration;
use store::{Look, Result, params, sql};

/// Rows shown of each kind at the most.
pub const MOST: i64 = 50;
/// Intents offered at the most for money that fits nothing.
const CANDIDATES: i64 = 20;
/// How long the provider may take to open an order before that is shown.
const OPENING: Duration = Duration::from_secs(120);
/// How long an order may stay unpaid before that is shown.
const OPEN: Duration = Duration::from_secs(3_600);

/// Captured money that fits nothing and has not gone back, oldest first.
///
/// # Errors
/// Whatever the database refuses.
pub async fn unmatched(look: &mut impl Look) -> Result<Vec<Payment>> {
    look.all(
        payment_rows!(
            "SELECT * FROM (",
            "WHERE p.tenant_id = $1 AND NOT p.matched AND p.state = 'captured') u
             WHERE refunded_minor < amount_minor ORDER BY created_at LIMIT $2"
        ),
        params![look.tenant(), MOST],
    )
    .await
}

/// Unpaid intents of exactly this amount, newest first: what money that fits nothing may have been meant for. What is being charged by a
/// mandate is left out.
///
/// # Errors
/// Whatever the database refuses.
pub async fn unpaid(look: &mut impl Look, amount: Money) -> Result<Vec<Intent>> {
    look.all(
        intent_rows!(
            "WHERE tenant_id = $1 AND currency = $2 AND amount_minor = $3 AND state IN ('opening', 'open', 'expired') AND way <> 'mandate'
             ORDER BY created_at DESC, id DESC LIMIT $4"
        ),
        params![look.tenant(), amount.currency, amount.minor, CANDIDATES],
    )
    .await
}

/// Intents that the provider does not open, and those that stay unpaid, newest first.
///
/// # Errors
/// Whatever the database refuses.
pub async fn lingering(look: &mut impl Look, now: Time) -> Result<Vec<Intent>> {
    look.all(
        intent_rows!(
            "WHERE tenant_id = $1 AND state IN ('opening', 'open') AND ((state = 'opening' AND created_at < $2) OR (state = 'open' AND created_at < $3))
             ORDER BY state DESC, created_at DESC LIMIT $4"
        ),
        params![look.tenant(), now.before(OPENING), now.before(OPEN), MOST],
    )
    .await
}

/// Intents that one press of a button asks about.
pub const ASKED_AT_ONCE: usize = 500;

/// Intents that are not final, the oldest first, up to one more than are asked about at once.
///
/// # Errors
/// Whatever the database refuses.
pub async fn not_final(look: &mut impl Look, now: Time) -> Result<Vec<IntentId>> {
    let most = i64::try_from(ASKED_AT_ONCE).unwrap_or(i64::MAX).saturating_add(1);
    look.all(
        sql!(
            "SELECT id FROM intents WHERE tenant_id = $1 AND state IN ('opening', 'open') AND created_at < $2
               AND (asked_at IS NULL OR asked_at < $4)
             ORDER BY created_at LIMIT $3"
        ),
        params![look.tenant(), now.before(OPENING), most, now.before(OPENING)],
    )
    .await
}

/// About how many intents the provider is being asked.
///
/// # Errors
/// Whatever the database refuses.
pub async fn under_way(look: &mut impl Look) -> Result<i64> {
    look.one(
        sql!("SELECT COUNT(*) FROM errands WHERE tenant_id = $1 AND name = 'ask_provider' AND key IS NOT NULL AND state <> 'buried'"),
        params![look.tenant()],
    )
    .await
}

/// Refunds that the provider refused and that nobody has asked for anew, oldest first.
///
/// # Errors
/// Whatever the database refuses.
pub async fn failed_refunds(look: &mut impl Look) -> Result<Vec<Refund>> {
    look.all(
        refund_rows!(
            "WHERE tenant_id = $1 AND state = 'failed' AND NOT EXISTS
               (SELECT 1 FROM refunds n WHERE n.tenant_id = f.tenant_id AND n.payment_id = f.payment_id AND n.created_at > f.created_at)
             ORDER BY created_at LIMIT $2"
        ),
        params![look.tenant(), MOST],
    )
    .await
}

/// An errand of this slice that was given up.
#[derive(Debug, Deserialize)]
pub struct Buried {
    /// Its id.
    pub id: ErrandId,
    /// What it was to do.
    pub name: String,
    /// How often it was tried.
    pub tries: i64,
    /// What the last try came to.
    pub note: Option<String>,
    /// When it was made.
    pub created_at: Time,
}

/// Errands of this slice that need a person, oldest first.
///
/// # Errors
/// Whatever the database refuses.
pub async fn buried(look: &mut impl Look) -> Result<Vec<Buried>> {
    look.all(
        sql!(
            "SELECT id, name, tries, note, created_at FROM errands WHERE tenant_id = $1 AND state = 'buried'
               AND name IN ('create_provider_order', 'ask_provider', 'send_refund', 'ask_refund', 'settle_inbound', 'close_checkout',
                            'charge_mandate', 'debit_mandate', 'look_at_mandate')
             ORDER BY created_at LIMIT $2"
        ),
        params![look.tenant(), MOST],
    )
    .await
}

#[derive(Deserialize)]
struct Total {
    currency: Currency,
    minor: i64,
}

/// All that was captured, before fees and refunds, by currency.
///
/// # Errors
/// Whatever the database refuses.
pub async fn captured(look: &mut impl Look) -> Result<Vec<Money>> {
    let totals: Vec<Total> = look
        .all(
            sql!(
                "SELECT currency, CAST(SUM(amount_minor) AS BIGINT) AS minor FROM payments
                 WHERE tenant_id = $1 AND state IN ('captured', 'refunded') GROUP BY currency ORDER BY currency"
            ),
            params![look.tenant()],
        )
        .await?;
    Ok(totals.into_iter().map(|total| Money::new(total.minor, total.currency)).collect())
}
