//! Webhooks: a tenant's events, sent to addresses of its own, signed as Standard Webhooks has it.

mod addressed;
mod api;
mod call;
mod commands;
mod deliver;
mod dropped;
mod kinds;
mod line;
mod model;
mod outcome;
mod pages;
mod queries;
mod reaction;
mod round;
mod rows;
mod rules;
mod sign;
mod timers;
mod world;

pub use addressed::{is_there, known, send_to};
pub use call::{Called, Posting, call};
pub use round::{dropped, key_of};
pub use rules::{OVERLAP, Verdict, verdict, wait};
pub use sign::secret;
pub use world::Config;

use std::sync::Arc;
use store::secret::Locked;
use store::{ErrandKind, Migration, TimerKind, Told};
use web::Slice;

/// This slice's tables.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("webhooks/0001_webhooks", include_str!("../migrations/0001_webhooks.sql")),
    Migration::both("webhooks/0002_order", include_str!("../migrations/0002_order.sql")),
];

/// Its columns of locked texts.
pub static LOCKED: &[&dyn Locked] = &[&rows::SECRETS, &rows::SECRETS_BEFORE];

/// The slice.
pub fn slice(config: Config) -> Slice {
    Slice {
        name: "webhooks",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        reactions: vec![Arc::new(reaction::SendWebhooks), Arc::new(dropped::CallOffDropped)],
        errands: vec![ErrandKind::of::<deliver::DeliverWebhook>(Arc::new(config))],
        timers: vec![TimerKind::of::<timers::EndOldSecret>(), TimerKind::of::<timers::StartReplays>()],
        told: &[Told { table: "webhook_endpoints", secret: &["locked", "locked_before"], plain: &[] }],
        ..Slice::default()
    }
}
