//! Recovery in the back office, and what a reminder's link leads to.

mod acts;
mod how;
mod link;
mod list;

use web::{NavItem, Route};

/// The page, which stands beside that of orders.
const HERE: &str = "/admin/recovery";

/// Every page.
pub(crate) fn routes() -> Vec<Route> {
    [list::routes(), acts::routes(), link::routes()].into_iter().flatten().collect()
}

/// No place of its own in the rail: it stands beside orders.
pub(crate) fn nav() -> Vec<NavItem> {
    Vec::new()
}
