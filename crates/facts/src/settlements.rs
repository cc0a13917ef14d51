//! What happens between the provider's account and the bank.

use crate::{BankRowId, Fact, Id, Money, SettlementId, StatementId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The provider paid out. The first of a settlement has all of it; each further one only what changed since, above or below zero,
/// so that what was said of one settlement always adds up to what is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SettlementReceived {
    /// The settlement.
    pub settlement_id: SettlementId,
    /// Whose it is: `razorpay`, `stripe`.
    pub provider: String,
    /// The provider's id of it.
    pub provider_settlement_id: String,
    /// The bank's reference of it, once it is known.
    pub utr: Option<String>,
    /// What is on its way to the bank.
    pub amount: Money,
    /// What the provider kept beyond the fees that were known when its payments were captured, tax included.
    pub fees: Money,
    /// The tax in all fees of it, which can be claimed back.
    pub tax: Money,
    /// What the provider gave beside payments and refunds; below zero what it took.
    pub other: Money,
}

impl Fact for SettlementReceived {
    const KIND: &'static str = "settlement.received";
    fn about(&self) -> Option<Uuid> {
        Some(self.settlement_id.uuid())
    }
}

/// A settlement was found on the bank's statement; below zero, it turned out not to be there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SettlementBanked {
    /// The settlement.
    pub settlement_id: SettlementId,
    /// The line of the statement; nothing where there is none any more.
    pub bank_row_id: Option<BankRowId>,
    /// What came, or what changed of it.
    pub amount: Money,
}

impl Fact for SettlementBanked {
    const KIND: &'static str = "settlement.banked";
    fn about(&self) -> Option<Uuid> {
        Some(self.settlement_id.uuid())
    }
}

/// A settlement and a line of the bank's statement were matched by hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SettlementMatched {
    /// The settlement.
    pub settlement_id: SettlementId,
    /// The line of the statement.
    pub bank_row_id: BankRowId,
    /// Why, in the words of who did it.
    pub note: String,
}

impl Fact for SettlementMatched {
    const KIND: &'static str = "settlement.matched";
    fn about(&self) -> Option<Uuid> {
        Some(self.settlement_id.uuid())
    }
}

/// A statement of the bank or of a provider was taken in, to its last line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatementTaken {
    /// The statement.
    pub statement_id: StatementId,
    /// What the file was called.
    pub name: String,
    /// The lines that were read.
    pub lines: i64,
    /// Those that were not known already.
    pub added: i64,
}

impl Fact for StatementTaken {
    const KIND: &'static str = "statement.taken";
    fn about(&self) -> Option<Uuid> {
        Some(self.statement_id.uuid())
    }
}

/// Somebody looked at what does not add up and let it stand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExceptionAccepted {
    /// Where it stands: `payment`, `provider_row`, `settlement` or `bank_row`.
    pub side: String,
    /// The row.
    pub row_id: Uuid,
    /// What did not add up.
    pub reason: String,
    /// Why it may stand, in the words of who did it.
    pub note: String,
}

impl Fact for ExceptionAccepted {
    const KIND: &'static str = "reconciliation.accepted";
    fn about(&self) -> Option<Uuid> {
        Some(self.row_id)
    }
}
