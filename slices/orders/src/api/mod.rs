//! Orders over HTTP: for merchants, and for buyers.

mod amount;
mod change;
mod checkout;
mod list;
mod pack;
mod packing_list;
mod place;
mod show;
mod track;
mod view;

pub use list::{EXPORTS_A_MINUTE, ListQuery, as_file};
pub use packing_list::PackingQuery;

use web::Route;

/// The routes.
pub fn routes() -> Vec<Route> {
    let all = [
        list::routes(),
        place::routes(),
        show::routes(),
        change::routes(),
        pack::routes(),
        packing_list::routes(),
        checkout::routes(),
        track::routes(),
    ];
    all.into_iter().flatten().collect()
}
