//! What is booked for what happened. Every transaction sums to zero before it is written.

use crate::model::Account;
use facts::Money;
use facts::invoices::{InvoiceSums, PaidBy};
use facts::payments::Payable;
use facts::referrals::CommissionPaidBy;
use store::{Error, Result};

/// One side of a transaction: above zero for a debit, below for a credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// The account.
    pub account: Account,
    /// How much.
    pub amount: Money,
}

fn debit(account: Account, amount: Money) -> Side {
    Side { account, amount }
}

fn credit(account: Account, amount: Money) -> Result<Side> {
    Ok(Side { account, amount: amount.zero().minus(amount)? })
}

/// Money that was captured: the provider holds it, less what it keeps. It is the sale of an order or of a subscription that the provider
/// bills, it settles what a customer owes on an invoice, or it fits nothing.
///
/// # Errors
/// Money that does not add up: currencies that differ, or a fee above the amount.
pub fn captured(amount: Money, fee: Money, paid: Option<Payable>) -> Result<Vec<Side>> {
    let net = amount.minus(fee)?;
    if fee.minor < 0 || net.minor < 0 {
        return Err(Error::invalid("fee_out_of_range", format!("A fee of {fee} cannot be kept of {amount}.")));
    }
    let against = paid.map_or(Account::UnmatchedReceipts, earned);
    balanced(vec![debit(Account::GatewayReceivable, net), debit(Account::GatewayFees, fee), credit(against, amount)?])
}

/// Money that had fitted nothing and was matched by hand: it is owed back to nobody any more.
///
/// # Errors
/// Money that does not add up.
pub fn matched(amount: Money, paid: Payable) -> Result<Vec<Side>> {
    balanced(vec![debit(Account::UnmatchedReceipts, amount), credit(earned(paid), amount)?])
}

/// What money is the other side of once it has paid something.
fn earned(paid: Payable) -> Account {
    match paid {
        Payable::Order(_) | Payable::Subscription(_) => Account::Sales,
        Payable::Invoice(_) => Account::Receivables,
    }
}

/// Money that went back: the provider takes it from what it holds, and its fee stays with the provider. What came for an
/// invoice is owed again, unless a credit note took it back.
///
/// # Errors
/// Money that does not add up.
pub fn refunded(amount: Money, paid: Option<Payable>) -> Result<Vec<Side>> {
    let from = match paid {
        Some(Payable::Order(_) | Payable::Subscription(_)) => Account::Refunds,
        Some(Payable::Invoice(_)) => Account::Receivables,
        None => Account::UnmatchedReceipts,
    };
    balanced(vec![debit(from, amount), credit(Account::GatewayReceivable, amount)?])
}

/// Money that the provider paid out: what it held is less by that, by the fees that nobody knew of at capture, and by what it took beside
/// payments. The tax in the fees is not spent but can be claimed back. Each of them may be below zero, where something is taken back.
///
/// # Errors
/// Money that does not add up.
pub fn settled(amount: Money, fees: Money, tax: Money, other: Money) -> Result<Vec<Side>> {
    let held = amount.plus(fees)?.minus(other)?;
    balanced(vec![
        debit(Account::BankClearing, amount),
        debit(Account::GatewayFees, fees.minus(tax)?),
        debit(Account::InputTax, tax),
        credit(Account::ProviderCorrections, other)?,
        credit(Account::GatewayReceivable, held)?,
    ])
}

/// A payout that the bank's statement shows.
///
/// # Errors
/// Money that does not add up.
pub fn banked(amount: Money) -> Result<Vec<Side>> {
    balanced(vec![debit(Account::Bank, amount), credit(Account::BankClearing, amount)?])
}

/// What came out of issuing a document that asks for money: the customer owes it, and the tax in it is owed on. `credit` takes
/// the same back. Where the money came or went with an order its sale, or its refund, is in the books as a whole, so only the
/// tax is taken out of it.
///
/// # Errors
/// Money that does not add up.
pub fn issued(sums: &InvoiceSums, credit: bool, settled_by_order: bool) -> Result<Vec<Side>> {
    let against = match (settled_by_order, credit) {
        (false, _) => Account::Receivables,
        (true, false) => Account::Sales,
        (true, true) => Account::Refunds,
    };
    let sold = if settled_by_order && credit { Account::Refunds } else { Account::Sales };
    let sides = [
        (against, sums.total, 1),
        (sold, sums.taxable, -1),
        (Account::Cgst, sums.cgst, -1),
        (Account::Sgst, sums.sgst, -1),
        (Account::Igst, sums.igst, -1),
        (Account::RoundOff, sums.round_off, -1),
    ];
    let turn = if credit { -1 } else { 1 };
    let sides = sides.into_iter().map(|(account, amount, sign)| Ok(Side { account, amount: amount.times(sign * turn)? }));
    balanced(sides.collect::<Result<Vec<_>>>()?)
}

/// Money that came for an invoice outside the payment provider, or below zero went back. Of an invoice that was written off
/// it makes the loss smaller. What came through the provider was booked as it was captured or went back.
///
/// # Errors
/// Money that does not add up.
pub fn noted(amount: Money, method: PaidBy, written_off: bool) -> Result<Vec<Side>> {
    let to = match method {
        PaidBy::Cash | PaidBy::Cheque => Account::Cash,
        PaidBy::Upi | PaidBy::Bank => Account::Bank,
        PaidBy::Online => return Ok(Vec::new()),
    };
    let from = if written_off { Account::BadDebts } else { Account::Receivables };
    balanced(vec![debit(to, amount), credit(from, amount)?])
}

/// A referrer's commission: earned, or below zero gone back. What they have to get may fall below nothing where it was paid before.
///
/// # Errors
/// Money that does not add up.
pub fn commission(amount: Money) -> Result<Vec<Side>> {
    balanced(vec![debit(Account::Commissions, amount), credit(Account::CommissionsPayable, amount)?])
}

/// Commission that was paid to a referrer.
///
/// # Errors
/// Money that does not add up.
pub fn commission_paid(amount: Money, method: CommissionPaidBy) -> Result<Vec<Side>> {
    let from = match method {
        CommissionPaidBy::Cash => Account::Cash,
        CommissionPaidBy::Upi | CommissionPaidBy::Bank => Account::Bank,
    };
    balanced(vec![debit(Account::CommissionsPayable, amount), credit(from, amount)?])
}

/// What will not be paid.
///
/// # Errors
/// Money that does not add up.
pub fn written_off(amount: Money) -> Result<Vec<Side>> {
    balanced(vec![debit(Account::BadDebts, amount), credit(Account::Receivables, amount)?])
}

/// Leaves out sides of nothing, and refuses what does not sum to zero.
fn balanced(sides: Vec<Side>) -> Result<Vec<Side>> {
    let sides: Vec<Side> = sides.into_iter().filter(|side| side.amount.minor != 0).collect();
    let sum = sides.iter().try_fold(0i64, |sum, side| sum.checked_add(side.amount.minor));
    if sum == Some(0) { Ok(sides) } else { Err(Error::internal("a transaction that does not sum to zero")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::{Id, InvoiceId, OrderId};
    use proptest::prelude::*;
    use std::collections::HashMap;
    use uuid::Uuid;

    #[test]
    fn what_is_booked() {
        let (order, invoice) =
            (Some(Payable::Order(OrderId::from_uuid(Uuid::nil()))), Some(Payable::Invoice(InvoiceId::from_uuid(Uuid::nil()))));
        let booked = |sides: Vec<Side>| sides.into_iter().map(|side| (side.account, side.amount.minor)).collect::<Vec<_>>();
        assert_eq!(
            booked(captured(Money::inr(9_900), Money::inr(233), order).unwrap()),
            [(Account::GatewayReceivable, 9_667), (Account::GatewayFees, 233), (Account::Sales, -9_900)]
        );
        assert_eq!(
            booked(captured(Money::inr(9_900), Money::inr(0), None).unwrap()),
            [(Account::GatewayReceivable, 9_900), (Account::UnmatchedReceipts, -9_900)]
        );
        assert_eq!(booked(refunded(Money::inr(500), order).unwrap()), [(Account::Refunds, 500), (Account::GatewayReceivable, -500)]);
        assert_eq!(
            booked(refunded(Money::inr(500), None).unwrap()),
            [(Account::UnmatchedReceipts, 500), (Account::GatewayReceivable, -500)]
        );
        assert_eq!(
            booked(captured(Money::inr(9_900), Money::inr(233), invoice).unwrap()),
            [(Account::GatewayReceivable, 9_667), (Account::GatewayFees, 233), (Account::Receivables, -9_900)]
        );
        assert_eq!(booked(refunded(Money::inr(500), invoice).unwrap()), [(Account::Receivables, 500), (Account::GatewayReceivable, -500)]);
        let (order_paid, invoice_paid) = (order.unwrap(), invoice.unwrap());
        assert_eq!(booked(matched(Money::inr(500), order_paid).unwrap()), [(Account::UnmatchedReceipts, 500), (Account::Sales, -500)]);
        assert_eq!(
            booked(matched(Money::inr(500), invoice_paid).unwrap()),
            [(Account::UnmatchedReceipts, 500), (Account::Receivables, -500)]
        );
        assert!(captured(Money::inr(100), Money::inr(101), order).is_err());
        assert!(captured(Money::inr(100), Money::new(1, "USD".parse().unwrap()), order).is_err());
    }

    #[test]
    fn what_a_settlement_books() {
        let inr = Money::inr;
        let booked = |sides: Vec<Side>| sides.into_iter().map(|side| (side.account, side.amount.minor)).collect::<Vec<_>>();
        // Captured for 99.00 with a fee of 2.33, of which 0.35 is tax.
        assert_eq!(
            booked(settled(inr(9_667), inr(0), inr(35), inr(0)).unwrap()),
            [(Account::BankClearing, 9_667), (Account::GatewayFees, -35), (Account::InputTax, 35), (Account::GatewayReceivable, -9_667)]
        );
        // The fee was not known at capture, and the provider took 5.00 for a dispute.
        assert_eq!(
            booked(settled(inr(9_167), inr(233), inr(35), inr(-500)).unwrap()),
            [
                (Account::BankClearing, 9_167),
                (Account::GatewayFees, 198),
                (Account::InputTax, 35),
                (Account::ProviderCorrections, 500),
                (Account::GatewayReceivable, -9_900)
            ]
        );
        assert_eq!(booked(banked(inr(50)).unwrap()), [(Account::Bank, 50), (Account::BankClearing, -50)]);
    }

    #[test]
    fn what_an_invoice_books() {
        let inr = Money::inr;
        let sums =
            InvoiceSums { total: inr(11_800), taxable: inr(10_000), cgst: inr(900), sgst: inr(900), igst: inr(0), round_off: inr(0) };
        let booked = |sides: Vec<Side>| sides.into_iter().map(|side| (side.account, side.amount.minor)).collect::<Vec<_>>();
        let all = [(Account::Receivables, 11_800), (Account::Sales, -10_000), (Account::Cgst, -900), (Account::Sgst, -900)];
        assert_eq!(booked(issued(&sums, false, false).unwrap()), all);
        assert_eq!(booked(issued(&sums, true, false).unwrap()), all.map(|(account, minor)| (account, -minor)));
        let tax: i64 =
            issued(&sums, false, true).unwrap().iter().filter(|side| side.account == Account::Sales).map(|side| side.amount.minor).sum();
        assert_eq!(tax, 1_800, "the sale was booked with its tax when it was paid");
        assert!(issued(&InvoiceSums { total: inr(11_700), ..sums }, false, false).is_err());
        assert_eq!(booked(noted(inr(50), PaidBy::Upi, false).unwrap()), [(Account::Bank, 50), (Account::Receivables, -50)]);
        assert_eq!(booked(noted(inr(50), PaidBy::Online, false).unwrap()), [], "it was booked when it was captured");
        assert_eq!(booked(noted(inr(-50), PaidBy::Cash, true).unwrap()), [(Account::Cash, -50), (Account::BadDebts, 50)]);
    }

    #[test]
    fn what_a_commission_books() {
        let booked = |sides: Vec<Side>| sides.into_iter().map(|side| (side.account, side.amount.minor)).collect::<Vec<_>>();
        let (cost, owed) = (Account::Commissions, Account::CommissionsPayable);
        assert_eq!(booked(commission(Money::inr(2_517)).unwrap()), [(cost, 2_517), (owed, -2_517)]);
        assert_eq!(booked(commission(Money::inr(-17)).unwrap()), [(cost, -17), (owed, 17)]);
        assert_eq!(booked(commission(Money::inr(0)).unwrap()), []);
        assert_eq!(booked(commission_paid(Money::inr(500), CommissionPaidBy::Upi).unwrap()), [(owed, 500), (Account::Bank, -500)]);
        assert_eq!(booked(commission_paid(Money::inr(500), CommissionPaidBy::Cash).unwrap()), [(owed, 500), (Account::Cash, -500)]);
    }

    proptest! {
        #[test]
        fn whatever_happens_the_books_sum_to_zero(
            story in prop::collection::vec((1i64..1_000_000_000, 0i64..=100, prop::option::of(any::<bool>()), 0i64..=100, any::<bool>()), 0..40)
        ) {
            let mut books: HashMap<&str, i64> = HashMap::new();
            for (minor, fee_percent, paid, back_percent, rupees) in story {
                let id = Uuid::nil();
                let paid = paid.map(|order| if order { OrderId::from_uuid(id).into() } else { InvoiceId::from_uuid(id).into() });
                let currency = if rupees { facts::Currency::INR } else { "USD".parse().unwrap() };
                let amount = Money::new(minor, currency);
                let mut sides = captured(amount, amount.share(fee_percent * 100).unwrap(), paid).unwrap();
                sides.extend(refunded(amount.share(back_percent * 100).unwrap(), paid).unwrap());
                for side in sides {
                    *books.entry(side.amount.currency.code()).or_default() += side.amount.minor;
                }
            }
            prop_assert!(books.values().all(|sum| *sum == 0));
        }
    }
}
