//! Consent: who is written to, who is not and why, and every word that was said on it.

mod api;
mod check;
mod commands;
mod erased;
mod imported;
mod lists;
mod look;
mod merged;
mod model;
mod pages;
mod queries;
mod rows;
mod rules;
mod token;
mod words;

pub use check::check;
pub use commands::{Heard, Said, choose, grant, heard, link, resume, stop, unsubscribe_path};
pub use model::{Addressee, Choice, Class, Reason, Rule, Stop, Why};
pub use queries::{SETTINGS, is_wish, said_since, why_not, why_not_one};
pub use rules::address_of;
pub use words::Keyword;

use std::sync::Arc;
use store::Migration;
use web::Slice;

/// The tables of this slice.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("consent/0001_consent", include_str!("../migrations/0001_consent.sql")),
    Migration::both("consent/0002_contact", include_str!("../migrations/0002_contact.sql")),
];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        name: "consent",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        reactions: vec![
            Arc::new(imported::KeepImported),
            Arc::new(contacts::WhenErased { name: "forget_erased_words", forget: |tx, who| Box::pin(erased::forget(tx, who)) }),
            Arc::new(contacts::WhenMerged { name: "bring_over_stops", join: |tx, who| Box::pin(merged::join(tx, who)) }),
        ],
        ..Slice::default()
    }
}
