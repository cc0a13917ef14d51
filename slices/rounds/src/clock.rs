//! The cut-off: from which moment on the next day's sheet stands.

use facts::Time;
use jiff::Span;
use jiff::civil::{Date, Time as Hour};
use jiff::tz::TimeZone;
use web::next_at;

pub use web::{hour, hour_text};

/// The hour of the first of a month, and of every other day, at which what is over and not billed gets billed.
const BILLING_HOUR: i8 = 9;

/// The day that the wall clock shows.
pub fn today(now: Time, zone: &TimeZone) -> Date {
    now.timestamp().to_zoned(zone.clone()).date()
}

/// The last day whose sheet stands at a moment: tomorrow's from the cut-off on, today's before it.
pub fn closed(now: Time, zone: &TimeZone, cut_off: Hour) -> Date {
    let here = now.timestamp().to_zoned(zone.clone());
    if here.time() >= cut_off { here.date().saturating_add(Span::new().days(1)) } else { here.date() }
}

/// The next cut-off after a moment.
pub fn next_cut_off(now: Time, zone: &TimeZone, cut_off: Hour) -> Time {
    next_at(now, zone, cut_off)
}

/// The next moment after this one at which months are billed.
pub fn next_billing(now: Time, zone: &TimeZone) -> Time {
    next_at(now, zone, Hour::constant(BILLING_HOUR, 0, 0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn the_cut_off_is_the_tenants_own_hour() {
        let ist = TimeZone::get("Asia/Kolkata").unwrap();
        let eight = hour("cut_off", "20:00").unwrap();
        // 20:00 in India is 14:30 UTC.
        assert_eq!(closed(at("2026-11-21T14:29:59Z"), &ist, eight), date(2026, 11, 21));
        assert_eq!(closed(at("2026-11-21T14:30:00Z"), &ist, eight), date(2026, 11, 22));
        assert_eq!(closed(at("2026-11-21T18:29:59Z"), &ist, eight), date(2026, 11, 22));
        assert_eq!(closed(at("2026-11-21T18:30:00Z"), &ist, eight), date(2026, 11, 22), "midnight closes nothing more");
        assert_eq!(next_cut_off(at("2026-11-21T14:29:59Z"), &ist, eight), at("2026-11-21T14:30:00Z"));
        assert_eq!(next_cut_off(at("2026-11-21T14:30:00Z"), &ist, eight), at("2026-11-22T14:30:00Z"));
        assert_eq!(next_billing(at("2026-11-21T14:30:00Z"), &ist), at("2026-11-22T03:30:00Z"));
    }

    #[test]
    fn an_hour_that_the_clocks_leave_out_still_comes() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let half_past_two = hour("cut_off", "2:30").unwrap();
        let next = next_cut_off(at("2027-03-27T12:00:00Z"), &berlin, half_past_two);
        assert!(next > at("2027-03-28T00:00:00Z") && next < at("2027-03-28T03:00:00Z"), "{next}");
    }
}
