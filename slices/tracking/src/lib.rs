//! Tracking: who opened a mail and followed its links, and what of that was a machine.

mod agent;
mod erased;
mod follow;
mod judge;
mod keep;
mod merged;
mod model;
mod news;
mod queries;
mod rows;
mod shown;
mod timers;

pub use model::{Figure, Figures, Touched};
pub use queries::{figures, touched, touched_at};
pub use shown::section;

use std::sync::Arc;
use store::{Migration, TimerKind};
use web::Slice;

/// The tables of this slice.
pub const MIGRATIONS: &[Migration] = &[Migration::both("tracking/0001_tracking", include_str!("../migrations/0001_tracking.sql"))];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        name: "tracking",
        migrations: MIGRATIONS.to_vec(),
        routes: follow::routes(),
        reactions: vec![
            Arc::new(contacts::WhenErased {
                name: "forget_erased_touches",
                forget: |tx, who| Box::pin(erased::forget(tx, who.contact_id)),
            }),
            Arc::new(contacts::WhenMerged { name: "bring_over_touches", join: |tx, who| Box::pin(merged::join(tx, who)) }),
        ],
        timers: vec![TimerKind::of::<timers::JudgeTouches>()],
        ..Slice::default()
    }
}

#[cfg(test)]
mod tests;
