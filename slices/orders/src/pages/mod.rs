//! The shop's pages, and the back office's pages of orders.

mod admin_list;
mod admin_show;
mod buy;
mod home;
mod order_parts;
mod packing;
mod pay;
mod shell;
mod success;
mod track;

pub use track::track;

use web::Route;

/// The routes.
pub fn routes() -> Vec<Route> {
    [home::routes(), buy::routes(), pay::routes(), success::routes(), admin_list::routes(), admin_show::routes(), packing::routes()]
        .into_iter()
        .flatten()
        .collect()
}
