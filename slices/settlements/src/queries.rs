//! Looking at settlements, lines of the bank and what does not add up.

use crate::model::{BankRow, Exception, Reason, Settlement, SettlementRow, Side, State, Statement};
use facts::{BankRowId, Currency, SettlementId, StatementId, Time};
use serde::Deserialize;
use store::{Json, Look, Result, params, sql};
use web::{Cursor, like};

/// A statement that gives whole [`Settlement`]s: what stands behind the list of columns.
macro_rules! settlement_rows {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, provider, settlement_ref, currency, utr, settled_at, rows_count, rows_minor, net_minor, fee_minor, tax_minor, other_minor,
                bank_row_id, bank_minor, by_hand, CASE state WHEN 'turn' THEN 'new' ELSE state END AS state, reason, note FROM settlements ",
            $rest
        ))
    };
}

/// A statement that gives whole [`BankRow`]s.
macro_rules! bank_rows {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, at, amount_minor, currency, reference, narration, settlement_id, state, reason, note FROM bank_rows ",
            $rest
        ))
    };
}

/// A statement that gives whole [`Statement`]s.
macro_rules! statement_rows {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, source, name, state, columns, currency, lines, taken_through, added, created_at FROM statements ",
            $rest
        ))
    };
}

pub(crate) async fn settlement(look: &mut impl Look, id: SettlementId) -> Result<Option<Settlement>> {
    look.maybe(settlement_rows!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}

/// Settlements after a place in the list, newest first.
pub(crate) async fn settlements(look: &mut impl Look, state: Option<State>, after: Cursor, limit: i64) -> Result<Vec<Settlement>> {
    look.all(
        settlement_rows!(
            "WHERE tenant_id = $1 AND (settled_at, id) < ($2, $3) AND (state = $4 OR $4 IS NULL) ORDER BY settled_at DESC, id DESC LIMIT $5"
        ),
        params![look.tenant(), after.at, after.id, state.map(State::as_str), limit],
    )
    .await
}

/// Rows of a settlement after a place, newest first.
pub(crate) async fn rows(look: &mut impl Look, settlement: SettlementId, after: Cursor, limit: i64) -> Result<Vec<SettlementRow>> {
    look.all(
        sql!(
            "SELECT r.id, r.entity_ref, r.kind, r.currency, r.gross_minor, r.fee_minor, r.tax_minor, r.net_minor, r.text, r.state,
                r.reason, (SELECT m.payment_id FROM movements m WHERE m.tenant_id = $1 AND m.entity_ref = r.entity_ref) AS payment_id
             FROM settlement_rows r WHERE r.tenant_id = $1 AND r.settlement_id = $2 AND r.id < $3 ORDER BY r.id DESC LIMIT $4"
        ),
        params![look.tenant(), settlement, after.id, limit],
    )
    .await
}

pub(crate) async fn bank_row(look: &mut impl Look, id: BankRowId) -> Result<Option<BankRow>> {
    look.maybe(bank_rows!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}

/// Lines of the bank after a place in the list, newest first; `q` is a part of what the bank wrote.
pub(crate) async fn bank_rows(
    look: &mut impl Look,
    state: Option<State>,
    q: Option<&str>,
    after: Cursor,
    limit: i64,
) -> Result<Vec<BankRow>> {
    let pattern = q.map(str::trim).filter(|words| !words.is_empty()).map(like);
    look.all(
        bank_rows!(
            "WHERE tenant_id = $1 AND (at, id) < ($2, $3) AND (state = $4 OR $4 IS NULL)
             AND (LOWER(narration) LIKE $5 ESCAPE '\\' OR LOWER(reference) LIKE $5 ESCAPE '\\' OR $5 IS NULL)
             ORDER BY at DESC, id DESC LIMIT $6"
        ),
        params![look.tenant(), after.at, after.id, state.map(State::as_str), pattern, limit],
    )
    .await
}

/// Free lines that a settlement could be: money that came, the same amount first, then the nearest days.
pub(crate) async fn candidates(look: &mut impl Look, settlement: &Settlement) -> Result<Vec<BankRow>> {
    look.all(
        bank_rows!(
            "WHERE tenant_id = $1 AND settlement_id IS NULL AND state IN ('exception', 'accepted') AND currency = $2
             AND at BETWEEN $3 AND $4 ORDER BY CASE WHEN amount_minor = $5 THEN 0 ELSE 1 END, ABS(at - $6), id LIMIT 50"
        ),
        params![
            look.tenant(),
            settlement.currency,
            settlement.settled_at.before(NEAR),
            settlement.settled_at.after(NEAR),
            settlement.net_minor,
            settlement.settled_at
        ],
    )
    .await
}

/// How far from its settlement a line may be to be offered.
const NEAR: std::time::Duration = std::time::Duration::from_secs(15 * 86_400);

/// Which exceptions.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted {
    pub side: Option<Side>,
    pub reason: Option<Reason>,
    /// Those that a person let stand, in place of the open ones.
    pub accepted: bool,
}

/// Exceptions of all sides after a place in the list, newest first.
pub(crate) async fn exceptions(look: &mut impl Look, wanted: Wanted, after: Cursor, limit: i64) -> Result<Vec<Exception>> {
    look.all(
        sql!(
            "SELECT * FROM (SELECT 'payment' AS side, id, happened_at AS at, reason, state = 'accepted' AS accepted, amount_minor, currency,
                  entity_ref AS text, note, payment_id AS place FROM movements
                WHERE tenant_id = $1 AND state = $2 AND (happened_at, id) < ($3, $4) AND (reason = $5 OR $5 IS NULL)
                  AND ('payment' = $6 OR $6 IS NULL) ORDER BY happened_at DESC, id DESC LIMIT $7) a
             UNION ALL
             SELECT * FROM (SELECT 'provider_row' AS side, id, settled_at AS at, reason, state = 'accepted' AS accepted, gross_minor AS amount_minor,
                  currency, entity_ref AS text, note, settlement_id AS place FROM settlement_rows
                WHERE tenant_id = $1 AND state = $2 AND (settled_at, id) < ($3, $4) AND (reason = $5 OR $5 IS NULL)
                  AND ('provider_row' = $6 OR $6 IS NULL) ORDER BY settled_at DESC, id DESC LIMIT $7) b
             UNION ALL
             SELECT * FROM (SELECT 'settlement' AS side, id, settled_at AS at, reason, state = 'accepted' AS accepted, net_minor AS amount_minor,
                  currency, settlement_ref AS text, note, id AS place FROM settlements
                WHERE tenant_id = $1 AND state = $2 AND (settled_at, id) < ($3, $4) AND (reason = $5 OR $5 IS NULL)
                  AND ('settlement' = $6 OR $6 IS NULL) ORDER BY settled_at DESC, id DESC LIMIT $7) c
             UNION ALL
             SELECT * FROM (SELECT 'bank_row' AS side, id, at, reason, state = 'accepted' AS accepted, amount_minor, currency, narration AS text,
                  note, settlement_id AS place FROM bank_rows
                WHERE tenant_id = $1 AND state = $2 AND (at, id) < ($3, $4) AND (reason = $5 OR $5 IS NULL)
                  AND ('bank_row' = $6 OR $6 IS NULL) ORDER BY at DESC, id DESC LIMIT $7) d
             ORDER BY at DESC, id DESC LIMIT $7"
        ),
        params![
            look.tenant(),
            if wanted.accepted { "accepted" } else { "exception" },
            after.at,
            after.id,
            wanted.reason.map(Reason::as_str),
            wanted.side.map(Side::as_str),
            limit
        ],
    )
    .await
}

/// How many exceptions of a kind are open.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Open {
    pub side: Side,
    pub reason: Reason,
    pub count: i64,
}

/// How many of what are open.
pub(crate) async fn open(look: &mut impl Look) -> Result<Vec<Open>> {
    look.all(
        sql!(
            "SELECT 'payment' AS side, reason, COUNT(*) AS count FROM movements WHERE tenant_id = $1 AND state = 'exception' GROUP BY reason
             UNION ALL
             SELECT 'provider_row', reason, COUNT(*) FROM settlement_rows WHERE tenant_id = $1 AND state = 'exception' GROUP BY reason
             UNION ALL
             SELECT 'settlement', reason, COUNT(*) FROM settlements WHERE tenant_id = $1 AND state = 'exception' GROUP BY reason
             UNION ALL
             SELECT 'bank_row', reason, COUNT(*) FROM bank_rows WHERE tenant_id = $1 AND state = 'exception' GROUP BY reason"
        ),
        params![look.tenant()],
    )
    .await
}

/// What money came to since a moment, by currency.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Totals {
    pub currency: Currency,
    /// Captured, less what went back.
    pub captured: i64,
    /// What the provider still holds of all that was captured, less its fees, however long ago.
    pub held: i64,
    /// Paid out.
    pub settled: i64,
    /// What was kept of it.
    pub fees: i64,
    /// Found in the bank.
    pub banked: i64,
}

/// What money came to since a moment, by currency.
pub(crate) async fn totals(look: &mut impl Look, since: Time) -> Result<Vec<Totals>> {
    look.all(
        sql!(
            "SELECT currency, CAST(SUM(captured) AS BIGINT) AS captured, CAST(SUM(held) AS BIGINT) AS held,
                CAST(SUM(settled) AS BIGINT) AS settled, CAST(SUM(fees) AS BIGINT) AS fees, CAST(SUM(banked) AS BIGINT) AS banked
             FROM (SELECT currency, amount_minor AS captured, 0 AS held, 0 AS settled, 0 AS fees, 0 AS banked FROM movements
                   WHERE tenant_id = $1 AND state IN ('new', 'turn', 'waiting', 'matched', 'exception', 'accepted') AND happened_at >= $2
                   UNION ALL
                   SELECT currency, 0, amount_minor - fee_minor, 0, 0, 0 FROM movements
                   WHERE tenant_id = $1 AND state IN ('new', 'turn', 'waiting', 'exception', 'accepted')
                   UNION ALL
                   SELECT currency, 0, 0, net_minor, fee_minor, bank_minor FROM settlements WHERE tenant_id = $1 AND settled_at >= $2) t
             GROUP BY currency ORDER BY currency"
        ),
        params![look.tenant(), since],
    )
    .await
}

/// How far settling with the providers is.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Reconciler {
    pub razorpay_through: Time,
    pub stripe_through: Time,
    pub ran_at: Option<Time>,
}

impl Reconciler {
    /// Up to when all of them were asked.
    pub fn fetched_through(&self) -> Time {
        self.razorpay_through.min(self.stripe_through)
    }
}

pub(crate) async fn reconciler(look: &mut impl Look) -> Result<Option<Reconciler>> {
    look.maybe(sql!("SELECT razorpay_through, stripe_through, ran_at FROM reconcilers WHERE tenant_id = $1"), params![look.tenant()]).await
}

pub(crate) async fn statement(look: &mut impl Look, id: StatementId) -> Result<Option<Statement>> {
    look.maybe(statement_rows!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}

/// Files after a place in the list, newest first.
pub(crate) async fn statements(look: &mut impl Look, after: Cursor, limit: i64) -> Result<Vec<Statement>> {
    look.all(
        statement_rows!("WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT $4"),
        params![look.tenant(), after.at, after.id, limit],
    )
    .await
}

/// A line of a file that is not taken yet.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Kept {
    pub line: i64,
    pub ordinal: i64,
    pub cells: Json<Vec<String>>,
}

/// Lines of a file after one of them, in their order.
pub(crate) async fn lines(look: &mut impl Look, id: StatementId, after: i64, limit: i64) -> Result<Vec<Kept>> {
    look.all(
        sql!(
            "SELECT line, ordinal, cells FROM statement_lines WHERE tenant_id = $1 AND statement_id = $2 AND line > $3 ORDER BY line LIMIT $4"
        ),
        params![look.tenant(), id, after, limit],
    )
    .await
}
