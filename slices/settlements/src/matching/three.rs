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
async fn judge_rows(tx: &mut Tx) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE settlement_rows SET reason = j.reason, more_fee_minor = j.more_fee_minor,
                state = CASE WHEN j.reason IS NULL THEN 'matched' WHEN j.reason = accepted_for THEN 'accepted' ELSE 'exception' END
             FROM (SELECT r.id,
                CASE WHEN r.contradicted THEN 'contradicted'
                     WHEN r.again THEN 'duplicate'
                     WHEN r.kind NOT IN ('payment', 'refund') THEN 'correction'
                     WHEN m.id IS NULL THEN 'not_in_ledger'
                     WHEN m.amount_minor <> r.gross_minor OR m.currency <> r.currency THEN 'amount_differs'
                     WHEN m.fee_known AND m.fee_minor <> r.fee_minor THEN 'fee_differs' END AS reason,
                CASE WHEN r.again THEN NULL WHEN r.kind NOT IN ('payment', 'refund') THEN r.fee_minor ELSE r.fee_minor - m.fee_minor END
                   AS more_fee_minor
                FROM (SELECT t.*, EXISTS (SELECT 1 FROM settlement_rows o WHERE o.tenant_id = $1 AND o.entity_ref = t.entity_ref
                         AND (o.settled_at, o.settlement_ref) < (t.settled_at, t.settlement_ref)) AS again
                      FROM settlement_rows t WHERE t.tenant_id = $1 AND t.state = 'turn') r
                LEFT JOIN movements m ON m.tenant_id = $1 AND m.entity_ref = r.entity_ref) j
             WHERE settlement_rows.tenant_id = $1 AND settlement_rows.state = 'turn' AND settlement_rows.id = j.id"
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
            "UPDATE movements SET reason = j.reason, state = CASE WHEN j.settled THEN 'matched' WHEN j.reason IS NULL THEN 'waiting'
                WHEN j.reason = accepted_for THEN 'accepted' ELSE 'exception' END
             FROM (SELECT t.id, t.settled, CASE WHEN NOT t.settled AND t.happened_at < $2 THEN 'not_settled' END AS reason
                FROM (SELECT m.id, m.happened_at, EXISTS (SELECT 1 FROM settlement_rows r
                         WHERE r.tenant_id = $1 AND r.entity_ref = m.entity_ref) AS settled
                      FROM movements m WHERE m.tenant_id = $1 AND m.state = 'turn') t) j
             WHERE movements.tenant_id = $1 AND movements.state = 'turn' AND movements.id = j.id"
        ),
        params![tx.tenant(), late],
    )
    .await?;
    Ok(())
}
