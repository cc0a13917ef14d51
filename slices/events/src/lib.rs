//! What the shop's own programs say that people did: events with names of the shop's own.

mod api;
mod commands;
mod model;
mod names;
mod pages;
mod queries;
mod rows;
mod rules;

pub use model::{Event, Known};
pub use queries::{data_of, known, latest};
pub use rules::name as check_name;

use std::sync::Arc;
use store::Migration;
use web::Slice;

/// The tables of this slice.
pub const MIGRATIONS: &[Migration] = &[Migration::both("events/0001_events", include_str!("../migrations/0001_events.sql"))];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        name: "events",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        reactions: vec![
            Arc::new(names::LearnEventNames),
            Arc::new(contacts::WhenErased { name: "forget_erased_events", forget: |tx, who| Box::pin(rows::forget(tx, who.contact_id)) }),
            Arc::new(contacts::WhenMerged { name: "bring_over_events", join: |tx, who| Box::pin(rows::bring_over(tx, who)) }),
        ],
        ..Slice::default()
    }
}
