//! Contacts: whom a merchant sells to or writes to, each phone number and e-mail address one person's.

mod api;
mod attributes;
mod commands;
mod crowd;
mod duplicates;
mod erase;
mod forget;
mod import;
mod join;
mod lists;
mod many;
mod meet;
mod merge;
mod model;
mod narrow;
mod pages;
mod queries;
mod rows;
mod rules;
mod save;
mod tags;
mod update;
mod versions;

pub use attributes::{Attribute, Kind as AttributeKind, attributes};
pub use crowd::{Crowd, crowd};
pub use erase::erased_at;
pub use forget::{Erased, Forget, WhenErased};
pub use join::{Join, Merged, WhenMerged};
pub use lists::{List, add_to_list, list, lists, members_of, take_off_list};
pub use many::{after, before_newest, lists_named, lists_of, of_addresses, tags_of, those};
pub use meet::{meet, meet_and_hold, name_nameless};
pub use merge::{merged_into, now_known_as};
pub use model::{Contact, NewContact};
pub use pages::tabs;
pub use queries::{count, find, known};
pub use rules::{email, phone};
pub use save::save;
pub use tags::{give_tag, tag, tags, take_tag};
pub use update::{Updated, check_attributes, set_attributes};
pub use versions::{Version, change, hold, hold_those, lock, versioned};

use facts::Id;
use std::sync::Arc;
use store::{Migration, TimerKind, Told};
use web::{Cursor, NavItem, Permission, Slice};

/// Its tables.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("contacts/0001_contacts", include_str!("../migrations/0001_contacts.sql")),
    Migration::both("contacts/0002_version", include_str!("../migrations/0002_version.sql")),
    Migration::both("contacts/0003_lists", include_str!("../migrations/0003_lists.sql")),
    Migration::both("contacts/0004_imports", include_str!("../migrations/0004_imports.sql")),
    Migration::both("contacts/0005_erased", include_str!("../migrations/0005_erased.sql")),
    Migration::both("contacts/0006_erased_addresses", include_str!("../migrations/0006_erased_addresses.sql")),
    Migration::both("contacts/0007_merged", include_str!("../migrations/0007_merged.sql")),
];

/// Tables, API and pages.
pub fn slice() -> Slice {
    Slice {
        name: "contacts",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        reactions: vec![Arc::new(join::WhenMerged { name: "bring_over_groups", join: |tx, who| Box::pin(merge::join(tx, who)) })],
        timers: vec![
            TimerKind::of::<import::TakeLines>(),
            TimerKind::of::<import::SweepImport>(),
            TimerKind::of::<forget::DropAddresses>(),
            TimerKind::of::<join::SettleMerge>(),
        ],
        nav: vec![NavItem { label: "Contacts", href: "/admin/contacts", icon: "contacts", needs: Permission::ContactsRead, order: 50 }],
        told: &[
            Told { table: "erased_addresses", secret: &["phone", "email"], plain: &[] },
            Told { table: "contacts", secret: &[], plain: &["name_key"] },
        ],
        ..Slice::default()
    }
}

/// Where a contact stands in the list.
pub(crate) fn place(contact: &Contact) -> Cursor {
    Cursor { at: contact.created_at, id: contact.id.uuid() }
}
