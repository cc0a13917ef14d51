//! The numbers of the last days, and how much waits for a person.

use facts::{Currency, Time};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Look, Result, params, sql};
use utoipa::ToSchema;

/// Days that the page looks back, today included.
pub(crate) const DAYS: usize = 14;

/// The numbers of one day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Day {
    /// The day of the tenant's calendar, as 2026-11-21.
    pub day: String,
    /// Orders placed.
    pub orders: i64,
    /// Orders paid.
    pub paid_orders: i64,
    /// What they came to, in minor units.
    pub paid_minor: i64,
    /// What went back, in minor units.
    pub refunded_minor: i64,
    /// Messages that providers took.
    pub messages_sent: i64,
    /// Messages that need a person.
    pub messages_dead: i64,
}

/// How the business stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Overview {
    /// The currency of the amounts.
    #[schema(value_type = String)]
    pub currency: Currency,
    /// The last days without gaps, today last.
    pub days: Vec<Day>,
    /// Errands that were given up and wait for a person.
    pub buried_errands: i64,
    /// Facts that a reaction failed on.
    pub facts_set_aside: i64,
}

/// The day of a tenant's calendar that a moment falls on. A zone nobody knows is taken for UTC.
pub(crate) fn day_of(at: Time, zone: &str) -> String {
    date_of(at, zone).to_string()
}

fn date_of(at: Time, zone: &str) -> Date {
    at.timestamp().to_zoned(TimeZone::get(zone).unwrap_or(TimeZone::UTC)).date()
}

/// The last days up to now.
pub(crate) async fn overview(look: &mut impl Look, now: Time, zone: &str) -> Result<Overview> {
    let today = date_of(now, zone);
    let back = |days: i64| today.saturating_sub(jiff::Span::new().days(days)).to_string();
    let first = back(DAYS as i64 - 1);
    let rows: Vec<Day> = look
        .all(
            sql!(
                "SELECT day, orders, paid_orders, paid_minor, refunded_minor, messages_sent, messages_dead FROM daily_numbers
                 WHERE tenant_id = $1 AND day >= $2 AND currency = $3 ORDER BY day"
            ),
            params![look.tenant(), first, Currency::INR],
        )
        .await?;
    let empty = |day: String| Day { day, ..Day::default() };
    let days = (0..DAYS as i64).rev().map(back).map(|day| rows.iter().find(|row| row.day == day).cloned().unwrap_or_else(|| empty(day)));
    let waiting: (i64, i64) = look
        .one(
            sql!(
                "SELECT (SELECT COUNT(*) FROM errands WHERE tenant_id = $1 AND state = 'buried'),
                        (SELECT COUNT(*) FROM facts_set_aside WHERE tenant_id = $1)"
            ),
            params![look.tenant()],
        )
        .await?;
    Ok(Overview { currency: Currency::INR, days: days.collect(), buried_errands: waiting.0, facts_set_aside: waiting.1 })
}

/// The moment from which the page calls something recent.
pub(crate) fn recent(now: Time) -> Time {
    now.before(Duration::from_secs(24 * 3_600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_the_tenants_midnight() {
        let late: Time = "2026-11-20T18:30:00Z".parse().unwrap();
        assert_eq!(day_of(late, "Asia/Kolkata"), "2026-11-21");
        assert_eq!(day_of(late, "UTC"), "2026-11-20");
        assert_eq!(day_of(late, "Nowhere/Land"), "2026-11-20");
    }
}
