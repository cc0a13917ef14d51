//! Channels: how a message reaches its provider, what the provider's answers and calls come to, and whether a call is the provider's.
//!
//! Nothing here knows what a message is for, or what became of it: that is the messages slice's.

mod admit;
mod answer;
mod breaker;
mod classes;
mod devices;
mod fetch;
mod letter;
mod mail;
mod merged;
mod order;
mod outcome;
mod provider;
mod push;
mod send;
mod templates;
mod twilio;
mod whatsapp;
mod words;
mod world;

pub use admit::Call;
pub use classes::{Class, Failure, meaning};
pub use devices::{Device, forget, of_contacts};
pub use fetch::Fetched;
pub use letter::{File, Letter, ProviderTemplate, WINDOW};
pub use order::OrderProviders;
pub use outcome::{Outcome, Sent};
pub use provider::{Provider, Refused};
pub use templates::{Approval, Category, Chosen, Prices, Template, approved, note_template, template};
pub use twilio::{Listed, Listing, Mark};
pub use words::{Enclosed, Receipt, Status, TemplateWord, Wish, Word, Written, call_about, event_id, is_mail, kept, read};
pub use world::{Channels, Config};

use std::sync::Arc;
use store::{ErrandKind, Migration, TimerKind};
use web::{Extras, Slice};

/// Its tables.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("channels/0001_push_devices", include_str!("../migrations/0001_push_devices.sql")),
    Migration::both("channels/0002_templates", include_str!("../migrations/0002_templates.sql")),
];

/// Tables and API.
pub fn slice(channels: Arc<Channels>) -> Slice {
    let mut extras = Extras::default();
    extras.put(channels.clone());
    Slice {
        name: "channels",
        migrations: MIGRATIONS.to_vec(),
        routes: [devices::routes(), templates::routes()].into_iter().flatten().collect(),
        reactions: vec![
            Arc::new(contacts::WhenErased {
                name: "forget_erased_devices",
                forget: |tx, who| Box::pin(devices::forget_all(tx, who.contact_id)),
            }),
            Arc::new(templates::AskNewAccount),
            Arc::new(contacts::WhenMerged { name: "bring_over_devices", join: |tx, who| Box::pin(merged::join(tx, who)) }),
        ],
        errands: vec![ErrandKind::of::<templates::AskTemplates>(channels)],
        timers: vec![TimerKind::of::<templates::AskDaily>()],
        extras,
        told: &[store::Told { table: "push_devices", secret: &["endpoint", "p256dh", "auth"], plain: &[] }],
        ..Slice::default()
    }
}
