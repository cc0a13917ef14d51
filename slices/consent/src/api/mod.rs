//! Consent over HTTP.

mod contact;
mod log;
mod settings;
mod suppressions;

pub(crate) use log::{LogQuery, log_file};
pub(crate) use suppressions::{StopQuery, stop_file};

use web::Route;

/// How often an address may ask for a file, a minute.
pub(crate) const EXPORTS_A_MINUTE: u32 = 15;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    [log::routes(), suppressions::routes(), contact::routes(), settings::routes()].into_iter().flatten().collect()
}
