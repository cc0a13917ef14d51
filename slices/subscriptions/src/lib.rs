//! Subscriptions: plans by the month and by the year, who has subscribed to them, and what that brings.

mod api;
mod billing;
mod check;
mod collection;
mod commands;
mod erased;
mod held;
mod holdings;
mod merged;
mod model;
mod money;
mod news;
mod pages;
mod provided;
mod queries;
mod reactions;
mod revenue;
mod rows;
mod rules;
mod usage;

pub use check::check;
pub use holdings::{Holding, holdings};
pub use model::{Offer, Plan, PlanPrice};
pub use queries::{offers, plan, prices_of};

use jiff::civil::Date;
use std::sync::Arc;
use store::{Migration, TimerKind};
use web::{App, Caller, Slice};

/// The tables of this slice.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("subscriptions/0001_subscriptions", include_str!("../migrations/0001_subscriptions.sql")),
    Migration::both("subscriptions/0002_collection", include_str!("../migrations/0002_collection.sql")),
    Migration::pair(
        "subscriptions/0003_provider_runs",
        include_str!("../migrations/0003_provider_runs.pg.sql"),
        include_str!("../migrations/0003_provider_runs.sqlite.sql"),
    ),
    Migration::both("subscriptions/0004_usage", include_str!("../migrations/0004_usage.sql")),
];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        name: "subscriptions",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        nav: pages::nav(),
        reactions: vec![
            Arc::new(reactions::SubscriptionFollowsInvoice),
            Arc::new(reactions::SubscriptionFollowsMandate),
            Arc::new(reactions::SubscriptionFollowsProvider),
            Arc::new(reactions::SubscriptionBillsUsage),
            Arc::new(contacts::WhenErased {
                name: "forget_erased_subscriber",
                forget: |tx, who| Box::pin(erased::forget(tx, who.contact_id)),
            }),
            Arc::new(contacts::WhenMerged { name: "bring_over_subscriptions", join: |tx, who| Box::pin(merged::join(tx, who)) }),
        ],
        timers: vec![TimerKind::of::<commands::LookAfterSubscription>()],
        told: &[
            store::Told { table: "plans", secret: &[], plain: &["code"] },
            store::Told { table: "subscriptions", secret: &["request_hash"], plain: &["idempotency_key"] },
        ],
        ..Slice::default()
    }
}

/// The day that the tenant's wall clock shows.
fn today(app: &App, caller: &Caller) -> Date {
    app.db.clock().now().timestamp().to_zoned(caller.zone()).date()
}

#[cfg(test)]
mod tests;
