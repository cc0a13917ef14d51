//! Settlements: what the payments here say, what the providers paid out and what the bank shows, held side by side.

mod api;
mod check;
mod commands;
mod errands;
mod matching;
mod model;
mod pages;
mod queries;
mod reactions;
mod reading;
mod receive;
mod rows;

pub use check::check;

use payments::World;
use std::sync::Arc;
use store::{ErrandKind, Migration, TimerKind};
use web::Slice;

/// The tables of this slice.
pub const MIGRATIONS: &[Migration] = &[Migration::both("settlements/0001_settlements", include_str!("../migrations/0001_settlements.sql"))];

/// The slice, which asks the providers as payments do.
pub fn slice(config: payments::Config) -> Slice {
    let world = Arc::new(World::from(config));
    Slice {
        name: "settlements",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        reactions: vec![Arc::new(reactions::ExpectSettlement)],
        errands: vec![
            ErrandKind::of::<errands::FetchRazorpay>(world.clone()),
            ErrandKind::of::<errands::FetchPayouts>(world.clone()),
            ErrandKind::of::<errands::FetchPayout>(world),
        ],
        timers: vec![
            TimerKind::of::<errands::FetchDaily>(),
            TimerKind::of::<matching::Reconcile>(),
            TimerKind::of::<commands::TakeStatement>(),
            TimerKind::of::<commands::ForgetStatement>(),
        ],
        ..Slice::default()
    }
}

#[cfg(test)]
mod tests;
