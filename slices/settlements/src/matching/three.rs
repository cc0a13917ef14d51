//! Payments here against the rows of settlements, by the provider's id.

use super::{SETTLED_BY, TURN};
use facts::Time;
use store::{Result, Tx, params, sql};

/// Looks at a turn of what is new on either side; tells how many rows that were.
pub(super) async fn turn(tx: &mut Tx, now: Time) -> Result<u64> {
    let late = now.before(SETTLED_BY);
    let aged = tx
        .exec(
            sql!(
                "UPDATE movements SET state = 'exception', reason = 'not_settled'
                 WHERE tenant_id = $1 AND state = 'waiting' AND happened_at < $2"
            ),
            params![tx.tenant(), late],
        )
        .await?;
    let taken = take(tx).await?;
    if taken > 0 {
        call_partners(tx).await?;
        judge_rows(tx).await?;
        judge_movements(tx, late).await?;
    }
    Ok(aged + taken)
}

/// The first of what is new takes its turn.
async fn take(tx: &mut Tx) -> Result<u64> {
    let rows = tx
        .exec(
            sql!(
                "UPDATE settlement_rows SET state = 'turn' WHERE tenant_id = $1 AND id IN
                   (SELECT n.id FROM settlement_rows n WHERE n.tenant_id = $1 AND n.state = 'new' ORDER BY n.settled_at, n.id LIMIT $2)"
            ),
            params![tx.tenant(), TURN],
        )
        .await?;
    let movements = tx
        .exec(
            sql!(
                "UPDATE movements SET state = 'turn' WHERE tenant_id = $1 AND id IN
                   (SELECT n.id FROM movements n WHERE n.tenant_id = $1 AND n.state = 'new' ORDER BY n.happened_at, n.id LIMIT $2)"
            ),
            params![tx.tenant(), TURN],
        )
        .await?;
    Ok(rows + movements)
}

/// Whatever is of the same thing at the provider looks again, and so do the settlements that it is in.
async fn call_partners(tx: &mut Tx) -> Result<()> {
    let tenant = tx.tenant();
    tx.exec(
        sql!(
            "UPDATE settlement_rows SET state = 'turn' WHERE tenant_id = $1 AND state <> 'turn' AND entity_ref IN
               (SELECT m.entity_ref FROM movements m WHERE m.tenant_id = $1 AND m.state = 'turn')"
        ),
        params![tenant],
    )
    .await?;
    tx.exec(
        sql!(
            "UPDATE settlement_rows SET state = 'turn' WHERE tenant_id = $1 AND state <> 'turn' AND entity_ref IN
               (SELECT r.entity_ref FROM settlement_rows r WHERE r.tenant_id = $1 AND r.state = 'turn')"
        ),
        params![tenant],
    )
    .await?;
    tx.exec(
        sql!(
            "UPDATE movements SET state = 'turn' WHERE tenant_id = $1 AND state <> 'turn' AND entity_ref IN
               (SELECT r.entity_ref FROM settlement_rows r WHERE r.tenant_id = $1 AND r.state = 'turn')"
        ),
        params![tenant],
    )
    .await?;
    tx.exec(
        sql!(
            "UPDATE settlements SET state = 'new'
             FROM (SELECT r.settlement_id AS id FROM settlement_rows r WHERE r.tenant_id = $1 AND r.state = 'turn') c
             WHERE settlements.tenant_id = $1 AND settlements.id = c.id AND settlements.state <> 'new'"
        ),
        params![tenant],
    )
    .await?;
    Ok(())
}

/// Says how rows of settlements stand. Of the same thing in two settlements the earlier one has it.
///
/// Each row looks up what it needs by itself: a join of the turn with itself is quadratic for a planner that takes a turn for one row.
async fn judge_rows(tx: &mut Tx) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE settlement_rows SET (reason, more_fee_minor, state) =
               (SELECT j.reason, j.more_fee_minor, CASE WHEN j.reason IS NULL THEN 'matched'
                     WHEN j.reason = settlement_rows.accepted_for THEN 'accepted' ELSE 'exception' END
                FROM (SELECT
                   CASE WHEN settlement_rows.contradicted THEN 'contradicted'
                        WHEN a.again THEN 'duplicate'
                        WHEN settlement_rows.kind NOT IN ('payment', 'refund') THEN 'correction'
                        WHEN m.id IS NULL THEN 'not_in_ledger'
                        WHEN m.amount_minor <> settlement_rows.gross_minor OR m.currency <> settlement_rows.currency THEN 'amount_differs'
                        WHEN m.fee_known AND m.fee_minor <> settlement_rows.fee_minor THEN 'fee_differs' END AS reason,
                   CASE WHEN a.again THEN NULL WHEN settlement_rows.kind NOT IN ('payment', 'refund') THEN settlement_rows.fee_minor
                        ELSE settlement_rows.fee_minor - m.fee_minor END AS more_fee_minor
                   FROM (SELECT EXISTS (SELECT 1 FROM settlement_rows o WHERE o.tenant_id = $1 AND o.entity_ref = settlement_rows.entity_ref
                            AND (o.settled_at, o.settlement_ref) < (settlement_rows.settled_at, settlement_rows.settlement_ref)) AS again) a
                   LEFT JOIN movements m ON m.tenant_id = $1 AND m.entity_ref = settlement_rows.entity_ref) j)
             WHERE tenant_id = $1 AND state = 'turn'"
        ),
        params![tx.tenant()],
    )
    .await?;
    Ok(())
}

/// Says how movements stand: each is settled, waits, or has waited too long.
async fn judge_movements(tx: &mut Tx, late: Time) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE movements SET (reason, state) =
               (SELECT j.reason, CASE WHEN j.settled THEN 'matched' WHEN j.reason IS NULL THEN 'waiting'
                     WHEN j.reason = movements.accepted_for THEN 'accepted' ELSE 'exception' END
                FROM (SELECT s.settled, CASE WHEN NOT s.settled AND movements.happened_at < $2 THEN 'not_settled' END AS reason
                   FROM (SELECT EXISTS (SELECT 1 FROM settlement_rows r
                            WHERE r.tenant_id = $1 AND r.entity_ref = movements.entity_ref) AS settled) s) j)
             WHERE tenant_id = $1 AND state = 'turn'"
        ),
        params![tx.tenant(), late],
    )
    .await?;
    Ok(())
}
