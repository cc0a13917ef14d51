//! Plans and subscriptions over HTTP.

mod act;
mod list;
mod make;
mod plans;
mod revenue;
mod usage;
mod view;

pub(crate) use list::{EXPORTS_A_MINUTE, ListQuery, as_file};

use web::Route;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    [plans::routes(), list::routes(), make::routes(), act::routes(), revenue::routes(), usage::routes()].into_iter().flatten().collect()
}
