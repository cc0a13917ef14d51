//! `/api/v1/contacts`.

mod list;
mod one;

use web::Route;

/// Every route of it.
pub(crate) fn routes() -> Vec<Route> {
    [list::routes(), one::routes()].into_iter().flatten().collect()
}
