//! Entitlements, usage and flags over HTTP.

mod consume;
mod events;
mod features;
mod flags;
mod list;
mod overrides;
mod plans;
mod thresholds;
mod view;

pub(crate) use consume::{of_contact, of_own};
pub(crate) use list::{EXPORTS_A_MINUTE, ListQuery, events_file};

use web::Route;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    [
        features::routes(),
        plans::routes(),
        consume::routes(),
        overrides::routes(),
        events::routes(),
        list::routes(),
        thresholds::routes(),
        flags::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
