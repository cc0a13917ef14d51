//! What is brought on a day and what it costs: a function of the standing order and of nothing else.

use crate::model::{Pricing, Standing, Terms};
use jiff::civil::{Date, Weekday};
use store::{Error, Result};

facts::words! {
    /// A day of the week.
    pub enum Day {
        /// Monday.
        Monday = "mon",
        /// Tuesday.
        Tuesday = "tue",
        /// Wednesday.
        Wednesday = "wed",
        /// Thursday.
        Thursday = "thu",
        /// Friday.
        Friday = "fri",
        /// Saturday.
        Saturday = "sat",
        /// Sunday.
        Sunday = "sun",
    }
}

/// Every day of the week.
pub const DAILY: i64 = 0b111_1111;

/// Whether a set of weekdays has the weekday of a day.
pub fn has(weekdays: i64, day: Date) -> bool {
    weekdays >> place(day.weekday()) & 1 == 1
}

fn place(weekday: Weekday) -> i8 {
    weekday.to_monday_zero_offset()
}

/// Weekdays as the number that is kept of them.
///
/// # Errors
/// `weekdays`, where there is none.
pub fn set_of(days: &[Day]) -> Result<i64> {
    let set = Day::ALL.iter().enumerate().filter(|(_, day)| days.contains(day)).fold(0, |set, (at, _)| set | 1 << at);
    if set == 0 { Err(Error::field("weekdays", "at least one of mon, tue, wed, thu, fri, sat and sun")) } else { Ok(set) }
}

/// The weekdays of a set, Monday first.
pub fn days_of(weekdays: i64) -> Vec<Day> {
    Day::ALL.iter().enumerate().filter(|(at, _)| weekdays >> at & 1 == 1).map(|(_, day)| *day).collect()
}

/// Weekdays as people say them.
pub fn words_of(weekdays: i64) -> String {
    match weekdays {
        DAILY => "every day".to_owned(),
        0b001_1111 => "Monday to Friday".to_owned(),
        0b011_1111 => "every day but Sunday".to_owned(),
        0b110_0000 => "Saturday and Sunday".to_owned(),
        _ => {
            let short = days_of(weekdays).into_iter().map(|day| {
                let (first, rest) = day.as_str().split_at(1);
                format!("{}{rest}", first.to_uppercase())
            });
            short.collect::<Vec<_>>().join(", ")
        }
    }
}

/// What a day is for a standing order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// Nothing comes: it has not begun, is over, or has no such weekday.
    Nothing,
    /// Nothing comes because it is paused.
    Paused,
    /// It would come, and was called off for that day.
    Skipped,
    /// So much comes, in thousandths.
    Bring(i64),
}

/// The terms that hold on a day, of those in the order of their first days.
pub fn terms_on(terms: &[Terms], day: Date) -> Option<&Terms> {
    terms.iter().rev().find(|terms| terms.from_on <= day)
}

/// What is brought on a day. `other` is what was asked for that one day.
pub fn plan(standing: &Standing, terms: &Terms, other: Option<i64>, day: Date) -> Plan {
    if day < standing.starts_on || day > standing.ends_on || !has(terms.weekdays, day) {
        return Plan::Nothing;
    }
    if standing.is_paused(day) {
        return Plan::Paused;
    }
    match other {
        Some(0) => Plan::Skipped,
        Some(quantity) => Plan::Bring(quantity),
        None => Plan::Bring(terms.quantity_milli),
    }
}

/// What a day's usual quantity costs. A month's price is shared out over all the days of that month which have one of the
/// weekdays, by largest remainder, so that the shares of a whole month are its price to the paisa.
pub fn share(pricing: Pricing, terms: &Terms, day: Date) -> Option<i64> {
    match pricing {
        Pricing::Unit => invoices::cost(terms.price_minor, terms.quantity_milli),
        Pricing::Month => {
            let days: Vec<Date> = month_of(day).filter(|day| has(terms.weekdays, *day)).collect();
            let shares = facts::split(terms.price_minor, &vec![1; days.len()]);
            days.iter().zip(shares).find(|(of, _)| **of == day).map(|(_, share)| share)
        }
    }
}

/// What a day costs with another quantity than the usual one: more and less of it in proportion, halves up.
pub fn amount(pricing: Pricing, price_minor: i64, share_minor: i64, usual_milli: i64, quantity_milli: i64) -> Option<i64> {
    match pricing {
        Pricing::Unit => invoices::cost(price_minor, quantity_milli),
        Pricing::Month if quantity_milli == usual_milli => Some(share_minor),
        Pricing::Month => in_proportion(share_minor, quantity_milli, usual_milli),
    }
}

/// A price for a usual quantity as the price for another one, halves up; nothing where it does not fit.
pub fn in_proportion(minor: i64, quantity_milli: i64, usual_milli: i64) -> Option<i64> {
    let (exact, usual) = (i128::from(minor) * i128::from(quantity_milli), i128::from(usual_milli));
    if usual <= 0 {
        return None;
    }
    i64::try_from((exact * 2 + usual).div_euclid(usual * 2)).ok()
}

/// The days of a day's month.
pub fn month_of(day: Date) -> impl Iterator<Item = Date> {
    day.first_of_month().series(jiff::Span::new().days(1)).take(usize::try_from(day.days_in_month()).unwrap_or(31))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn standing() -> Standing {
        Standing { starts_on: date(2026, 11, 2), ends_on: Date::MAX, paused_from: date(2026, 11, 10), resumes_on: date(2026, 11, 12) }
    }

    fn terms(weekdays: i64, price_minor: i64) -> Terms {
        Terms { from_on: date(2026, 11, 2), quantity_milli: 1_500, weekdays, price_minor }
    }

    #[test]
    fn a_day_is_what_was_asked_for() {
        let daily = terms(DAILY, 0);
        for (day, other, is) in [
            (1, None, Plan::Nothing),
            (2, None, Plan::Bring(1_500)),
            (2, Some(500), Plan::Bring(500)),
            (3, Some(0), Plan::Skipped),
            (9, None, Plan::Bring(1_500)),
            (10, None, Plan::Paused),
            (11, Some(2_000), Plan::Paused),
            (12, None, Plan::Bring(1_500)),
        ] {
            assert_eq!(plan(&standing(), &daily, other, date(2026, 11, day)), is, "{day}");
        }
        // 7 and 8 November 2026 are a Saturday and a Sunday.
        let working = terms(0b001_1111, 0);
        assert_eq!(plan(&standing(), &working, None, date(2026, 11, 6)), Plan::Bring(1_500));
        assert_eq!(plan(&standing(), &working, Some(1_000), date(2026, 11, 7)), Plan::Nothing);
        let ended = Standing { ends_on: date(2026, 11, 5), ..standing() };
        assert_eq!(plan(&ended, &daily, None, date(2026, 11, 5)), Plan::Bring(1_500));
        assert_eq!(plan(&ended, &daily, None, date(2026, 11, 6)), Plan::Nothing);
    }

    #[test]
    fn the_last_terms_hold() {
        let all = [terms(DAILY, 1), Terms { from_on: date(2026, 11, 20), ..terms(DAILY, 2) }];
        assert_eq!(terms_on(&all, date(2026, 11, 1)), None);
        assert_eq!(terms_on(&all, date(2026, 11, 19)).map(|terms| terms.price_minor), Some(1));
        assert_eq!(terms_on(&all, date(2026, 11, 20)).map(|terms| terms.price_minor), Some(2));
    }

    #[test]
    fn weekdays_there_and_back() {
        assert_eq!(set_of(&[Day::Sunday, Day::Monday, Day::Monday]).unwrap(), 0b100_0001);
        assert_eq!(days_of(0b100_0001), [Day::Monday, Day::Sunday]);
        assert_eq!((words_of(DAILY), words_of(0b100_0001)), ("every day".into(), "Mon, Sun".into()));
        assert!(set_of(&[]).is_err());
    }

    proptest! {
        #[test]
        fn a_months_shares_are_its_price(price in 0i64..10_000_000, weekdays in 1i64..128, month in 0i32..600) {
            let first = date(2000, 1, 1).checked_add(jiff::Span::new().months(month)).unwrap();
            let terms = Terms { from_on: first, quantity_milli: 1_000, weekdays, price_minor: price };
            let shares: Vec<i64> = month_of(first).filter(|day| has(weekdays, *day)).map(|day| share(Pricing::Month, &terms, day).unwrap()).collect();
            prop_assert_eq!(shares.iter().sum::<i64>(), price);
            let (least, most) = (shares.iter().min().unwrap(), shares.iter().max().unwrap());
            prop_assert!(most - least <= 1, "no day costs more than a paisa beyond another");
        }

        #[test]
        fn a_skipped_day_costs_nothing_and_the_usual_one_its_share(share in 0i64..1_000_000, usual in 1i64..100_000, other in 0i64..100_000) {
            prop_assert_eq!(amount(Pricing::Month, 0, share, usual, 0), Some(0));
            prop_assert_eq!(amount(Pricing::Month, 0, share, usual, usual), Some(share));
            let (less, more) = (usual.min(other), usual.max(other));
            prop_assert!(amount(Pricing::Month, 0, share, usual, less) <= amount(Pricing::Month, 0, share, usual, more));
        }

        #[test]
        fn nothing_comes_outside_or_while_paused(
            start in 0i64..40, length in 0i64..40, pause in 0i64..40, rest in 0i64..40, weekdays in 1i64..128, other in proptest::option::of(0i64..3_000),
            day in 0i64..90,
        ) {
            let at = |days: i64| date(2026, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            let standing = Standing { starts_on: at(start), ends_on: at(start + length), paused_from: at(pause), resumes_on: at(pause + rest) };
            let terms = Terms { from_on: at(start), quantity_milli: 1_000, weekdays, price_minor: 100 };
            if let Plan::Bring(quantity) = plan(&standing, &terms, other, at(day)) {
                prop_assert!(quantity > 0 && day >= start && day <= start + length && has(weekdays, at(day)));
                prop_assert!(day < pause || day >= pause + rest);
                prop_assert_eq!(quantity, other.unwrap_or(1_000));
            }
        }
    }
}
