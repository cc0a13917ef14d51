//! Conversations over HTTP.

mod acts;
mod attachments;
mod canned;
mod entries;
mod leads;
mod list;
mod view;

pub(crate) use list::{ListQuery, export};

use web::Route;

/// How often an address may ask for a file, a minute.
pub(crate) const EXPORTS_A_MINUTE: u32 = 15;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    [list::routes(), entries::routes(), attachments::routes(), acts::routes(), leads::routes(), canned::routes()]
        .into_iter()
        .flatten()
        .collect()
}
