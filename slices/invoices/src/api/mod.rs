//! Invoices over HTTP: for merchants' programs, and for whoever holds an invoice's link.

mod act;
mod draft;
mod link;
mod list;
mod returns;
mod seller;
mod view;

pub(crate) use link::link;
pub(crate) use list::{ListQuery, as_file};
pub(crate) use returns::{Part, as_csv, month};

use web::Route;

/// How often an address may ask for a file, a minute.
pub(crate) const EXPORTS_A_MINUTE: u32 = 15;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    [list::routes(), draft::routes(), act::routes(), link::routes(), seller::routes(), returns::routes()].into_iter().flatten().collect()
}
