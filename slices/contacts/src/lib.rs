//! Contacts: whom a merchant sells to or writes to, each phone number and e-mail address one person's.

mod api;
mod commands;
mod meet;
mod model;
mod narrow;
mod pages;
mod queries;
mod rows;
mod rules;
mod save;
mod versions;

pub use meet::meet;
pub use model::{Contact, NewContact};
pub use queries::{find, known};
pub use rules::{email, phone};
pub use save::save;
pub use versions::{Version, change, lock, versioned};

use facts::Id;
use store::Migration;
use web::{Cursor, NavItem, Permission, Slice};

/// Its tables.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("contacts/0001_contacts", include_str!("../migrations/0001_contacts.sql")),
    Migration::both("contacts/0002_version", include_str!("../migrations/0002_version.sql")),
];

/// Tables, API and pages.
pub fn slice() -> Slice {
    Slice {
        name: "contacts",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        nav: vec![NavItem { label: "Contacts", href: "/admin/contacts", icon: "contacts", needs: Permission::ContactsRead, order: 50 }],
        ..Slice::default()
    }
}

/// Where a contact stands in the list.
pub(crate) fn place(contact: &Contact) -> Cursor {
    Cursor { at: contact.created_at, id: contact.id.uuid() }
}
