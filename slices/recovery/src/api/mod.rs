//! Recovery over HTTP.

mod analytics;
mod check;
mod list;
mod remind;
mod settings;
mod view;

pub(crate) use analytics::{SPAN, since};
pub(crate) use list::{ListQuery, as_file};

use web::Route;

/// How often an address may ask for a file, a minute.
pub(crate) const EXPORTS_A_MINUTE: u32 = 15;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    [check::routes(), list::routes(), remind::routes(), analytics::routes(), settings::routes()].into_iter().flatten().collect()
}
