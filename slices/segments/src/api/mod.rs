//! `/api/v1/segments`.

mod members;
pub(crate) mod one;

pub(crate) use members::{members_file, place};

use web::Route;

/// Every route of it.
pub(crate) fn routes() -> Vec<Route> {
    [one::routes(), members::routes()].into_iter().flatten().collect()
}
