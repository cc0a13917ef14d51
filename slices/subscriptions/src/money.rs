//! What a period costs, what a change within one costs, and what it brings each month: whole minor units, rounded half up, once.

use crate::model::{PlanPrice, Subscription};
use facts::provider_subscriptions::Interval;
use facts::subscriptions::Cadence;
use jiff::civil::Date;
use store::{Error, Result};

/// A whole, in basis points.
const WHOLE: i128 = 10_000;

/// `amount × part ÷ of`, half up. Nothing here is below zero.
fn ratio(amount: i128, part: i128, of: i128) -> Result<i64> {
    let twice = amount.checked_mul(part).and_then(|exact| exact.checked_mul(2)).zip(of.checked_mul(2).filter(|of| *of > 0));
    let rounded = twice.map(|(exact, of)| (exact + of / 2) / of);
    rounded
        .and_then(|minor| i64::try_from(minor).ok())
        .ok_or_else(|| Error::field("quantity", "less: this comes to more than can be billed"))
}

/// Days from one day to another; none where it is not later.
pub fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days())).max(0)
}

/// What a period costs, after its discount.
///
/// # Errors
/// `quantity`, where it comes to more than can be billed.
pub fn period(price: &PlanPrice, quantity: i64, discount_bps: i64) -> Result<i64> {
    let whole = i128::from(price.amount_minor) * i128::from(quantity);
    Ok(i64::try_from(whole).map_err(|_| Error::field("quantity", "less of it"))? - ratio(whole, i128::from(discount_bps), WHOLE)?)
}

/// What it brings each month without its tax, rounded once at the end.
///
/// # Errors
/// As [`period`].
pub fn monthly(price: &PlanPrice, quantity: i64, discount_bps: i64) -> Result<i64> {
    let months = match price.cadence {
        Cadence::Month => 1,
        Cadence::Year => 12,
    };
    let whole = i128::from(price.amount_minor) * i128::from(quantity);
    ratio(whole, WHOLE - i128::from(discount_bps), (WHOLE + i128::from(price.rate_bps)) * months)
}

/// What an amount for a period of so many days, weeks, months or years brings each month (a year has 52 weeks here and 365 days), rounded
/// once. What a provider states is taken as it is: it does not say which tax is in it.
///
/// # Errors
/// As [`period`].
pub fn monthly_of(amount_minor: i64, interval: Interval, every: i64) -> Result<i64> {
    let (a_year, months) = match interval {
        Interval::Day => (365, 12),
        Interval::Week => (52, 12),
        Interval::Month => (12, 12),
        Interval::Year => (1, 12),
    };
    ratio(i128::from(amount_minor), a_year, months * i128::from(every.max(1)))
}

/// What a change of plan comes to on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// What is left of what was billed, and is taken off.
    pub credit: i64,
    /// What the new plan costs for the time from that day on.
    pub charge: i64,
}

impl Turn {
    /// What is to be paid for it; below zero what is owed back.
    pub fn net(self) -> i64 {
        self.charge - self.credit
    }
}

/// Reckons a change on a day: what was billed for the days that are left is taken off, and they are charged at the new price; or a
/// new period begins that day and is charged whole. `whole` is what a period of the new plan costs.
///
/// # Errors
/// Amounts that do not fit.
pub fn turn(sub: &Subscription, whole: i64, on: Date, reset: bool) -> Result<Turn> {
    let left = days(on, sub.period_end);
    let part = |amount: i64, of: i64| if of == 0 { Ok(0) } else { ratio(i128::from(amount), i128::from(left), i128::from(of)) };
    let credit = part(sub.since_minor, days(sub.since_on, sub.period_end))?;
    let charge = if reset { whole } else { part(whole, days(sub.period_start, sub.period_end))? };
    Ok(Turn { credit, charge })
}

/// What a carry takes off an amount, and what is left of it: below zero it adds to what is billed.
pub fn carried(carry: i64, amount: i64) -> (i64, i64) {
    let off = carry.clamp(0, amount.max(0));
    (off, (carry - off).max(0))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::model::Subscription;
    use facts::subscriptions::SubscriptionState;
    use facts::{Currency, Id, Time};
    use jiff::ToSpan;
    use jiff::civil::date;
    use proptest::prelude::*;
    use uuid::Uuid;

    pub fn price(amount_minor: i64, cadence: Cadence, rate_bps: i64) -> PlanPrice {
        PlanPrice {
            id: Id::from_uuid(Uuid::nil()),
            plan_id: Id::from_uuid(Uuid::nil()),
            cadence,
            version: 1,
            amount_minor,
            currency: Currency::INR,
            trial_days: 0,
            hsn: String::new(),
            rate_bps,
        }
    }

    pub fn subscription(billed: i64, from: Date, to: Date) -> Subscription {
        Subscription {
            id: Id::from_uuid(Uuid::nil()),
            contact_id: Id::from_uuid(Uuid::nil()),
            customer_name: String::new(),
            plan_id: Some(Id::from_uuid(Uuid::nil())),
            price_id: Some(Id::from_uuid(Uuid::nil())),
            quantity: 1,
            discount_bps: 0,
            state: SubscriptionState::Active,
            anchor_on: from,
            periods: 1,
            period_start: from,
            period_end: to,
            since_on: from,
            since_minor: billed,
            carry_minor: 0,
            decide_by: None,
            next_price_id: None,
            next_quantity: None,
            pending: None,
            cancel_on: None,
            pause_on: None,
            resume_on: None,
            past_due_on: None,
            ended_on: None,
            reason: None,
            parked: None,
            mrr_minor: 0,
            currency: Currency::INR,
            run: None,
            created_at: Time(0),
        }
    }

    #[test]
    fn what_it_brings_each_month() {
        for (amount, cadence, rate, quantity, discount, minor) in [
            (9_900, Cadence::Month, 0, 1, 0, 9_900),
            (9_900, Cadence::Month, 1_800, 1, 0, 8_390),
            (99_000, Cadence::Year, 1_800, 1, 0, 6_992),
            (99_000, Cadence::Year, 0, 3, 0, 24_750),
            (10_000, Cadence::Month, 0, 1, 2_500, 7_500),
            (1, Cadence::Year, 0, 6, 0, 1),
            (1, Cadence::Year, 0, 5, 0, 0),
        ] {
            assert_eq!(monthly(&price(amount, cadence, rate), quantity, discount).unwrap(), minor, "{amount} {rate} {quantity}");
        }
        assert!(monthly(&price(i64::MAX, Cadence::Month, 0), i64::MAX, 0).is_err());
    }

    #[test]
    fn what_a_providers_period_brings_each_month() {
        for (amount, interval, every, minor) in [
            (9_000, Interval::Month, 1, 9_000),
            (9_000, Interval::Month, 3, 3_000),
            (12_000, Interval::Year, 1, 1_000),
            (12_000, Interval::Year, 2, 500),
            (1_200, Interval::Week, 1, 5_200),
            (1_200, Interval::Week, 2, 2_600),
            (1_200, Interval::Day, 1, 36_500),
            (0, Interval::Month, 1, 0),
        ] {
            assert_eq!(monthly_of(amount, interval, every).unwrap(), minor, "{amount} {interval} {every}");
        }
    }

    #[test]
    fn half_a_month_of_more() {
        let sub = subscription(9_900, date(2026, 11, 1), date(2026, 12, 1));
        assert_eq!(turn(&sub, 49_900, date(2026, 11, 16), false).unwrap(), Turn { credit: 4_950, charge: 24_950 });
        assert_eq!(turn(&sub, 499_000, date(2026, 11, 16), true).unwrap(), Turn { credit: 4_950, charge: 499_000 });
        assert_eq!(turn(&sub, 49_900, date(2026, 12, 1), false).unwrap(), Turn { credit: 0, charge: 0 });
    }

    proptest! {
        #[test]
        fn credit_and_kept_are_what_was_billed(billed in 0i64..1_000_000_000, length in 28i64..367, at in 0i64..367, whole in 0i64..1_000_000_000) {
            let from = date(2026, 3, 1);
            let sub = subscription(billed, from, from.saturating_add(length.days()));
            let turned = turn(&sub, whole, from.saturating_add(at.min(length).days()), false).unwrap();
            prop_assert!(turned.credit >= 0 && turned.credit <= billed);
            prop_assert!(turned.charge >= 0 && turned.charge <= whole);
        }

        #[test]
        fn there_and_back_on_one_day_comes_to_nothing(old in 0i64..100_000_000, new in 0i64..100_000_000, length in 28i64..367, at in 0i64..366) {
            let from = date(2026, 3, 1);
            let on = from.saturating_add(at.min(length - 1).days());
            let mut sub = subscription(old, from, from.saturating_add(length.days()));
            let there = turn(&sub, new, on, false).unwrap();
            (sub.since_on, sub.since_minor) = (on, there.charge);
            let back = turn(&sub, old, on, false).unwrap();
            prop_assert_eq!(there.net() + back.net(), 0);
        }

        #[test]
        fn a_carry_is_used_up_and_never_lost(carry in 0i64..1_000_000, amounts in prop::collection::vec(0i64..100_000, 0..40)) {
            let (mut left, mut used) = (carry, 0);
            for amount in amounts {
                let (off, rest) = carried(left, amount);
                prop_assert!(off <= amount);
                (left, used) = (rest, used + off);
            }
            prop_assert_eq!(left + used, carry);
        }
    }
}
