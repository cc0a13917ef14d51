//! Campaigns over HTTP.

mod go;
mod one;
mod recipients;
mod timing;
mod variants;
mod view;

pub(crate) use recipients::{ListQuery, as_file};

use web::Route;

/// How often an address may ask for a file, a minute.
pub(crate) const EXPORTS_A_MINUTE: u32 = 15;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    [one::routes(), go::routes(), recipients::routes(), variants::routes(), timing::routes()].into_iter().flatten().collect()
}
