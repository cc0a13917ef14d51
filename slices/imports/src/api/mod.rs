//! `/api/v1/imports`.

mod files;
mod list;
mod view;

pub(crate) use files::LARGEST;
pub(crate) use list::mistakes_file;

use web::Route;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    [files::routes(), list::routes()].into_iter().flatten().collect()
}
