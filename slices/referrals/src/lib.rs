//! Referrals: who brings customers gets a share of what they buy.

mod api;
mod check;
mod commands;
mod erased;
mod merged;
mod model;
mod pages;
mod queries;
mod reactions;
mod rows;
mod rules;

pub use check::check;

use std::sync::Arc;
use store::{Migration, TimerKind};
use web::Slice;

/// The tables of this slice.
pub const MIGRATIONS: &[Migration] = &[Migration::both("referrals/0001_referrals", include_str!("../migrations/0001_referrals.sql"))];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        name: "referrals",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        reactions: vec![
            Arc::new(reactions::FollowReferredOrders),
            Arc::new(contacts::WhenErased {
                name: "forget_erased_referrer",
                forget: |tx, who| Box::pin(erased::forget(tx, who.contact_id)),
            }),
            Arc::new(contacts::WhenMerged { name: "bring_over_referrers", join: |tx, who| Box::pin(merged::join(tx, who)) }),
        ],
        timers: vec![TimerKind::of::<commands::ReleaseCommission>()],
        told: &[store::Told { table: "referrers", secret: &[], plain: &["code"] }],
        ..Slice::default()
    }
}
