//! Which days and features, as the address says it.

use crate::rules::Feature;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Unit};
use serde::Deserialize;
use store::{Error, Result};
use utoipa::IntoParams;

/// The most days of one answer.
const MOST: i32 = 366;
/// Days that are shown where nobody says which.
const USUAL: i64 = 30;

/// The query of the statistics.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct Narrow {
    /// The first day, such as 2026-11-01; 30 days back when not said.
    pub from: Option<String>,
    /// The last day, such as 2026-11-30; today when not said. At most 366 days in all.
    pub to: Option<String>,
    /// One feature alone, such as `orders.placed`.
    pub feature: Option<String>,
    /// `csv` for a file.
    pub format: Option<String>,
}

/// From one day to another, both in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub from: Date,
    pub to: Date,
    pub feature: Option<Feature>,
}

impl Narrow {
    /// Reads it; today is `today`.
    ///
    /// # Errors
    /// The field that cannot be read, or a span that ends before it begins or is too long.
    pub(crate) fn wanted(&self, today: Date) -> Result<Wanted> {
        let to = day("to", self.to.as_deref())?.unwrap_or(today);
        let from = day("from", self.from.as_deref())?.unwrap_or_else(|| to.saturating_sub(Span::new().days(USUAL - 1)));
        let days = from.until((Unit::Day, to)).map_or(i32::MAX, |span| span.get_days());
        if days < 0 {
            return Err(Error::field("to", "a day that is not before from"));
        }
        if days >= MOST {
            return Err(Error::field("from", format!("at most {MOST} days before to: ask for a year at a time")));
        }
        let feature = match self.feature.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => Some(text.parse().map_err(|_| Error::field("feature", known()))?),
            None => None,
        };
        Ok(Wanted { from, to, feature })
    }
}

fn known() -> String {
    let words: Vec<&str> = Feature::ALL.iter().map(|feature| feature.as_str()).collect();
    format!("one of {}", words.join(", "))
}

fn day(field: &str, text: Option<&str>) -> Result<Option<Date>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    // Only as days are written everywhere here, and only as far as the clock goes.
    let date = Date::strptime("%Y-%m-%d", text).ok().filter(|date| (1970..=9998).contains(&date.year()) && text.len() == 10);
    date.map(Some).ok_or_else(|| Error::field(field, "a day such as 2026-11-21"))
}

/// The day that it is now on a wall clock.
pub(crate) fn today(now: facts::Time, time_zone: &str) -> Date {
    now.timestamp().to_zoned(TimeZone::get(time_zone).unwrap_or(TimeZone::UTC)).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn asked(from: &str, to: &str, feature: &str) -> Result<Wanted> {
        let some = |text: &str| Some(text.to_owned());
        Narrow { from: some(from), to: some(to), feature: some(feature), format: None }.wanted(date(2026, 11, 21))
    }

    #[test]
    fn days_that_nobody_named() {
        let thirty = Wanted { from: date(2026, 10, 23), to: date(2026, 11, 21), feature: None };
        assert_eq!(asked("", "", "").unwrap(), thirty);
        assert_eq!(asked("", "2026-01-30", "").unwrap().from, date(2026, 1, 1));
        let one = asked("2026-11-21", "2026-11-21", "orders.placed").unwrap();
        assert_eq!((one.from, one.feature), (one.to, Some(Feature::Orders)));
        assert!(asked("2025-11-21", "2026-11-21", "").is_ok(), "a year and a day");
    }

    #[test]
    fn what_cannot_be_answered_is_named() {
        let table = [
            ("yesterday", "", "", "from"),
            ("", "2026-13-01", "", "to"),
            ("", "0001-01-01", "", "to"),
            ("", "9999-12-31", "", "to"),
            ("2026-11-22", "2026-11-21", "", "to"),
            ("2025-11-20", "2026-11-21", "", "from"),
            ("1970-01-01", "9998-12-31", "", "from"),
            ("", "", "orders", "feature"),
        ];
        for (from, to, feature, field) in table {
            assert_eq!(asked(from, to, feature).unwrap_err().fields()[0].field, field, "{from} {to} {feature}");
        }
    }
}
