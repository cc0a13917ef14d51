//! Journeys in the back office.

mod acts;
mod builder;
mod draft;
mod fields;
mod lines;
mod list;
mod reader;
mod rehearsal;
mod show;
mod words;

use web::{NavItem, Permission, Route};

/// The page.
const HERE: &str = "/admin/journeys";

/// Every page.
pub(crate) fn routes() -> Vec<Route> {
    [list::routes(), builder::routes(), show::routes(), rehearsal::routes(), acts::routes()].into_iter().flatten().collect()
}

/// Its place in the rail.
pub(crate) fn nav() -> Vec<NavItem> {
    vec![NavItem { label: "Journeys", href: HERE, icon: "journeys", needs: Permission::MessagesRead, order: 63 }]
}
