//! Looking at referrers, commissions and payouts.

use crate::model::{Balance, Commission, Payout, ReferralSettings, Referrer, State};
use facts::{ContactId, Id, ReferrerId};
use store::{Look, Result, params, sql};
use web::{Cursor, like};

/// A statement that gives whole [`Referrer`]s: what stands behind the list of columns.
macro_rules! referrers {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, contact_id, name, code, rate_bps, active, clicks, sign_ups, orders, created_at FROM referrers ",
            $rest
        ))
    };
}
pub(crate) use referrers;

/// A statement that gives whole [`Commission`]s.
macro_rules! commissions {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, referrer_id, order_id, state, why, currency, paid_minor, base_minor, rate_bps, amount_minor, refunded_minor,
                reversed_minor, created_at, earned_at, due_at FROM commissions ",
            $rest
        ))
    };
}
pub(crate) use commissions;

/// The settings' name of what a shop gives its referrers.
pub(crate) const SETTINGS: &str = "referrals";

/// What the shop gives its referrers.
pub(crate) async fn settings(look: &mut impl Look) -> Result<ReferralSettings> {
    Ok(settings::get(look, SETTINGS).await?.unwrap_or_default())
}

/// A referrer.
pub(crate) async fn referrer(look: &mut impl Look, id: ReferrerId) -> Result<Option<Referrer>> {
    look.maybe(referrers!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}

/// A referrer by what stands in their link.
pub(crate) async fn by_code(look: &mut impl Look, code: &str) -> Result<Option<Referrer>> {
    look.maybe(referrers!("WHERE tenant_id = $1 AND code = $2"), params![look.tenant(), code]).await
}

/// The referrer that a contact is.
pub(crate) async fn by_contact(look: &mut impl Look, contact: ContactId) -> Result<Option<Referrer>> {
    look.maybe(referrers!("WHERE tenant_id = $1 AND contact_id = $2"), params![look.tenant(), contact]).await
}

/// A page of referrers, newest first: all, or those with a part of the name or code.
pub(crate) async fn page(look: &mut impl Look, words: Option<&str>, cursor: Cursor, limit: i64) -> Result<Vec<Referrer>> {
    let pattern = words.map(str::trim).filter(|words| !words.is_empty()).map(like);
    look.all(
        referrers!(
            "WHERE tenant_id = $1 AND id < $2 AND (LOWER(name) LIKE $3 ESCAPE '\\' OR code LIKE $3 ESCAPE '\\' OR $3 IS NULL)
             ORDER BY id DESC LIMIT $4"
        ),
        params![look.tenant(), cursor.id, pattern.as_deref(), limit],
    )
    .await
}

/// Where a page that ends with this one goes on.
pub(crate) fn place(referrer: &Referrer) -> Cursor {
    Cursor { at: referrer.created_at, id: referrer.id.uuid() }
}

/// The balances of the referrers between two of them, both included.
pub(crate) async fn balances(look: &mut impl Look, from: ReferrerId, to: ReferrerId) -> Result<Vec<Balance>> {
    look.all(
        sql!(
            "SELECT referrer_id, currency, pending_minor, payable_minor, paid_minor FROM referrer_balances
             WHERE tenant_id = $1 AND referrer_id >= $2 AND referrer_id <= $3 ORDER BY referrer_id, currency"
        ),
        params![look.tenant(), from, to],
    )
    .await
}

/// The sums of all balances, by currency.
pub(crate) async fn sums(look: &mut impl Look) -> Result<Vec<Balance>> {
    look.all(
        sql!(
            "SELECT tenant_id AS referrer_id, currency, CAST(SUM(pending_minor) AS BIGINT) AS pending_minor,
                CAST(SUM(CASE WHEN payable_minor > 0 THEN payable_minor ELSE 0 END) AS BIGINT) AS payable_minor,
                CAST(SUM(paid_minor) AS BIGINT) AS paid_minor
             FROM referrer_balances WHERE tenant_id = $1 GROUP BY tenant_id, currency ORDER BY currency"
        ),
        params![look.tenant()],
    )
    .await
}

/// Which commissions of a list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub referrer: Option<ReferrerId>,
    pub state: Option<State>,
}

/// A page of commissions, newest first.
pub(crate) async fn commission_page(look: &mut impl Look, filter: &Filter, cursor: Cursor, limit: i64) -> Result<Vec<Commission>> {
    let state = filter.state.map(State::as_str);
    if let Some(referrer) = filter.referrer {
        return look
            .all(
                commissions!(
                    "WHERE tenant_id = $1 AND referrer_id = $2 AND id < $3 AND (state = $4 OR $4 IS NULL) ORDER BY id DESC LIMIT $5"
                ),
                params![look.tenant(), referrer, cursor.id, state, limit],
            )
            .await;
    }
    if let Some(state) = state {
        return look
            .all(
                commissions!("WHERE tenant_id = $1 AND state = $2 AND id < $3 ORDER BY id DESC LIMIT $4"),
                params![look.tenant(), state, cursor.id, limit],
            )
            .await;
    }
    look.all(commissions!("WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"), params![look.tenant(), cursor.id, limit]).await
}

/// Where a page of commissions that ends with this one goes on.
pub(crate) fn place_of_commission(commission: &Commission) -> Cursor {
    Cursor { at: commission.created_at, id: commission.id.uuid() }
}

/// A page of payouts, newest first: all, or those of one referrer.
pub(crate) async fn payout_page(look: &mut impl Look, referrer: Option<ReferrerId>, cursor: Cursor, limit: i64) -> Result<Vec<Payout>> {
    look.all(
        sql!(
            "SELECT id, referrer_id, name, currency, amount_minor, method, reference, paid_at FROM commission_payouts
             WHERE tenant_id = $1 AND id < $2 AND (referrer_id = $3 OR $3 IS NULL) ORDER BY id DESC LIMIT $4"
        ),
        params![look.tenant(), cursor.id, referrer, limit],
    )
    .await
}

/// Where a page of payouts that ends with this one goes on.
pub(crate) fn place_of_payout(payout: &Payout) -> Cursor {
    Cursor { at: payout.paid_at, id: payout.id.uuid() }
}
