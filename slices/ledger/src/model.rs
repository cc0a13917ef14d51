//! Accounts and entries.

use facts::{Currency, EntryId, Money, OrderId, Time, TransactionId};
use serde::Deserialize;

facts::words! {
    /// An account of the books, by its code.
    pub enum Account {
        /// What the payment provider holds for us and will pay out.
        GatewayReceivable = "gateway_receivable",
        /// What the payment provider has paid out and the bank has not shown yet.
        BankClearing = "bank_clearing",
        /// What was sold.
        Sales = "sales",
        /// What the payment provider keeps.
        GatewayFees = "gateway_fees",
        /// The tax in the payment provider's fees, which can be claimed back.
        InputTax = "input_tax",
        /// What the payment provider gave, or took, beside payments and refunds: disputes, corrections.
        ProviderCorrections = "provider_corrections",
        /// What went back to buyers.
        Refunds = "refunds",
        /// What buyers paid that fits no order and is owed back to them.
        UnmatchedReceipts = "unmatched_receipts",
        /// What customers owe on invoices.
        Receivables = "receivables",
        /// Notes and coins, and cheques to be cashed.
        Cash = "cash",
        /// What came to the shop's bank account, by transfer or to its UPI address.
        Bank = "bank",
        /// The union's half of the tax that was charged.
        Cgst = "output_cgst",
        /// The state's half of the tax that was charged.
        Sgst = "output_sgst",
        /// The tax that was charged between states.
        Igst = "output_igst",
        /// What rounding added to invoices or took from them.
        RoundOff = "round_off",
        /// What will not be paid.
        BadDebts = "bad_debts",
        /// What those who bring customers cost.
        Commissions = "referral_commissions",
        /// What they have to get of it.
        CommissionsPayable = "commissions_payable",
    }
}

impl Account {
    /// Its name, as a person reads it.
    pub fn title(self) -> &'static str {
        match self {
            Account::GatewayReceivable => "Held by the payment provider",
            Account::BankClearing => "On its way to the bank",
            Account::Sales => "Sales",
            Account::GatewayFees => "Payment fees",
            Account::InputTax => "Tax paid on fees",
            Account::ProviderCorrections => "Provider's corrections",
            Account::Refunds => "Refunds",
            Account::UnmatchedReceipts => "Unmatched receipts",
            Account::Receivables => "Owed by customers",
            Account::Cash => "Cash and cheques",
            Account::Bank => "Bank",
            Account::Cgst => "CGST charged",
            Account::Sgst => "SGST charged",
            Account::Igst => "IGST charged",
            Account::RoundOff => "Rounding",
            Account::BadDebts => "Written off",
            Account::Commissions => "Referral commissions",
            Account::CommissionsPayable => "Commissions owed",
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
