//! `/api/v1/tenants/{id}/branding`.

mod brand;
mod logo;

use web::Route;

/// Every route of it.
pub(crate) fn routes() -> Vec<Route> {
    [brand::routes(), logo::routes()].into_iter().flatten().collect()
}
