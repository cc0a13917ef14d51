//! Writing referrers, commissions, balances and payouts.

use crate::model::{Commission, Payout, Referrer, State};
use crate::queries::{commissions, referrers};
use facts::{CommissionId, Money, OrderId, ReferrerId};
use store::{Look, Result, Tx, params, sql};

/// Inserts a referrer; `false` when their code or their contact is another's.
pub(crate) async fn insert(tx: &mut Tx, referrer: &Referrer) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO referrers (tenant_id, id, contact_id, name, code, rate_bps, active, clicks, sign_ups, orders, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, $8) ON CONFLICT DO NOTHING"
            ),
            params![
                tx.tenant(),
                referrer.id,
                referrer.contact_id,
                &referrer.name,
                &referrer.code,
                referrer.rate_bps,
                referrer.active,
                referrer.created_at
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// A referrer, their row held until the commit.
pub(crate) async fn lock(tx: &mut Tx, id: ReferrerId) -> Result<Option<Referrer>> {
    tx.maybe(referrers!("WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id]).await
}

/// Changes a locked referrer.
pub(crate) async fn update(tx: &mut Tx, referrer: &Referrer) -> Result<()> {
    tx.put(
        sql!("UPDATE referrers SET name = $3, rate_bps = $4, active = $5 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), referrer.id, &referrer.name, referrer.rate_bps, referrer.active],
    )
    .await
}

/// Counts somebody who followed a referrer's link or signed up, once; `false` for one who was counted.
pub(crate) async fn visited(tx: &mut Tx, referrer: ReferrerId, kind: &str, visitor: &str) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO referral_visitors (tenant_id, referrer_id, kind, visitor, at) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (tenant_id, referrer_id, kind, visitor) DO NOTHING"
            ),
            params![tx.tenant(), referrer, kind, visitor, tx.now()],
        )
        .await?;
    Ok(inserted == 1)
}

/// Adds to what is counted of a referrer.
pub(crate) async fn count(tx: &mut Tx, referrer: ReferrerId, clicks: i64, sign_ups: i64, orders: i64) -> Result<()> {
    tx.put(
        sql!("UPDATE referrers SET clicks = clicks + $3, sign_ups = sign_ups + $4, orders = orders + $5 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), referrer, clicks, sign_ups, orders],
    )
    .await
}

/// Inserts the commission of an order; one that has one keeps it.
pub(crate) async fn insert_commission(tx: &mut Tx, it: &Commission) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO commissions (tenant_id, id, referrer_id, order_id, state, why, currency, paid_minor, base_minor, rate_bps, amount_minor,
                refunded_minor, reversed_minor, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, 0, 0, 0, $9) ON CONFLICT (tenant_id, order_id) DO NOTHING"
        ),
        params![
            tx.tenant(),
            it.id,
            it.referrer_id,
            it.order_id,
            it.state.as_str(),
            it.why.map(crate::model::Refusal::as_str),
            it.currency,
            it.rate_bps,
            it.created_at
        ],
    )
    .await
}

/// The commission of an order, its row held until the commit.
pub(crate) async fn lock_of_order(tx: &mut Tx, order: OrderId) -> Result<Option<Commission>> {
    tx.maybe(commissions!("WHERE tenant_id = $1 AND order_id = $2 FOR UPDATE"), params![tx.tenant(), order]).await
}

/// A commission, its row held until the commit.
pub(crate) async fn lock_commission(tx: &mut Tx, id: CommissionId) -> Result<Option<Commission>> {
    tx.maybe(commissions!("WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id]).await
}

/// Writes all of a locked commission that changes.
pub(crate) async fn set(tx: &mut Tx, it: &Commission) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE commissions SET state = $3, why = $4, paid_minor = $5, base_minor = $6, amount_minor = $7, refunded_minor = $8,
                reversed_minor = $9, earned_at = $10, due_at = $11
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![
            tx.tenant(),
            it.id,
            it.state.as_str(),
            it.why.map(crate::model::Refusal::as_str),
            it.paid_minor,
            it.base_minor,
            it.amount_minor,
            it.refunded_minor,
            it.reversed_minor,
            it.earned_at,
            it.due_at
        ],
    )
    .await
}

/// Which side of a balance moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Pending,
    Payable,
}

impl Side {
    /// Where what is left of a commission counts; nowhere for one that is owed to nobody.
    pub(crate) fn of(state: State) -> Option<Self> {
        match state {
            State::Pending => Some(Side::Pending),
            State::Payable => Some(Side::Payable),
            State::Open | State::Reversed | State::Void | State::Refused => None,
        }
    }
}

/// Adds to a side of a referrer's balance, or takes from it.
pub(crate) async fn move_balance(tx: &mut Tx, referrer: ReferrerId, side: Side, by: Money) -> Result<()> {
    let (pending, payable) = match side {
        Side::Pending => (by.minor, 0),
        Side::Payable => (0, by.minor),
    };
    tx.put(
        sql!(
            "INSERT INTO referrer_balances (tenant_id, referrer_id, currency, pending_minor, payable_minor, paid_minor)
             VALUES ($1, $2, $3, $4, $5, 0)
             ON CONFLICT (tenant_id, referrer_id, currency) DO UPDATE SET
                pending_minor = referrer_balances.pending_minor + excluded.pending_minor,
                payable_minor = referrer_balances.payable_minor + excluded.payable_minor"
        ),
        params![tx.tenant(), referrer, by.currency, pending, payable],
    )
    .await
}

/// Takes what is paid from what can be paid; `false` where that is less.
pub(crate) async fn pay(tx: &mut Tx, referrer: ReferrerId, amount: Money) -> Result<bool> {
    let changed = tx
        .exec(
            sql!(
                "UPDATE referrer_balances SET payable_minor = payable_minor - $4, paid_minor = paid_minor + $4
                 WHERE tenant_id = $1 AND referrer_id = $2 AND currency = $3 AND payable_minor >= $4"
            ),
            params![tx.tenant(), referrer, amount.currency, amount.minor],
        )
        .await?;
    Ok(changed == 1)
}

/// Notes a payout; `false` where this transfer to this referrer is noted.
pub(crate) async fn insert_payout(tx: &mut Tx, it: &Payout) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO commission_payouts (tenant_id, id, referrer_id, name, currency, amount_minor, method, reference, paid_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (tenant_id, referrer_id, reference) DO NOTHING"
            ),
            params![
                tx.tenant(),
                it.id,
                it.referrer_id,
                &it.name,
                it.currency,
                it.amount_minor,
                it.method.as_str(),
                &it.reference,
                it.paid_at
            ],
        )
        .await?;
    Ok(inserted == 1)
}
