//! The API: /api/v1/webhook-endpoints and /api/v1/webhook-deliveries.

mod deliveries;
mod endpoints;
mod replay;
mod view;

pub(crate) use deliveries::Narrow;

use web::Route;

pub(crate) fn routes() -> Vec<Route> {
    [endpoints::routes(), replay::routes(), deliveries::routes()].into_iter().flatten().collect()
}
