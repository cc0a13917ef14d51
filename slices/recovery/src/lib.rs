//! Recovery: who left an order unpaid is reminded of it, a few times and never once they have paid.

mod api;
mod check;
mod commands;
mod merged;
mod model;
mod offer;
mod pages;
mod queries;
mod reactions;
mod rows;
mod rules;

pub use check::check;
pub use commands::Samples;

use std::sync::Arc;
use store::{Migration, TimerKind};
use web::Slice;

/// The tables of this slice.
pub const MIGRATIONS: &[Migration] = &[Migration::both("recovery/0001_recovery", include_str!("../migrations/0001_recovery.sql"))];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        name: "recovery",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        reactions: vec![
            Arc::new(reactions::FollowLeftOrders),
            Arc::new(contacts::WhenMerged { name: "bring_over_left_orders", join: |tx, who| Box::pin(merged::join(tx, who)) }),
        ],
        timers: vec![TimerKind::of::<commands::RemindOfOrder>()],
        nav: pages::nav(),
        told: &[store::Told { table: "reminders", secret: &[], plain: &["coupon"] }],
        ..Slice::default()
    }
}
