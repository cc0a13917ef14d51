//! Rounds over HTTP.

mod acts;
mod bills;
mod deliveries;
mod list;
mod new;
mod routes;
mod settings;
mod sheet;
mod view;

pub(crate) use list::{ListQuery, as_file};
pub(crate) use sheet::sheet_file;

use crate::clock;
use jiff::civil::Date;
use store::{Error, Result};
use web::{App, Caller, Route};

/// How often an address may ask for a file, a minute.
pub(crate) const EXPORTS_A_MINUTE: u32 = 15;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    [
        list::routes(),
        new::routes(),
        acts::routes(),
        sheet::routes(),
        deliveries::routes(),
        routes::routes(),
        settings::routes(),
        bills::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The day that the caller's wall clock shows.
pub(crate) fn today(app: &App, caller: &Caller) -> Date {
    clock::today(app.db.clock().now(), &caller.zone())
}

/// A day of an address: `today`, `tomorrow`, or a date.
///
/// # Errors
/// The field.
pub(crate) fn day_of(field: &str, text: &str, today: Date) -> Result<Date> {
    match text {
        "" | "today" => Ok(today),
        "tomorrow" => Ok(today.tomorrow().unwrap_or(today)),
        text => {
            let day: Option<Date> = text.parse().ok().filter(|day: &Date| (1_970..=9_000).contains(&day.year()));
            day.ok_or_else(|| Error::field(field, "a day such as 2026-11-22, today or tomorrow"))
        }
    }
}
