//! Imports: orders that were placed elsewhere, from a file or from another shop, taken in so that they are packed and found here.

mod api;
mod commands;
mod file;
mod model;
mod pages;
mod queries;
mod receive;
mod rows;

use store::{Migration, TimerKind};
use web::Slice;

/// The tables of imports.
pub const MIGRATIONS: &[Migration] = &[Migration::both("imports/0001_imports", include_str!("../migrations/0001_imports.sql"))];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        name: "imports",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        timers: vec![TimerKind::of::<commands::TakePage>(), TimerKind::of::<commands::SweepImport>()],
        ..Slice::default()
    }
}
