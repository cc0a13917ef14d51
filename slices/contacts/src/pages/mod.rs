//! Contacts in the back office.

mod list;
mod show;

use web::Route;

/// The list's address, which is also the place in the rail.
const HERE: &str = "/admin/contacts";

/// Every page of it.
pub(crate) fn routes() -> Vec<Route> {
    [list::routes(), show::routes()].into_iter().flatten().collect()
}
