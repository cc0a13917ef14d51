//! Tickets: what the link in a mail of ours opens, once. Who has the link has shown that mail to the address reaches them.
//!
//! identity only says that a mail is wanted ([`facts::identity::TicketIssued`]); the messages slice writes it, as surely
//! and as seldom as any other, and asks for the link at the moment it leaves. It stands in no fact, no row and no log.

mod api;
mod email;
mod invitations;
pub(crate) mod life;
mod pages;
mod reset;
mod rows;
mod sign_up;

pub(crate) use invitations::{Invite, Withdraw};
pub(crate) use life::place;
pub use life::{Ticket, ticket, ticket_link};
pub(crate) use reset::check as check_password;
pub(crate) use rows::{invitations, remember_password};
pub use sign_up::ask as sign_up;
pub(crate) use sign_up::{SignUps, open_to_strangers};

use store::Migration;
use web::Route;

/// Its tables.
pub(crate) const MIGRATION: Migration = Migration::both("identity/0007_tickets", include_str!("../../migrations/0007_tickets.sql"));

/// The index by which old ones are found.
pub(crate) const OLD: Migration = Migration::both("identity/0012_old_tickets", include_str!("../../migrations/0012_old_tickets.sql"));

/// API and pages.
pub(crate) fn routes() -> Vec<Route> {
    [api::routes(), pages::routes()].into_iter().flatten().collect()
}
