//! Settlements, lines of the bank and exceptions, as they leave the house.

use crate::model::{BankRow, Exception, FileState, Reason, RowKind, Settlement, SettlementRow, Side, Source, State, Statement};
use crate::reading::Columns;
use facts::{BankRowId, Id, Money, PaymentId, SettlementId, SettlementRowId, StatementId, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What a provider paid out at once.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Settlement)]
pub(super) struct SettlementView {
    #[schema(value_type = String, example = "stl_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: SettlementId,
    #[schema(example = "razorpay")]
    pub provider: String,
    /// The provider's id of it.
    #[schema(example = "setl_DGlQ1Rj8os78Ec")]
    pub provider_settlement_id: String,
    /// The bank's reference.
    pub utr: Option<String>,
    /// What was paid out.
    #[schema(value_type = web::MoneyShape)]
    pub amount: Money,
    /// What its rows add up to.
    #[schema(value_type = web::MoneyShape)]
    pub rows_amount: Money,
    pub rows: i64,
    /// What the provider kept, tax included.
    #[schema(value_type = web::MoneyShape)]
    pub fees: Money,
    /// The tax in the fees, as far as its payments are in the books.
    #[schema(value_type = web::MoneyShape)]
    pub tax: Money,
    /// What was given or taken beside payments and refunds.
    #[schema(value_type = web::MoneyShape)]
    pub corrections: Money,
    /// The line of the bank's statement.
    #[schema(value_type = Option<String>)]
    pub bank_row_id: Option<BankRowId>,
    #[schema(value_type = String, example = "matched")]
    pub state: State,
    #[schema(value_type = Option<String>, example = "settlement_not_in_bank")]
    pub reason: Option<Reason>,
    pub note: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub settled_at: Time,
}

impl From<Settlement> for SettlementView {
    fn from(it: Settlement) -> Self {
        Self {
            amount: it.money(it.net_minor),
            rows_amount: it.money(it.rows_minor),
            fees: it.money(it.fee_minor),
            tax: it.money(it.tax_minor),
            corrections: it.money(it.other_minor),
            id: it.id,
            provider: it.provider,
            provider_settlement_id: it.settlement_ref,
            utr: it.utr,
            rows: it.rows_count,
            bank_row_id: it.bank_row_id,
            state: it.state,
            reason: it.reason,
            note: it.note,
            settled_at: it.settled_at,
        }
    }
}

/// One payment, refund or correction of a settlement.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = SettlementRow)]
pub(super) struct RowView {
    #[schema(value_type = String)]
    id: SettlementRowId,
    /// The provider's id of the payment or refund.
    entity_id: String,
    /// `payment`, `refund`, `adjustment`, `dispute` or `transfer`.
    #[schema(value_type = String, example = "payment")]
    kind: RowKind,
    /// Above zero for what came.
    #[schema(value_type = web::MoneyShape)]
    amount: Money,
    #[schema(value_type = web::MoneyShape)]
    fee: Money,
    #[schema(value_type = web::MoneyShape)]
    tax: Money,
    /// What it adds to the payout.
    #[schema(value_type = web::MoneyShape)]
    net: Money,
    /// The payment here.
    #[schema(value_type = Option<String>)]
    payment_id: Option<PaymentId>,
    #[schema(value_type = String, example = "matched")]
    state: State,
    #[schema(value_type = Option<String>)]
    reason: Option<Reason>,
}

impl From<SettlementRow> for RowView {
    fn from(row: SettlementRow) -> Self {
        let money = |minor| Money::new(minor, row.currency);
        Self {
            id: row.id,
            kind: row.kind,
            amount: money(row.gross_minor),
            fee: money(row.fee_minor),
            tax: money(row.tax_minor),
            net: money(row.net_minor),
            payment_id: row.payment_id,
            state: row.state,
            reason: row.reason,
            entity_id: row.entity_ref,
        }
    }
}

/// A line of the bank's statement.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = BankRow)]
pub(super) struct BankRowView {
    #[schema(value_type = String, example = "bnk_01h2xcejqtf2nbrexx3vqjhp41")]
    id: BankRowId,
    #[schema(value_type = String, example = "2026-11-22")]
    on_day: String,
    /// Above zero for what came in.
    #[schema(value_type = web::MoneyShape)]
    amount: Money,
    reference: String,
    narration: String,
    /// The settlement that it is.
    #[schema(value_type = Option<String>)]
    settlement_id: Option<SettlementId>,
    #[schema(value_type = String, example = "matched")]
    state: State,
    #[schema(value_type = Option<String>)]
    reason: Option<Reason>,
    note: Option<String>,
}

impl From<BankRow> for BankRowView {
    fn from(row: BankRow) -> Self {
        Self {
            on_day: day(row.at),
            amount: row.amount(),
            id: row.id,
            reference: row.reference,
            narration: row.narration,
            settlement_id: row.settlement_id,
            state: row.state,
            reason: row.reason,
            note: row.note,
        }
    }
}

/// The day of a statement's line.
pub(super) fn day(at: Time) -> String {
    at.timestamp().strftime("%Y-%m-%d").to_string()
}

/// Something that does not add up.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ReconciliationException)]
pub(super) struct ExceptionView {
    /// The row's id: `mvt_…`, `srow_…`, `stl_…` or `bnk_…`.
    id: String,
    /// `payment`, `provider_row`, `settlement` or `bank_row`.
    #[schema(value_type = String, example = "bank_row")]
    side: Side,
    #[schema(value_type = String, example = "bank_row_unknown")]
    reason: Reason,
    /// What it means and what to do.
    advice: &'static str,
    #[schema(value_type = web::MoneyShape)]
    amount: Money,
    /// The provider's id or the bank's words.
    text: String,
    accepted: bool,
    note: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    at: Time,
}

impl From<Exception> for ExceptionView {
    fn from(it: Exception) -> Self {
        Self {
            id: it.row(),
            side: it.side,
            reason: it.reason,
            advice: it.reason.advice(),
            amount: it.amount(),
            text: it.text,
            accepted: it.accepted,
            note: it.note,
            at: it.at,
        }
    }
}

/// A file of the bank's or of a provider's.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = BankStatement)]
pub(super) struct StatementView {
    #[schema(value_type = String, example = "stmt_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: StatementId,
    /// `bank` or `razorpay`.
    #[schema(value_type = String, example = "bank")]
    source: Source,
    name: String,
    /// `arriving`, `ready`, `taking` or `taken`.
    #[schema(value_type = String, example = "ready")]
    state: FileState,
    /// The names of its columns.
    columns: Vec<String>,
    /// Which column, counted from 0, says what: `date`, `narration`, `reference`, `deposit`, `withdrawal`, `amount`, `direction`, and of a
    /// provider's report `entity`, `kind`, `fee`, `tax`, `settlement`.
    #[schema(value_type = std::collections::HashMap<String, usize>)]
    mapping: BTreeMap<String, usize>,
    /// How many lines it has.
    lines: i64,
    /// Up to which line of the file it was taken.
    taken_through: i64,
    /// How many lines were new.
    added: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

impl From<Statement> for StatementView {
    fn from(it: Statement) -> Self {
        let Columns { names, at } = it.columns.0;
        Self {
            id: it.id,
            source: it.source,
            name: it.name,
            state: it.state,
            columns: names,
            mapping: at.into_iter().map(|(field, at)| (field.to_string(), at)).collect(),
            lines: it.lines,
            taken_through: it.taken_through,
            added: it.added,
            created_at: it.created_at,
        }
    }
}

/// The order of a list by a moment and an id.
pub(super) fn cursor(at: Time, id: impl Id) -> web::Cursor {
    web::Cursor { at, id: id.uuid() }
}
