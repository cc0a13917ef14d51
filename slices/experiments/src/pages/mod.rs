//! Experiments in the back office.

mod acts;
mod draft;
mod form;
mod list;
mod show;
mod words;

use web::{NavItem, Permission, Route};

/// The page.
const HERE: &str = "/admin/experiments";

/// Every page.
pub(crate) fn routes() -> Vec<Route> {
    [list::routes(), form::routes(), show::routes(), acts::routes()].into_iter().flatten().collect()
}

/// Its place in the rail.
pub(crate) fn nav() -> Vec<NavItem> {
    vec![NavItem { label: "Experiments", href: HERE, icon: "reports", needs: Permission::MessagesRead, order: 64 }]
}
