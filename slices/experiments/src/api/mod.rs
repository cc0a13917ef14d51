//! `/api/v1/experiments`.

mod go;
mod one;
mod people;
mod view;

pub(crate) use people::{ListQuery as PeopleQuery, as_file};

use web::Route;

/// How often a minute somebody may take all people of an experiment along.
pub(crate) const EXPORTS_A_MINUTE: u32 = 10;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    [one::routes(), go::routes(), people::routes()].into_iter().flatten().collect()
}
