//! `/api/v2`.

mod auth;
mod content;
mod devices;
mod sync;

use web::Route;

/// Every route of it.
pub(crate) fn routes() -> Vec<Route> {
    [auth::routes(), devices::routes(), content::routes(), sync::routes()].into_iter().flatten().collect()
}
