//! Posts that are planned: written once, and at their time handed, signed, to the webhook of each place that they go to.

mod api;
mod commands;
mod deliver;
mod dropped;
mod model;
mod outcome;
mod pages;
mod queries;
mod rows;
mod rules;
mod secrets;
mod timers;
mod trial;

use std::sync::Arc;
use store::secret::Locked;
use store::{ErrandKind, Migration, TimerKind, Told};
use web::Slice;
use webhooks::Config;

/// This slice's tables.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("social/0001_social", include_str!("../migrations/0001_social.sql")),
    Migration::both("social/0002_posts_by_state", include_str!("../migrations/0002_posts_by_state.sql")),
    Migration::both("social/0003_secret_before", include_str!("../migrations/0003_secret_before.sql")),
];

/// Its columns of locked texts.
pub static LOCKED: &[&dyn Locked] = &[&rows::SECRETS, &rows::SECRETS_BEFORE];

/// The slice.
pub fn slice(config: Config) -> Slice {
    let config = Arc::new(config);
    Slice {
        name: "social",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        nav: pages::nav(),
        reactions: vec![Arc::new(dropped::EndDropped)],
        errands: vec![ErrandKind::of::<deliver::DeliverPost>(config.clone()), ErrandKind::of::<trial::TryPlace>(config)],
        timers: vec![TimerKind::of::<timers::SendPost>(), TimerKind::of::<timers::EndOldSecret>()],
        told: &[Told { table: "social_places", secret: &["locked", "locked_before"], plain: &[] }],
        ..Slice::default()
    }
}
