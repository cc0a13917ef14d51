//! Accounts and entries.

use facts::{Currency, EntryId, Money, OrderId, Time, TransactionId};
use serde::Deserialize;

facts::words! {
    /// An account of the books, by its code.
    pub enum Account {
        /// What the payment provider holds for us and will pay out.
        GatewayReceivable = "gateway_receivable",
        /// What was sold.
        Sales = "sales",
        /// What the payment provider keeps.
        GatewayFees = "gateway_fees",
        /// What went back to buyers.
        Refunds = "refunds",
        /// What buyers paid that fits no order and is owed back to them.
        UnmatchedReceipts = "unmatched_receipts",
    }
}

impl Account {
    /// Its name, as a person reads it.
    pub fn title(self) -> &'static str {
        match self {
            Account::GatewayReceivable => "Held by the payment provider",
            Account::Sales => "Sales",
            Account::GatewayFees => "Payment fees",
            Account::Refunds => "Refunds",
            Account::UnmatchedReceipts => "Unmatched receipts",
        }
    }
}

/// One side of a transaction, as it is shown.
#[derive(Debug, Clone, Deserialize)]
pub struct EntryView {
    /// Its id.
    pub id: EntryId,
    /// The transaction it is a side of.
    pub transaction_id: TransactionId,
    /// The order that it concerns.
    pub order_id: Option<OrderId>,
    /// The account.
    pub account: Account,
    /// Minor units: above zero for a debit, below for a credit. [`EntryView::amount`] has it with its currency.
    pub amount_minor: i64,
    /// In which currency.
    pub currency: Currency,
    /// What the transaction was, in a sentence.
    pub text: String,
    /// When it was booked.
    pub at: Time,
}

impl EntryView {
    /// Above zero for a debit, below for a credit.
    pub fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }

    /// How much was debited, where it is a debit.
    pub fn debit(&self) -> Option<Money> {
        (self.amount_minor > 0).then(|| self.amount())
    }

    /// How much was credited, where it is a credit.
    pub fn credit(&self) -> Option<Money> {
        (self.amount_minor < 0).then(|| Money::new(self.amount_minor.saturating_neg(), self.currency))
    }
}
