//! The inbox in the back office.

mod acts;
mod attachments;
mod canned;
mod desk;
mod events;
mod leads;
mod list;
mod thread;

use maud::Markup;
use web::ui;
use web::{NavItem, Permission, Route};

/// The conversations, which is also the place in the rail.
const HERE: &str = "/admin/inbox";
const LEADS: &str = "/admin/inbox/leads";
const CANNED: &str = "/admin/inbox/canned";
const EVENTS: &str = "/admin/inbox/events";
const ATTACHMENTS: &str = "/admin/inbox/attachments";

/// Every page.
pub(crate) fn routes() -> Vec<Route> {
    [desk::routes(), acts::routes(), attachments::routes(), leads::routes(), canned::routes(), events::routes()]
        .into_iter()
        .flatten()
        .collect()
}

/// The place in the rail.
pub(crate) fn nav() -> Vec<NavItem> {
    vec![NavItem { label: "Inbox", href: HERE, icon: "inbox", needs: Permission::InboxRead, order: 38 }]
}

/// What the pages of the inbox share.
fn tabs(here: &str) -> Markup {
    ui::tabs("Inbox", &[("Conversations", HERE), ("Leads", LEADS), ("Canned replies", CANNED)], here)
}
