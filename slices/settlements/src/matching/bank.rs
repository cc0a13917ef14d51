//! Settlements against the bank's statement: by the bank's reference and the amount, else by the amount and the day where that fits
//! one alone on either side.

use super::{BANKED_BY, DAYS_APART, TURN, state};
use facts::Time;
use store::{Result, Sql, Tx, params, sql};

/// Looks at a turn of what is new on either side; tells how many rows that were.
pub(super) async fn turn(tx: &mut Tx, now: Time) -> Result<u64> {
    let late = now.before(BANKED_BY);
    let aged = tx
        .exec(
            sql!(
                "UPDATE settlements SET state = 'exception', reason = 'settlement_not_in_bank'
                 WHERE tenant_id = $1 AND state = 'waiting' AND settled_at < $2"
            ),
            params![tx.tenant(), late],
        )
        .await?;
    let taken = take(tx).await?;
    if taken > 0 {
        call_same_amounts(tx).await?;
        add_up(tx).await?;
        call_concerned(tx).await?;
        pair(tx, by_reference(), &params![tx.tenant()][..]).await?;
        pair(tx, by_day(), &params![tx.tenant(), DAYS_APART][..]).await?;
        state::said(tx).await?;
        judge_settlements(tx, late).await?;
        judge_bank(tx).await?;
    }
    Ok(aged + taken)
}

/// The first of what is new takes its turn.
async fn take(tx: &mut Tx) -> Result<u64> {
    let settlements = tx
        .exec(
            sql!(
                "UPDATE settlements SET state = 'turn' WHERE tenant_id = $1 AND id IN
                   (SELECT n.id FROM settlements n WHERE n.tenant_id = $1 AND n.state = 'new' ORDER BY n.settled_at, n.id LIMIT $2)"
            ),
            params![tx.tenant(), TURN],
        )
        .await?;
    let rows = tx
        .exec(
            sql!(
                "UPDATE bank_rows SET state = 'turn' WHERE tenant_id = $1 AND id IN
                   (SELECT n.id FROM bank_rows n WHERE n.tenant_id = $1 AND n.state = 'new' ORDER BY n.at, n.id LIMIT $2)"
            ),
            params![tx.tenant(), TURN],
        )
        .await?;
    Ok(settlements + rows)
}

/// Settlements of the same amounts look again: what one of them leaves may be another's.
async fn call_same_amounts(tx: &mut Tx) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE settlements SET state = 'turn' WHERE tenant_id = $1 AND id IN
               (SELECT o.id FROM settlements s CROSS JOIN settlements o WHERE s.tenant_id = $1 AND s.state = 'turn'
                  AND o.tenant_id = $1 AND o.currency = s.currency AND o.net_minor = s.net_minor)"
        ),
        params![tx.tenant()],
    )
    .await?;
    Ok(())
}

/// What the rows of settlements come to. The provider's own word of the sum goes before theirs.
async fn add_up(tx: &mut Tx) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE settlements SET (rows_count, rows_minor, fee_minor, tax_minor, other_minor, more_fee_minor) =
               (SELECT COUNT(*), CAST(COALESCE(SUM(r.net_minor), 0) AS BIGINT), CAST(COALESCE(SUM(r.fee_minor), 0) AS BIGINT),
                   CAST(COALESCE(SUM(CASE WHEN r.more_fee_minor IS NULL THEN 0 ELSE r.tax_minor END), 0) AS BIGINT),
                   CAST(COALESCE(SUM(CASE WHEN r.kind IN ('payment', 'refund') OR r.more_fee_minor IS NULL THEN 0
                      ELSE r.net_minor + r.fee_minor END), 0) AS BIGINT),
                   CAST(COALESCE(SUM(r.more_fee_minor), 0) AS BIGINT)
                FROM settlement_rows r WHERE r.tenant_id = $1 AND r.settlement_id = settlements.id)
             WHERE tenant_id = $1 AND state = 'turn'"
        ),
        params![tx.tenant()],
    )
    .await?;
    tx.exec(
        sql!("UPDATE settlements SET net_minor = COALESCE(told_minor, rows_minor) WHERE tenant_id = $1 AND state = 'turn'"),
        params![tx.tenant()],
    )
    .await?;
    Ok(())
}

/// Whoever the turn concerns looks again: lines with the reference of a settlement, settlements with the reference or the amount of a line.
/// What was matched by itself is let go, and found again where it still holds.
async fn call_concerned(tx: &mut Tx) -> Result<()> {
    let tenant = tx.tenant();
    tx.exec(
        sql!(
            "UPDATE bank_rows SET state = 'turn' WHERE tenant_id = $1 AND id IN
               (SELECT m.bank_row_id FROM settlements s CROSS JOIN bank_marks m
                WHERE s.tenant_id = $1 AND s.state = 'turn' AND m.tenant_id = $1 AND m.mark = s.mark)"
        ),
        params![tenant],
    )
    .await?;
    tx.exec(
        sql!(
            "UPDATE settlements SET state = 'turn' WHERE tenant_id = $1 AND id IN
               (SELECT s.id FROM bank_rows b CROSS JOIN bank_marks m CROSS JOIN settlements s
                WHERE b.tenant_id = $1 AND b.state = 'turn' AND m.tenant_id = $1 AND m.bank_row_id = b.id
                  AND s.tenant_id = $1 AND s.mark = m.mark)"
        ),
        params![tenant],
    )
    .await?;
    tx.exec(
        sql!(
            "UPDATE settlements SET state = 'turn' WHERE tenant_id = $1 AND id IN
               (SELECT s.id FROM bank_rows b CROSS JOIN settlements s WHERE b.tenant_id = $1 AND b.state = 'turn'
                  AND s.tenant_id = $1 AND s.currency = b.currency AND s.net_minor = b.amount_minor)"
        ),
        params![tenant],
    )
    .await?;
    call_same_amounts(tx).await?;
    tx.exec(
        sql!(
            "UPDATE bank_rows SET state = 'turn', settlement_id = NULL WHERE tenant_id = $1 AND settlement_id IN
               (SELECT s.id FROM settlements s WHERE s.tenant_id = $1 AND s.state = 'turn' AND NOT s.by_hand)"
        ),
        params![tenant],
    )
    .await?;
    tx.exec(
        sql!("UPDATE settlements SET bank_row_id = NULL, bank_minor = 0 WHERE tenant_id = $1 AND state = 'turn' AND NOT by_hand"),
        params![tenant],
    )
    .await?;
    Ok(())
}

/// The same reference and the same amount. Where several fit, the first of each side find each other.
fn by_reference() -> &'static Sql {
    sql!(
        "UPDATE settlements SET bank_row_id = p.bank_row_id, bank_minor = settlements.net_minor
         FROM (SELECT s.id, b.id AS bank_row_id, ROW_NUMBER() OVER (PARTITION BY s.id ORDER BY b.day, b.fingerprint) AS line,
                  ROW_NUMBER() OVER (PARTITION BY b.id ORDER BY s.settled_at, s.provider, s.settlement_ref) AS settlement
               FROM settlements s CROSS JOIN bank_marks m CROSS JOIN bank_rows b
               WHERE s.tenant_id = $1 AND s.state = 'turn' AND s.bank_row_id IS NULL AND s.net_minor > 0
                 AND m.tenant_id = $1 AND m.mark = s.mark AND b.tenant_id = $1 AND b.id = m.bank_row_id
                 AND b.settlement_id IS NULL AND b.currency = s.currency AND b.amount_minor = s.net_minor) p
         WHERE settlements.tenant_id = $1 AND settlements.state = 'turn' AND settlements.id = p.id AND p.line = 1 AND p.settlement = 1"
    )
}

/// The same amount within a few days, where there is one such line for the settlement and one such settlement for the line, and neither's
/// reference is known on the other side.
fn by_day() -> &'static Sql {
    sql!(
        "UPDATE settlements SET bank_row_id = p.bank_row_id, bank_minor = settlements.net_minor
         FROM (SELECT s.id, b.id AS bank_row_id, COUNT(*) OVER (PARTITION BY s.id) AS lines, COUNT(*) OVER (PARTITION BY b.id) AS settlements
               FROM settlements s CROSS JOIN bank_rows b
               WHERE s.tenant_id = $1 AND s.state = 'turn' AND s.bank_row_id IS NULL AND s.net_minor > 0
                 AND b.tenant_id = $1 AND b.currency = s.currency AND b.amount_minor = s.net_minor
                 AND b.day BETWEEN s.day - $2 AND s.day + $2 AND b.settlement_id IS NULL
                 AND NOT EXISTS (SELECT 1 FROM bank_marks m WHERE m.tenant_id = $1 AND m.mark = s.mark)
                 AND NOT EXISTS (SELECT 1 FROM bank_marks n CROSS JOIN settlements k WHERE n.tenant_id = $1 AND n.bank_row_id = b.id
                    AND k.tenant_id = $1 AND k.mark = n.mark)) p
         WHERE settlements.tenant_id = $1 AND settlements.state = 'turn' AND settlements.id = p.id AND p.lines = 1 AND p.settlements = 1"
    )
}

/// Pairs settlements with lines, and writes it down on both sides.
async fn pair(tx: &mut Tx, pairs: &'static Sql, params: &[store::Value]) -> Result<()> {
    tx.exec(pairs, params).await?;
    tx.exec(
        sql!(
            "UPDATE bank_rows SET settlement_id = s.id, state = 'turn' FROM settlements s
             WHERE bank_rows.tenant_id = $1 AND bank_rows.settlement_id IS NULL AND s.tenant_id = $1 AND s.state = 'turn'
               AND s.bank_row_id = bank_rows.id"
        ),
        params![tx.tenant()],
    )
    .await?;
    Ok(())
}

async fn judge_settlements(tx: &mut Tx, late: Time) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE settlements SET reason = CASE
                WHEN told_minor <> rows_minor THEN 'rows_differ'
                WHEN bank_row_id IS NOT NULL OR net_minor <= 0 THEN NULL
                WHEN EXISTS (SELECT 1 FROM bank_marks m WHERE m.tenant_id = $1 AND m.mark = settlements.mark) THEN 'amount_differs'
                WHEN settled_at < $2 THEN 'settlement_not_in_bank' END
             WHERE tenant_id = $1 AND state = 'turn'"
        ),
        params![tx.tenant(), late],
    )
    .await?;
    tx.exec(
        sql!(
            "UPDATE settlements SET state = CASE WHEN reason = accepted_for THEN 'accepted' WHEN reason IS NOT NULL THEN 'exception'
                WHEN bank_row_id IS NOT NULL OR net_minor <= 0 THEN 'matched' ELSE 'waiting' END
             WHERE tenant_id = $1 AND state = 'turn'"
        ),
        params![tx.tenant()],
    )
    .await?;
    Ok(())
}

async fn judge_bank(tx: &mut Tx) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE bank_rows SET reason = CASE
                WHEN settlement_id IS NOT NULL OR amount_minor <= 0 THEN NULL
                WHEN EXISTS (SELECT 1 FROM bank_marks m CROSS JOIN settlements s WHERE m.tenant_id = $1 AND m.bank_row_id = bank_rows.id
                   AND s.tenant_id = $1 AND s.mark = m.mark AND s.net_minor = bank_rows.amount_minor AND s.currency = bank_rows.currency)
                   THEN 'duplicate'
                WHEN EXISTS (SELECT 1 FROM bank_marks m CROSS JOIN settlements s WHERE m.tenant_id = $1 AND m.bank_row_id = bank_rows.id
                   AND s.tenant_id = $1 AND s.mark = m.mark) THEN 'amount_differs'
                ELSE 'bank_row_unknown' END
             WHERE tenant_id = $1 AND state = 'turn'"
        ),
        params![tx.tenant()],
    )
    .await?;
    tx.exec(
        sql!(
            "UPDATE bank_rows SET state = CASE WHEN settlement_id IS NOT NULL THEN 'matched' WHEN reason IS NULL THEN 'aside'
                WHEN reason = accepted_for THEN 'accepted' ELSE 'exception' END
             WHERE tenant_id = $1 AND state = 'turn'"
        ),
        params![tx.tenant()],
    )
    .await?;
    Ok(())
}
