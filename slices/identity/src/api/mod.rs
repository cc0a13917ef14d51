//! `/api/v1/tenants` and what belongs to one.

mod keys;
mod tenants;
mod users;

use web::Route;

/// Every route of it.
pub(crate) fn routes() -> Vec<Route> {
    [tenants::routes(), users::routes(), keys::routes()].into_iter().flatten().collect()
}
