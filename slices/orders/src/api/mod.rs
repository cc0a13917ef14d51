//! Orders over HTTP: for merchants, and for buyers.

mod amount;
mod change;
mod checkout;
mod list;
mod pack;
mod place;
mod show;
mod track;
mod view;

pub use list::{EXPORTS_A_MINUTE, ListQuery, as_file};

use web::Route;

/// The routes.
pub fn routes() -> Vec<Route> {
    [list::routes(), place::routes(), show::routes(), change::routes(), pack::routes(), checkout::routes(), track::routes()]
        .into_iter()
        .flatten()
        .collect()
}
