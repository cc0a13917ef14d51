//! Journeys: ways that people are led along, step by step, each on the version that they entered.

mod api;
mod check;
mod commands;
mod deeds;
mod merged;
mod model;
mod over;
mod pages;
mod people;
mod plan;
mod queries;
mod reactions;
mod ready;
mod rehearsal;
mod rows;
#[cfg(test)]
mod tests;
mod timers;
mod walk;

pub use check::check;

use model::How;
use std::sync::Arc;
use store::{Migration, TimerKind};
use web::Slice;

/// The tables of this slice.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("journeys/0001_journeys", include_str!("../migrations/0001_journeys.sql")),
    Migration::both("journeys/0002_touched", include_str!("../migrations/0002_touched.sql")),
    Migration::both("journeys/0003_heard", include_str!("../migrations/0003_heard.sql")),
];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        name: "journeys",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        nav: pages::nav(),
        reactions: vec![
            Arc::new(reactions::LeadPeople),
            Arc::new(reactions::FollowMessages),
            Arc::new(contacts::WhenErased {
                name: "lead_erased_out",
                forget: |tx, who| {
                    Box::pin(async move {
                        let mut all = people::of_contact(tx, who.contact_id).await?;
                        people::end(tx, &mut all, How::Erased).await?;
                        people::forget(tx, who.contact_id).await
                    })
                },
            }),
            Arc::new(contacts::WhenMerged { name: "bring_over_runs", join: |tx, who| Box::pin(merged::join(tx, who)) }),
        ],
        timers: vec![TimerKind::of::<timers::WalkJourney>(), TimerKind::of::<timers::LeadIn>(), TimerKind::of::<timers::BringOver>()],
        ..Slice::default()
    }
}
