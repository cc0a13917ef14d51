//! `/api/v1/contacts`, and lists, tags and files of them.

mod about;
mod imports;
mod list;
mod lists;
mod merge;
mod one;
mod tags;

pub(crate) use imports::refused_file;
pub(crate) use list::contacts_file;
pub(crate) use merge::Which;

use web::Route;

/// Every route of it.
pub(crate) fn routes() -> Vec<Route> {
    [list::routes(), merge::routes(), one::routes(), about::routes(), lists::routes(), tags::routes(), imports::routes()]
        .into_iter()
        .flatten()
        .collect()
}
