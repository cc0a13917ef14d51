//! Times of day, as people set them.

use facts::Time;
use jiff::Span;
use jiff::civil::Time as Hour;
use jiff::tz::TimeZone;
use std::time::Duration;
use store::{Error, Result};

/// A time of day as people type it, such as `20:00`.
///
/// # Errors
/// The field.
pub fn hour(field: &str, text: &str) -> Result<Hour> {
    let wrong = || Error::field(field, "a time of day such as 07:30");
    let (hours, minutes) = text.trim().split_once(':').ok_or_else(wrong)?;
    let digits = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours) || minutes.len() != 2 || !digits(minutes) {
        return Err(wrong());
    }
    let (hours, minutes) = (hours.parse().map_err(|_| wrong())?, minutes.parse().map_err(|_| wrong())?);
    Hour::new(hours, minutes, 0, 0).map_err(|_| wrong())
}

/// A time of day as it is kept, `07:30`.
pub fn hour_text(hour: Hour) -> String {
    hour.strftime("%H:%M").to_string()
}

/// The first moment after this one at which the wall clock shows an hour.
pub fn next_at(now: Time, zone: &TimeZone, hour: Hour) -> Time {
    let today = now.timestamp().to_zoned(zone.clone()).date();
    let moments = (0..3).filter_map(|days| today.saturating_add(Span::new().days(days)).to_datetime(hour).to_zoned(zone.clone()).ok());
    let next = moments.map(|moment| Time::from(moment.timestamp())).find(|moment| *moment > now);
    next.unwrap_or_else(|| now.after(Duration::from_secs(86_400)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_as_people_type_them() {
        assert_eq!(hour_text(hour("eta", " 7:05 ").unwrap()), "07:05");
        for wrong in ["", "7", "24:00", "7:5", "07:60", "-1:00", "7:30 pm", "١٢:٠٠", "+7:30"] {
            assert!(hour("eta", wrong).is_err(), "{wrong}");
        }
    }
}
