//! Rounds: things that are brought every day or on chosen weekdays, the sheet of each day, and the month's bill.

mod api;
mod check;
mod clock;
mod commands;
mod erased;
mod merged;
mod model;
mod month;
mod pages;
mod queries;
mod reactions;
mod rows;
mod schedule;
mod sheet;
mod states;

pub use check::check;
pub use commands::Samples;

use std::sync::Arc;
use store::{Migration, TimerKind};
use web::Slice;

/// The tables of this slice.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("rounds/0001_rounds", include_str!("../migrations/0001_rounds.sql")),
    Migration::both("rounds/0002_merged", include_str!("../migrations/0002_merged.sql")),
];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        name: "rounds",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        nav: pages::nav(),
        reactions: vec![
            Arc::new(reactions::FollowCustomerName),
            Arc::new(contacts::WhenErased {
                name: "forget_erased_household",
                forget: |tx, who| Box::pin(erased::forget(tx, who.contact_id)),
            }),
            Arc::new(contacts::WhenMerged { name: "bring_over_rounds", join: |tx, who| Box::pin(merged::join(tx, who)) }),
        ],
        timers: vec![
            TimerKind::of::<commands::PlanRound>(),
            TimerKind::of::<commands::BillMonths>(),
            TimerKind::of::<commands::BillCustomer>(),
        ],
        ..Slice::default()
    }
}

#[cfg(test)]
mod tests;
