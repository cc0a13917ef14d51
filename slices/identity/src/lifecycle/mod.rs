//! The life of a tenant: open, suspended by whoever runs the platform, closed by its owner with time to come back, erased.

mod api;
mod commands;
mod export;
mod export_words;
mod pages;
mod rows;
mod rules;

pub(crate) use export::path as export_path;
pub(crate) use rules::State;

use store::{Migration, TimerKind};
use web::Route;

/// Its columns.
pub(crate) const MIGRATION: Migration = Migration::both("identity/0008_lifecycle", include_str!("../../migrations/0008_lifecycle.sql"));

/// API and pages.
pub(crate) fn routes() -> Vec<Route> {
    [api::routes(), export::routes(), pages::routes()].into_iter().flatten().collect()
}

/// What rings when a closed tenant's time is over.
pub(crate) fn timers() -> Vec<TimerKind> {
    vec![TimerKind::of::<commands::EraseClosed>()]
}
