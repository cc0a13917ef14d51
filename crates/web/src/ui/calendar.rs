//! Moments, as the tenant's wall clock shows them.

use facts::Time;
use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};

/// The tenant's zone and the moment at which the page is made: what is needed to write any other moment.
#[derive(Clone)]
pub struct Calendar {
    zone: TimeZone,
    now: Time,
}

impl Calendar {
    /// A calendar for an IANA zone such as `Asia/Kolkata`; a name nobody knows is read as UTC.
    pub fn new(zone: &str, now: Time) -> Self {
        Self { zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC), now }
    }

    /// Day and minute, `21 Nov, 15:04`, with the year where it is not this one, and the exact time on hover.
    pub fn time(&self, at: Time) -> Markup {
        self.element(at, &self.time_text(at))
    }

    /// The day alone, `21 Nov`, with the year where it is not this one, and the exact time on hover.
    pub fn day(&self, at: Time) -> Markup {
        self.element(at, &self.day_text(at))
    }

    /// What [`Calendar::time`] shows, as plain text.
    pub fn time_text(&self, at: Time) -> String {
        format!("{}, {}", self.day_text(at), self.local(at).strftime("%H:%M"))
    }

    /// What [`Calendar::day`] shows, as plain text.
    pub fn day_text(&self, at: Time) -> String {
        self.date_text(self.local(at).date())
    }

    /// A date that has no hour, such as a delivery's, as plain text.
    pub fn date_text(&self, date: Date) -> String {
        let this_year = self.local(self.now).year() == date.year();
        date.strftime(if this_year { "%-d %b" } else { "%-d %b %Y" }).to_string()
    }

    /// How long ago, or how soon, in the largest unit that fits: `3 min ago`, `in 2 h`, `now`. Exact on hover.
    pub fn ago(&self, at: Time) -> Markup {
        self.element(at, &self.ago_text(at))
    }

    fn ago_text(&self, at: Time) -> String {
        let seconds = self.now.seconds() - at.seconds();
        let (count, unit) = match seconds.abs() {
            0..60 => return "now".to_owned(),
            span @ 60..3_600 => (span / 60, "min"),
            span @ 3_600..86_400 => (span / 3_600, "h"),
            span @ 86_400..172_800 => (span / 86_400, "day"),
            span => (span / 86_400, "days"),
        };
        if seconds > 0 { format!("{count} {unit} ago") } else { format!("in {count} {unit}") }
    }

    fn local(&self, at: Time) -> Zoned {
        at.timestamp().to_zoned(self.zone.clone())
    }

    fn element(&self, at: Time, text: &str) -> Markup {
        let exact = self.local(at).strftime("%A, %-d %B %Y, %H:%M:%S %Z");
        html! { time datetime=(at) title=(exact) { (text) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn the_tenants_wall_clock() {
        let here = Calendar::new("Asia/Kolkata", at("2026-11-21T12:00:00Z"));
        assert_eq!(here.time_text(at("2026-11-21T09:34:00Z")), "21 Nov, 15:04");
        assert_eq!(here.day_text(at("2026-11-20T20:00:00Z")), "21 Nov");
        assert_eq!(here.time_text(at("2025-12-31T09:34:00Z")), "31 Dec 2025, 15:04");
        assert!(here.time(at("2026-11-21T09:34:00Z")).0.contains("Saturday, 21 November 2026, 15:04:00 IST"));
    }

    #[test]
    fn an_unknown_zone_is_utc() {
        let here = Calendar::new("Mars/Olympus", at("2026-11-21T12:00:00Z"));
        assert_eq!(here.time_text(at("2026-11-21T09:34:00Z")), "21 Nov, 09:34");
    }

    #[test]
    fn how_long_ago() {
        let here = Calendar::new("UTC", at("2026-11-21T12:00:00Z"));
        for (moment, text) in [
            ("2026-11-21T11:59:30Z", "now"),
            ("2026-11-21T11:57:00Z", "3 min ago"),
            ("2026-11-21T14:00:00Z", "in 2 h"),
            ("2026-11-20T11:00:00Z", "1 day ago"),
            ("2026-11-01T11:00:00Z", "20 days ago"),
        ] {
            assert_eq!(here.ago_text(at(moment)), text);
        }
    }
}
