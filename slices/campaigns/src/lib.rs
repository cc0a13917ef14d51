//! Campaigns: one thing that is said to many, to an audience that is known before it goes out.

mod api;
mod carried;
mod check;
mod choices;
mod commands;
mod cost;
mod daily;
mod erased;
mod gather;
mod lift;
mod merged;
mod model;
mod outreach;
mod pages;
mod queries;
mod reactions;
mod rows;
mod run;
mod states;
mod timed;
mod timers;
mod timing;
mod variants;

pub use check::check;
pub use choices::audiences;
pub use commands::known_audience;
pub use gather::{Page, is_known, people};
pub use model::{Audience, Text, Way};
pub use outreach::{Placed, Reach, THEIRS, Texts};
pub use queries::campaign;
pub use reactions::takes;

use std::sync::Arc;
use store::{Migration, TimerKind};
use web::Slice;

/// The tables of this slice.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("campaigns/0001_campaigns", include_str!("../migrations/0001_campaigns.sql")),
    Migration::both("campaigns/0002_line", include_str!("../migrations/0002_line.sql")),
    Migration::both("campaigns/0003_experiments", include_str!("../migrations/0003_experiments.sql")),
    Migration::both("campaigns/0004_timing", include_str!("../migrations/0004_timing.sql")),
    Migration::both("campaigns/0005_over_days", include_str!("../migrations/0005_over_days.sql")),
    Migration::both("campaigns/0006_room", include_str!("../migrations/0006_room.sql")),
];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        name: "campaigns",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        nav: pages::nav(),
        reactions: vec![
            Arc::new(reactions::FollowMessages),
            Arc::new(timed::CountTimedReads),
            Arc::new(contacts::WhenErased {
                name: "forget_erased_audience",
                forget: |tx, who| Box::pin(erased::forget(tx, who.contact_id)),
            }),
            Arc::new(contacts::WhenMerged { name: "bring_over_audience", join: |tx, who| Box::pin(merged::join(tx, who)) }),
        ],
        timers: vec![
            TimerKind::of::<timers::FreezeAudience>(),
            TimerKind::of::<timers::SendCampaign>(),
            TimerKind::of::<timers::SweepAudience>(),
        ],
        ..Slice::default()
    }
}
