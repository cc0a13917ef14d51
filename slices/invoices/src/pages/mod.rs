//! Invoices in the back office, and the page that a customer sees.

mod acts;
mod customer;
mod draft;
mod list;
mod online;
mod parts;
mod returns;
mod seller;
mod show;

pub(crate) use parts::called;

use maud::Markup;
use web::{NavItem, Permission, Route, ui};

/// The list, which is also the place in the rail.
const HERE: &str = "/admin/invoices";
const RETURNS: &str = "/admin/invoices/returns";
const SETTINGS: &str = "/admin/invoices/settings";

/// Every page.
pub(crate) fn routes() -> Vec<Route> {
    [
        list::routes(),
        draft::routes(),
        show::routes(),
        acts::routes(),
        returns::routes(),
        seller::routes(),
        customer::routes(),
        online::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The place in the rail.
pub(crate) fn nav() -> Vec<NavItem> {
    vec![NavItem { label: "Invoices", href: HERE, icon: "ledger", needs: Permission::InvoicesRead, order: 15 }]
}

/// What the pages that stand beside the list share.
fn tabs(here: &str) -> Markup {
    ui::tabs("Invoices", &[("Invoices", HERE), ("GST return", RETURNS), ("Billing settings", SETTINGS)], here)
}
