//! `/api/v1/journeys`.

mod go;
mod id;
mod one;
mod rehearsal;
mod runs;
mod steps;
mod view;

pub(crate) use rehearsal::Span;
pub(crate) use runs::{ListQuery, as_file};

use web::Route;

/// How often a minute somebody may take all people of a journey along.
pub(crate) const EXPORTS_A_MINUTE: u32 = 10;

pub(crate) fn routes() -> Vec<Route> {
    [one::routes(), go::routes(), runs::routes(), rehearsal::routes(), steps::routes()].into_iter().flatten().collect()
}
