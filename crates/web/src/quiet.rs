//! Quiet hours: when nobody is written to, on their own wall clock. They shift a message and drop none.

use crate::hours::{hour, next_at};
use facts::Time;
use jiff::civil::Time as Hour;
use jiff::tz::TimeZone;
use std::time::Duration;
use store::{Error, Result};

/// The least of a day that is left, in minutes.
const ROOM: i64 = 60;
/// A message begins this long before the quiet hours at the latest, so that it is sent before them.
const LAST_CALL: Duration = Duration::from_secs(10 * 60);

/// From when until when it is quiet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    from: Hour,
    to: Hour,
}

impl Quiet {
    /// From one time of day until another, as people type them; none where they are the same.
    ///
    /// # Errors
    /// `quiet_from` or `quiet_to`, where it is no time of day.
    pub fn between(from: &str, to: &str) -> Result<Self> {
        Ok(Self { from: hour("quiet_from", from)?, to: hour("quiet_to", to)? })
    }

    /// Whether there is time enough between them.
    ///
    /// # Errors
    /// The field.
    pub fn leaves_room(&self) -> Result<()> {
        let minutes = |hour: Hour| i64::from(hour.hour()) * 60 + i64::from(hour.minute());
        let open = (minutes(self.from) - minutes(self.to)).rem_euclid(24 * 60);
        if open == 0 || open >= ROOM { Ok(()) } else { Err(Error::field("quiet_to", "an hour of the day at least is left")) }
    }

    fn is_quiet(&self, hour: Hour) -> bool {
        match self.from.cmp(&self.to) {
            std::cmp::Ordering::Equal => false,
            std::cmp::Ordering::Less => hour >= self.from && hour < self.to,
            std::cmp::Ordering::Greater => hour >= self.from || hour < self.to,
        }
    }

    /// Whether it is quiet at a moment.
    pub fn holds(&self, at: Time, zone: &TimeZone) -> bool {
        self.is_quiet(at.timestamp().to_zoned(zone.clone()).time())
    }

    /// The first moment from this one on at which somebody may be written to.
    pub fn over(&self, at: Time, zone: &TimeZone) -> Time {
        if self.holds(at, zone) || self.holds(at.after(LAST_CALL), zone) { next_at(at, zone, self.to) } else { at }
    }

    /// When it gets quiet next: until then a message may be sent. A day from now where it never does.
    pub fn begins(&self, at: Time, zone: &TimeZone) -> Time {
        if self.from == self.to { at.after(Duration::from_secs(86_400)) } else { next_at(at, zone, self.from) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quiet(from: &str, to: &str) -> Quiet {
        Quiet { from: hour("f", from).unwrap(), to: hour("t", to).unwrap() }
    }

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn the_night_shifts_a_reminder_to_the_morning() {
        let ist = TimeZone::get("Asia/Kolkata").unwrap();
        let night = quiet("21:00", "09:00");
        // 21:00 in India is 15:30 UTC, 9:00 is 3:30.
        let morning = at("2026-11-22T03:30:00Z");
        assert_eq!(night.over(at("2026-11-21T15:30:00Z"), &ist), morning);
        assert_eq!(night.over(at("2026-11-22T03:29:59Z"), &ist), morning);
        assert_eq!(night.over(morning, &ist), morning);
        assert_eq!(night.over(at("2026-11-21T15:25:00Z"), &ist), morning, "too short before it");
        assert_eq!(night.begins(morning, &ist), at("2026-11-22T15:30:00Z"));
        let never = quiet("09:00", "09:00");
        assert_eq!(never.over(at("2026-11-21T20:00:00Z"), &ist), at("2026-11-21T20:00:00Z"));
    }

    proptest! {
        #[test]
        fn never_in_the_quiet_hours_and_never_a_day_later(
            from in 0i8..24, to in 0i8..24, minutes in 0i64..(366 * 24 * 60), zone in prop::sample::select(vec!["Asia/Kolkata", "America/New_York", "Europe/Berlin", "UTC"])
        ) {
            let quiet = Quiet { from: Hour::constant(from, 0, 0, 0), to: Hour::constant(to, 0, 0, 0) };
            let zone = TimeZone::get(zone).unwrap();
            let now = at("2026-01-01T00:00:00Z").after(Duration::from_secs(minutes.unsigned_abs() * 60));
            let over = quiet.over(now, &zone);
            prop_assert!(over >= now && over.since(now) <= Duration::from_secs(25 * 3_600));
            // Where the clocks are moved the wall clock may step over the hour that was asked for.
            prop_assert!(!quiet.holds(over, &zone) || over > now);
            prop_assert!(quiet.begins(over, &zone) > over);
        }
    }
}
