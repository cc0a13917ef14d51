//! The API: /api/v1/social/posts and /api/v1/social/places.

mod places;
mod posts;
mod view;

pub(crate) use posts::Narrow;

use web::Route;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    [posts::routes(), places::routes()].into_iter().flatten().collect()
}
