//! Decisions about orders: what they come to, what may become of them, what may be typed. Nothing here touches a row.

use crate::model::{Order, OrderState};
use facts::Money;
use facts::orders::PayWhen;
use store::{Error, Result};

/// The most lines that an order has.
pub const MOST_LINES: usize = 50;
/// The most of one thing that a line asks for.
pub const MOST_OF_ONE: i64 = 10_000;
/// The least that a provider collects, in minor units.
pub const LEAST_ONLINE: i64 = 100;

/// Something that happens to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// All of it was paid.
    Settle,
    /// A part of what was paid went back.
    RefundPart,
    /// The last of what was paid went back.
    RefundRest,
    /// Somebody called it off.
    Cancel,
}

/// Everything that may become of an order. Whatever is not here is refused and changes nothing.
pub const TABLE: &[(OrderState, Event, OrderState)] = &[
    (OrderState::Created, Event::Settle, OrderState::Paid),
    (OrderState::Created, Event::Cancel, OrderState::Cancelled),
    (OrderState::Paid, Event::RefundPart, OrderState::PartiallyRefunded),
    (OrderState::Paid, Event::RefundRest, OrderState::Refunded),
    (OrderState::PartiallyRefunded, Event::RefundPart, OrderState::PartiallyRefunded),
    (OrderState::PartiallyRefunded, Event::RefundRest, OrderState::Refunded),
];

/// The state that follows.
///
/// # Errors
/// `order_state` when the table has no such line.
pub fn next(from: OrderState, event: Event) -> Result<OrderState> {
    let found = TABLE.iter().find(|(known, happens, _)| *known == from && *happens == event);
    found.map(|(_, _, to)| *to).ok_or_else(|| {
        let what = match event {
            Event::Settle => "cannot be paid",
            Event::RefundPart | Event::RefundRest => "has nothing to give back",
            Event::Cancel => "can no longer be cancelled",
        };
        Error::conflict("order_state", format!("An order that is {} {what}.", from.as_str().replace('_', " ")))
    })
}

/// Whether what becomes of it is decided here.
///
/// # Errors
/// `order_elsewhere` for one that was placed in another shop.
pub fn of_our_own(order: &Order) -> Result<()> {
    match order.is_foreign() {
        true => {
            Err(Error::conflict("order_elsewhere", "This order was placed in another shop. Change it there, and the change arrives here."))
        }
        false => Ok(()),
    }
}

/// Whether its things may be packed: they are paid for, or are to be paid for later.
pub fn may_pack(order: &Order) -> bool {
    match order.state {
        OrderState::Paid | OrderState::PartiallyRefunded => true,
        OrderState::Created => order.pay == PayWhen::Later,
        OrderState::Refunded | OrderState::Cancelled => false,
    }
}

/// The sum of amounts of one currency; there is at least one.
///
/// # Errors
/// `mixed_currencies`, or a sum that does not fit.
pub fn sum(amounts: &[Money]) -> Result<Money> {
    let (first, rest) = amounts.split_first().ok_or_else(|| Error::field("lines", "at least one"))?;
    if rest.iter().any(|amount| amount.currency != first.currency) {
        return Err(Error::invalid("mixed_currencies", "The products of one order have prices in one currency."));
    }
    rest.iter().try_fold(*first, |sum, amount| sum.plus(*amount)).map_err(Error::from)
}

/// Whether the amount that a buyer was shown is what the catalogue says, before the coupon or after it.
///
/// # Errors
/// `amount_mismatch`, with the right amount.
pub fn agree(shown: Option<Money>, before: Money, after: Money) -> Result<()> {
    if shown.is_none_or(|shown| shown == before || shown == after) {
        return Ok(());
    }
    let message = if before == after {
        format!("This order comes to {before}.")
    } else {
        format!("This order comes to {before}, {after} with the coupon.")
    };
    Err(Error::invalid("amount_mismatch", message.clone()).with_field("amount", message))
}

/// Whether an order of this amount can be paid online.
///
/// # Errors
/// `amount_too_small`.
pub fn payable(total: Money, pay: PayWhen) -> Result<()> {
    if pay == PayWhen::Later || total.minor >= LEAST_ONLINE {
        return Ok(());
    }
    let message = format!("An order that is paid online comes to {} at least.", Money::new(LEAST_ONLINE, total.currency));
    Err(Error::invalid("amount_too_small", message))
}

/// A day as `2026-11-21`.
///
/// # Errors
/// `invalid_field` for `delivery_date`.
pub fn day(text: &str) -> Result<String> {
    let day: Option<jiff::civil::Date> = text.trim().parse().ok();
    day.map(|day| day.to_string()).ok_or_else(|| Error::field("delivery_date", "a day like 2026-11-21"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_whole_truth() {
        let all = [Event::Settle, Event::RefundPart, Event::RefundRest, Event::Cancel];
        for from in OrderState::ALL {
            for event in all {
                let lines: Vec<_> = TABLE.iter().filter(|(known, happens, _)| known == from && *happens == event).collect();
                assert!(lines.len() <= 1, "{from} {event:?}");
                match next(*from, event) {
                    Ok(to) => assert_eq!(lines[0].2, to),
                    Err(error) => assert_eq!((lines.len(), error.code()), (0, "order_state")),
                }
            }
        }
        assert!(all.iter().all(|event| next(OrderState::Cancelled, *event).is_err() && next(OrderState::Refunded, *event).is_err()));
    }

    #[test]
    fn an_amount_is_the_full_or_the_discounted_one() {
        let (full, less) = (Money::inr(9_900), Money::inr(7_920));
        assert!(agree(None, full, less).is_ok());
        assert!(agree(Some(full), full, less).is_ok());
        assert!(agree(Some(less), full, less).is_ok());
        let error = agree(Some(Money::inr(19_900)), full, full).unwrap_err();
        assert_eq!(error.code(), "amount_mismatch");
        assert!(error.message().contains("₹99.00"), "{error}");
        assert!(agree(Some(Money::new(9_900, "USD".parse().unwrap())), full, full).is_err());
    }

    #[test]
    fn sums_are_of_one_currency() {
        assert_eq!(sum(&[Money::inr(1), Money::inr(2)]).unwrap(), Money::inr(3));
        assert!(sum(&[]).is_err());
        assert_eq!(sum(&[Money::inr(1), Money::new(1, "USD".parse().unwrap())]).unwrap_err().code(), "mixed_currencies");
        assert_eq!(sum(&[Money::inr(i64::MAX), Money::inr(1)]).unwrap_err().code(), "invalid_money");
    }

    #[test]
    fn too_little_is_not_paid_online() {
        assert!(payable(Money::inr(99), PayWhen::First).is_err());
        assert!(payable(Money::inr(100), PayWhen::First).is_ok());
        assert!(payable(Money::inr(0), PayWhen::Later).is_ok());
    }

    #[test]
    fn days() {
        assert_eq!(day(" 2026-11-21 ").unwrap(), "2026-11-21");
        for wrong in ["", "21.11.2026", "2026-02-30", "tomorrow"] {
            assert!(day(wrong).is_err(), "{wrong}");
        }
    }
}
