//! What is booked for what happened. Every transaction sums to zero before it is written.

use crate::model::Account;
use facts::Money;
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

/// Money that was captured: the provider holds it, less what it keeps, against a sale or against what fits no order.
///
/// # Errors
/// Money that does not add up: currencies that differ, or a fee above the amount.
pub fn captured(amount: Money, fee: Money, matched: bool) -> Result<Vec<Side>> {
    let net = amount.minus(fee)?;
    if fee.minor < 0 || net.minor < 0 {
        return Err(Error::invalid("fee_out_of_range", format!("A fee of {fee} cannot be kept of {amount}.")));
    }
    let against = if matched { Account::Sales } else { Account::UnmatchedReceipts };
    balanced(vec![debit(Account::GatewayReceivable, net), debit(Account::GatewayFees, fee), credit(against, amount)?])
}

/// Money that went back: the provider takes it from what it holds. Its fee stays with the provider.
///
/// # Errors
/// Money that does not add up.
pub fn refunded(amount: Money, matched: bool) -> Result<Vec<Side>> {
    let from = if matched { Account::Refunds } else { Account::UnmatchedReceipts };
    balanced(vec![debit(from, amount), credit(Account::GatewayReceivable, amount)?])
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
    use proptest::prelude::*;
    use std::collections::HashMap;

    #[test]
    fn what_is_booked() {
        let booked = |sides: Vec<Side>| sides.into_iter().map(|side| (side.account, side.amount.minor)).collect::<Vec<_>>();
        assert_eq!(
            booked(captured(Money::inr(9_900), Money::inr(233), true).unwrap()),
            [(Account::GatewayReceivable, 9_667), (Account::GatewayFees, 233), (Account::Sales, -9_900)]
        );
        assert_eq!(
            booked(captured(Money::inr(9_900), Money::inr(0), false).unwrap()),
            [(Account::GatewayReceivable, 9_900), (Account::UnmatchedReceipts, -9_900)]
        );
        assert_eq!(booked(refunded(Money::inr(500), true).unwrap()), [(Account::Refunds, 500), (Account::GatewayReceivable, -500)]);
        assert_eq!(
            booked(refunded(Money::inr(500), false).unwrap()),
            [(Account::UnmatchedReceipts, 500), (Account::GatewayReceivable, -500)]
        );
        assert!(captured(Money::inr(100), Money::inr(101), true).is_err());
        assert!(captured(Money::inr(100), Money::new(1, "USD".parse().unwrap()), true).is_err());
    }

    proptest! {
        #[test]
        fn whatever_happens_the_books_sum_to_zero(
            story in prop::collection::vec((1i64..1_000_000_000, 0i64..=100, any::<bool>(), 0i64..=100, any::<bool>()), 0..40)
        ) {
            let mut books: HashMap<&str, i64> = HashMap::new();
            for (minor, fee_percent, matched, back_percent, rupees) in story {
                let currency = if rupees { facts::Currency::INR } else { "USD".parse().unwrap() };
                let amount = Money::new(minor, currency);
                let mut sides = captured(amount, amount.share(fee_percent * 100).unwrap(), matched).unwrap();
                sides.extend(refunded(amount.share(back_percent * 100).unwrap(), matched).unwrap());
                for side in sides {
                    *books.entry(side.amount.currency.code()).or_default() += side.amount.minor;
                }
            }
            prop_assert!(books.values().all(|sum| *sum == 0));
        }
    }
}
