//! How much of the platform a tenant uses: counted from the journal, by day and feature.

mod api;
mod narrow;
mod page;
mod queries;
mod reaction;
mod rules;
mod tally;

pub use page::{Config, Counting};

use std::sync::Arc;
use store::Migration;
use web::Slice;

/// This slice's tables.
pub const MIGRATIONS: &[Migration] = &[Migration::both("usage/0001_usage", include_str!("../migrations/0001_usage.sql"))];

/// The slice.
pub fn slice(config: Config) -> Slice {
    let mut extras = web::Extras::default();
    extras.put(Arc::new(config));
    Slice {
        name: "usage",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), page::routes()].into_iter().flatten().collect(),
        reactions: vec![Arc::new(reaction::MeterUsage)],
        extras,
        ..Slice::default()
    }
}
