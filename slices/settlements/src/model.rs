//! What is held side by side, and the words for how it stands.

use facts::{BankRowId, Currency, Money, MovementId, PaymentId, SettlementId, SettlementRowId, StatementId, Time};
use serde::Deserialize;
use store::Json;

facts::words! {
    /// How a row stands.
    pub enum State {
        /// Nobody has looked at it yet.
        New = "new",
        /// Nothing is wrong; what belongs to it is still to come.
        Waiting = "waiting",
        /// What belongs to it is there.
        Matched = "matched",
        /// Something does not add up; its reason says what.
        Exception = "exception",
        /// Something does not add up, and a person let it stand.
        Accepted = "accepted",
        /// It is no money of a provider's: what left the bank account.
        Aside = "aside",
    }
}

facts::words! {
    /// What does not add up.
    pub enum Reason {
        /// It was captured days ago, and no settlement has it.
        NotSettled = "not_settled",
        /// The provider settled something that the books do not have.
        NotInLedger = "not_in_ledger",
        /// Both have it, with different amounts.
        AmountDiffers = "amount_differs",
        /// The provider kept another fee than it said at capture.
        FeeDiffers = "fee_differs",
        /// The provider gave or took something beside payments and refunds.
        Correction = "correction",
        /// It is there twice.
        Duplicate = "duplicate",
        /// It came again with other amounts.
        Contradicted = "contradicted",
        /// The provider's sum is not that of its rows.
        RowsDiffer = "rows_differ",
        /// It was paid out days ago, and the bank does not show it.
        SettlementNotInBank = "settlement_not_in_bank",
        /// Money came to the bank that no provider sent.
        BankRowUnknown = "bank_row_unknown",
    }
}

impl Reason {
    /// In a few words.
    pub fn title(self) -> &'static str {
        match self {
            Reason::NotSettled => "Not settled",
            Reason::NotInLedger => "Not in the books",
            Reason::AmountDiffers => "Amounts differ",
            Reason::FeeDiffers => "Fees differ",
            Reason::Correction => "Provider's correction",
            Reason::Duplicate => "There twice",
            Reason::Contradicted => "Came with other amounts",
            Reason::RowsDiffer => "Rows do not add up",
            Reason::SettlementNotInBank => "Not in the bank",
            Reason::BankRowUnknown => "Unknown money",
        }
    }

    /// What it means and what to do.
    pub fn advice(self) -> &'static str {
        match self {
            Reason::NotSettled => "Captured days ago, and in no settlement yet. Ask the provider why it is held.",
            Reason::NotInLedger => "The provider settled it, and no payment here has this id. It may have been taken outside this shop.",
            Reason::AmountDiffers => "Both sides have it, with different amounts. Compare them, and accept what is right with a note.",
            Reason::FeeDiffers => "Another fee was kept than was said at capture. The books have the difference.",
            Reason::Correction => "A dispute, an adjustment or a transfer. The books have it as the provider's correction.",
            Reason::Duplicate => "The same thing is there twice. Ask the provider or the bank which one stands.",
            Reason::Contradicted => "It came again with other amounts; those that came first stand.",
            Reason::RowsDiffer => "The provider's sum is not that of the rows that came. Fetch the settlement again, or upload its report.",
            Reason::SettlementNotInBank => "Upload the bank's statement of these days. If it is not on it, ask the provider with the UTR.",
            Reason::BankRowUnknown => "Money that no settlement explains. Accept it with a note that says what it is.",
        }
    }
}

facts::words! {
    /// Which of the three ways a row is on.
    pub enum Side {
        /// What the payments here say.
        Payment = "payment",
        /// What the provider settled.
        ProviderRow = "provider_row",
        /// What the provider paid out at once.
        Settlement = "settlement",
        /// What the bank shows.
        BankRow = "bank_row",
    }
}

impl Side {
    /// As people say it.
    pub fn title(self) -> &'static str {
        match self {
            Side::Payment => "Payment here",
            Side::ProviderRow => "Provider's row",
            Side::Settlement => "Settlement",
            Side::BankRow => "Bank",
        }
    }
}

facts::words! {
    /// What a row of a settlement is.
    pub enum RowKind {
        /// A payment that was captured.
        Payment = "payment",
        /// Money that went back.
        Refund = "refund",
        /// A correction of the provider's.
        Adjustment = "adjustment",
        /// Money that a bank took back, or gave again.
        Dispute = "dispute",
        /// Money that went on to somebody else's account.
        Transfer = "transfer",
    }
}

/// Money that moved at a provider, as the payments here have it.
#[derive(Debug, Clone)]
pub(crate) struct Moved {
    /// The provider's id of it: of a payment or of a refund.
    pub entity_ref: String,
    pub kind: RowKind,
    pub payment_id: PaymentId,
    /// Above zero captured, below zero given back.
    pub amount: Money,
    /// What was booked as its fee.
    pub fee: Option<i64>,
    pub happened_at: Time,
}

/// One row of a settlement as a provider or its file says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settled {
    pub settlement_ref: String,
    pub utr: Option<String>,
    pub settled_at: Time,
    pub entity_ref: String,
    pub kind: RowKind,
    pub currency: Currency,
    /// Above zero for what came.
    pub gross: i64,
    /// Tax included.
    pub fee: i64,
    pub tax: i64,
    /// What it adds to the payout.
    pub net: i64,
    pub text: String,
}

/// What a row comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sums {
    pub gross: i64,
    pub fee: i64,
    pub tax: i64,
    pub net: i64,
}

impl Sums {
    /// From what a provider says. The fee that counts is what is missing between the amount and the payout: one that was paid out of
    /// credits was not kept of this payment, and neither was its tax.
    pub fn of(amount: Option<i64>, credit: i64, debit: i64, fee: i64, tax: i64) -> Self {
        let net = credit - debit;
        let gross = match amount.map(i64::abs) {
            Some(amount) if debit > credit => -amount,
            Some(amount) => amount,
            None => net + fee,
        };
        let kept = gross - net;
        Self { gross, fee: kept, tax: if kept == fee { tax } else { tax.min(kept).max(0) }, net }
    }
}

/// A settlement as its provider says it: with its own sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub settlement_ref: String,
    pub utr: Option<String>,
    pub settled_at: Time,
    pub currency: Currency,
    pub amount: i64,
}

/// A line of the bank's statement as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub number: i64,
    /// How many lines that say the same came before it in its file.
    pub ordinal: i64,
    /// Days since 1970.
    pub day: i64,
    /// Above zero for what came.
    pub amount: i64,
    pub reference: String,
    pub narration: String,
}

/// A settlement, as its row has it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Settlement {
    pub id: SettlementId,
    pub provider: String,
    pub settlement_ref: String,
    pub currency: Currency,
    pub utr: Option<String>,
    pub settled_at: Time,
    pub rows_count: i64,
    pub rows_minor: i64,
    pub net_minor: i64,
    pub fee_minor: i64,
    pub tax_minor: i64,
    pub other_minor: i64,
    pub bank_row_id: Option<BankRowId>,
    pub bank_minor: i64,
    pub by_hand: bool,
    pub state: State,
    pub reason: Option<Reason>,
    pub note: Option<String>,
}

impl Settlement {
    /// So much in its currency.
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }
}

/// A row of a settlement, as its row has it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct SettlementRow {
    pub id: SettlementRowId,
    pub entity_ref: String,
    pub kind: RowKind,
    pub currency: Currency,
    pub gross_minor: i64,
    pub fee_minor: i64,
    pub tax_minor: i64,
    pub net_minor: i64,
    pub text: String,
    pub state: State,
    pub reason: Option<Reason>,
    pub payment_id: Option<PaymentId>,
}

/// A line of the bank's statement, as its row has it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct BankRow {
    pub id: BankRowId,
    pub at: Time,
    pub amount_minor: i64,
    pub currency: Currency,
    pub reference: String,
    pub narration: String,
    pub settlement_id: Option<SettlementId>,
    pub state: State,
    pub reason: Option<Reason>,
    pub note: Option<String>,
}

impl BankRow {
    /// Above zero for what came.
    pub fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }
}

/// Something that does not add up, of whichever side.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Exception {
    pub side: Side,
    pub id: uuid::Uuid,
    pub at: Time,
    pub reason: Reason,
    pub accepted: bool,
    pub amount_minor: i64,
    pub currency: Currency,
    /// The provider's id or the bank's words.
    pub text: String,
    pub note: Option<String>,
    /// The payment, the settlement or the line's own page.
    pub place: Option<uuid::Uuid>,
}

impl Exception {
    /// How much it is about.
    pub fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }

    /// The row's id as the API has it.
    pub fn row(&self) -> String {
        use facts::Id;
        match self.side {
            Side::Payment => MovementId::from_uuid(self.id).to_string(),
            Side::ProviderRow => SettlementRowId::from_uuid(self.id).to_string(),
            Side::Settlement => SettlementId::from_uuid(self.id).to_string(),
            Side::BankRow => BankRowId::from_uuid(self.id).to_string(),
        }
    }
}

facts::words! {
    /// Whose file it is.
    pub enum Source {
        /// The bank's statement.
        Bank = "bank",
        /// Razorpay's report of settlements.
        Razorpay = "razorpay",
    }
}

facts::words! {
    /// How far a file is.
    pub enum FileState {
        /// It is on its way in.
        Arriving = "arriving",
        /// It is all there, and waits for somebody to say that it was understood.
        Ready = "ready",
        /// Its lines are being taken.
        Taking = "taking",
        /// It was taken to its last line.
        Taken = "taken",
    }
}

/// A file of the bank's or of a provider's, as its row has it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Statement {
    pub id: StatementId,
    pub source: Source,
    pub name: String,
    pub state: FileState,
    pub columns: Json<crate::reading::Columns>,
    pub currency: Currency,
    pub lines: i64,
    pub taken_through: i64,
    pub added: i64,
    pub created_at: Time,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_row_comes_to() {
        for (amount, credit, debit, fee, tax, sums) in [
            (Some(100_000), 97_100, 0, 2_900, 400, (100_000, 2_900, 400, 97_100)),
            (Some(242_500), 0, 242_500, 0, 0, (-242_500, 0, 0, -242_500)),
            (Some(10_000), 10_000, 0, 236, 36, (10_000, 0, 0, 10_000)),
            (None, 9_667, 0, 233, 35, (9_900, 233, 35, 9_667)),
            (Some(4_000), 0, 4_100, 100, 15, (-4_000, 100, 15, -4_100)),
        ] {
            let Sums { gross, fee, tax, net } = Sums::of(amount, credit, debit, fee, tax);
            assert_eq!((gross, fee, tax, net), sums, "{amount:?} {credit} {debit}");
        }
    }
}
