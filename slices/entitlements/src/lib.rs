//! Entitlements: what customers may use by their plans, how much of it they used, and feature flags.

mod api;
mod check;
mod commands;
mod entitle;
mod flags;
mod merged;
mod model;
mod over;
mod own;
mod pages;
mod queries;
mod rows;
mod rules;
mod take;

pub use check::check;
pub use flags::Overrides;

use std::sync::Arc;
use store::{Migration, Result, TimerKind};
use web::{App, Slice};

/// The tables of this slice.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("entitlements/0001_entitlements", include_str!("../migrations/0001_entitlements.sql")),
    Migration::both("entitlements/0002_overage", include_str!("../migrations/0002_overage.sql")),
];

/// What the slice is built with.
#[derive(Debug, Clone)]
pub struct Config {
    /// How many percent above its limit what the platform's plans give still goes. PLAN_ATTRIBUTION_GRACE_PERCENT.
    pub grace_percent: i64,
    /// What FLAG_<NAME> says.
    pub flags: Overrides,
    /// Where the world reaches this.
    pub public_url: String,
}

/// The slice.
pub fn slice(config: Config) -> Slice {
    let mut extras = web::Extras::default();
    extras.put(Arc::new(config));
    Slice {
        name: "entitlements",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        reactions: vec![Arc::new(contacts::WhenMerged { name: "bring_over_usage", join: |tx, who| Box::pin(merged::join(tx, who)) })],
        timers: vec![TimerKind::of::<commands::BillUsage>()],
        told: &[store::Told { table: "features", secret: &[], plain: &["code"] }],
        extras,
        ..Slice::default()
    }
}

/// What the slice was built with.
fn config(app: &App) -> Result<Arc<Config>> {
    app.extra::<Config>()
}

#[cfg(test)]
mod tests;
