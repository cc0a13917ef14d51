//! What the shop's pages fetch, and the page of the back office.

mod form;
mod office;
mod sample;
mod served;

use web::Route;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    [served::routes(), office::routes(), sample::routes()].into_iter().flatten().collect()
}
