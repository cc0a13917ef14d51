//! How much is let through, which thresholds are crossed, and in which period something counts.

use crate::model::{NO_LIMIT, Period};
use facts::Time;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::time::Duration;

/// The shares of a limit, in percent, that are told of.
pub(crate) const THRESHOLDS: [i64; 4] = [80, 90, 100, 110];
/// So long after its end a period still takes what belongs to it; then it stands, and what comes later counts in the next.
pub(crate) const LATE: Duration = Duration::from_secs(24 * 3_600);
/// The most that one event or one request uses.
pub(crate) const MOST: i64 = 1_000_000_000;
/// The highest limit that is a number.
pub(crate) const HIGHEST: i64 = 1_000_000_000_000_000;

/// The most that is let through: the limit and so many percent of it, rounded down.
pub(crate) fn ceiling(allowed: i64, grace_percent: i64) -> i64 {
    if allowed == NO_LIMIT {
        return NO_LIMIT;
    }
    let grace = i128::from(allowed) * i128::from(grace_percent) / 100;
    i64::try_from(i128::from(allowed) + grace).unwrap_or(NO_LIMIT)
}

/// Several limits together, of which one that is none makes all none.
pub(crate) fn sum(one: i64, other: i64) -> i64 {
    one.saturating_add(other)
}

/// A limit for each of so many.
pub(crate) fn times(allows: i64, quantity: i64) -> i64 {
    allows.saturating_mul(quantity)
}

/// The highest threshold that is reached; 0 below the first, and where there is no limit or none of it.
pub(crate) fn reached(used: i64, allowed: i64) -> i64 {
    if allowed <= 0 || allowed == NO_LIMIT {
        return 0;
    }
    let at = |percent: &&i64| i128::from(used) * 100 >= i128::from(**percent) * i128::from(allowed);
    THRESHOLDS.iter().rev().find(at).copied().unwrap_or(0)
}

/// The thresholds above what was told of, up to what is reached, in order.
pub(crate) fn crossed(warned: i64, reached: i64) -> impl Iterator<Item = i64> {
    THRESHOLDS.into_iter().filter(move |percent| *percent > warned && *percent <= reached)
}

/// The month that a day lies in.
pub(crate) fn month(day: Date) -> Period {
    let start = day.first_of_month();
    Period { start, end: start.saturating_add(1.month()) }
}

/// The moment at which a day begins on a calendar; where the clocks skip midnight, the first moment after it.
pub(crate) fn begins(day: Date, zone: &TimeZone) -> Time {
    day.to_zoned(zone.clone()).map_or(Time(i64::MAX), |at| Time::from(at.timestamp()))
}

/// Where something counts that was used at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The period that it counts in.
    pub period: Period,
    /// The first day of the one that it belongs to, or its own day where nobody knows that one, if it came too late.
    pub adjusts: Option<Date>,
}

/// The period in which something counts that was used on a day, by what is counted now and what was counted before.
pub(crate) fn place(day: Date, now: Time, zone: &TimeZone, period: Period, previous: Option<Period>) -> Place {
    // What lies ahead was said by a clock that is fast.
    if day >= period.start {
        return Place { period, adjusts: None };
    }
    match previous.filter(|previous| previous.has(day)) {
        Some(previous) if now < begins(previous.end, zone).after(LATE) => Place { period: previous, adjusts: None },
        Some(previous) => Place { period, adjusts: Some(previous.start) },
        None => Place { period, adjusts: Some(day) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn how_much_is_let_through() {
        for (allowed, grace, most) in
            [(100, 10, 110), (0, 10, 0), (5, 10, 5), (10, 0, 10), (NO_LIMIT, 10, NO_LIMIT), (NO_LIMIT - 1, 10, NO_LIMIT)]
        {
            assert_eq!(ceiling(allowed, grace), most, "{allowed} {grace}");
        }
        assert_eq!((times(NO_LIMIT, 3), sum(NO_LIMIT, 7), times(100, 3)), (NO_LIMIT, NO_LIMIT, 300));
    }

    #[test]
    fn which_thresholds() {
        for (used, allowed, highest) in
            [(79, 100, 0), (80, 100, 80), (99, 100, 90), (100, 100, 100), (110, 100, 110), (9, 10, 90), (1, 1, 100)]
        {
            assert_eq!(reached(used, allowed), highest, "{used} of {allowed}");
        }
        assert_eq!((reached(7, 0), reached(7, NO_LIMIT), reached(NO_LIMIT, NO_LIMIT - 1)), (0, 0, 100));
        assert_eq!(crossed(0, reached(115, 100)).collect::<Vec<_>>(), THRESHOLDS, "a jump tells of all, in order");
        assert_eq!(crossed(90, 110).collect::<Vec<_>>(), [100, 110]);
        assert_eq!(crossed(110, 110).count(), 0);
    }

    #[test]
    fn periods_begin_at_the_tenants_midnight_whatever_the_clocks_do() {
        assert_eq!(month(date(2028, 2, 29)), Period { start: date(2028, 2, 1), end: date(2028, 3, 1) });
        assert_eq!(month(date(2026, 12, 31)).end, date(2027, 1, 1));
        let at = |zone: &str, day| begins(day, &TimeZone::get(zone).unwrap()).to_string();
        assert_eq!(at("Asia/Kolkata", date(2026, 12, 1)), "2026-11-30T18:30:00.000Z");
        // Summer time begins and ends within these months.
        assert_eq!(at("Europe/Berlin", date(2026, 3, 1)), "2026-02-28T23:00:00.000Z");
        assert_eq!(at("Europe/Berlin", date(2026, 4, 1)), "2026-03-31T22:00:00.000Z");
        assert_eq!(at("Europe/Berlin", date(2026, 11, 1)), "2026-10-31T23:00:00.000Z");
        // There the clocks go from 23:59 to 01:00.
        assert_eq!(at("America/Santiago", date(2026, 9, 6)), "2026-09-06T04:00:00.000Z");
    }

    #[test]
    fn what_comes_late() {
        let zone = TimeZone::get("Asia/Kolkata").unwrap();
        let (october, november) = (month(date(2026, 10, 5)), month(date(2026, 11, 5)));
        let at = |day, now: &str, previous| place(day, now.parse().unwrap(), &zone, november, previous);
        let counts = |period, adjusts| Place { period, adjusts };
        let table = [
            (date(2026, 11, 1), "2026-11-01T09:00:00Z", Some(october), counts(november, None)),
            (date(2026, 10, 31), "2026-11-01T09:00:00Z", Some(october), counts(october, None)),
            (date(2026, 10, 31), "2026-11-01T18:29:59Z", Some(october), counts(october, None)),
            (date(2026, 10, 31), "2026-11-01T18:30:00Z", Some(october), counts(november, Some(date(2026, 10, 1)))),
            (date(2026, 9, 9), "2026-11-01T09:00:00Z", Some(october), counts(november, Some(date(2026, 9, 9)))),
            (date(2026, 10, 31), "2026-11-01T09:00:00Z", None, counts(november, Some(date(2026, 10, 31)))),
            (date(2026, 12, 1), "2026-11-30T18:29:00Z", Some(october), counts(november, None)),
        ];
        for (day, now, previous, expected) in table {
            assert_eq!(at(day, now, previous), expected, "{day} {now}");
        }
    }

    proptest! {
        #[test]
        fn months_meet(days in 0i64..40_000) {
            let day = date(1990, 1, 1).saturating_add(days.days());
            let whole = month(day);
            prop_assert!(whole.has(day));
            prop_assert_eq!(month(whole.end).start, whole.end);
        }

        #[test]
        fn each_threshold_is_crossed_once_on_the_way_up(allowed in 1i64..1_000_000, steps in prop::collection::vec(1i64..100_000, 1..60)) {
            let (mut used, mut warned, mut told) = (0, 0, Vec::new());
            for step in steps {
                used += step;
                let now = reached(used, allowed);
                told.extend(crossed(warned, now));
                warned = now;
            }
            let expected: Vec<i64> = THRESHOLDS.into_iter().filter(|percent| used * 100 >= percent * allowed).collect();
            prop_assert_eq!(told, expected);
        }
    }
}
