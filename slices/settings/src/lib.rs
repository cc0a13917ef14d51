//! Settings and credentials: what a tenant has chosen, and what it must keep secret.

mod api;
mod commands;
mod credentials;
mod known;
mod providers;
mod rows;

pub use credentials::{Credentials, IsTest, Played, PlayedAccount, Real, changed_since};
pub use rows::{get, put, put_secret, replace};

use std::sync::Arc;
use store::Migration;
use web::{Extras, Slice};

/// Its tables.
pub const MIGRATIONS: &[Migration] = &[Migration::both("settings/0001_settings", include_str!("../migrations/0001_settings.sql"))];

/// Its columns of locked texts.
pub static LOCKED: &[&dyn store::secret::Locked] = &[&rows::SECRETS];

/// Tables and API. Whoever calls providers shares `credentials`, so that new ones hold at once.
pub fn slice(credentials: Arc<Credentials>) -> Slice {
    let mut extras = Extras::default();
    extras.put(credentials);
    Slice {
        name: "settings",
        migrations: MIGRATIONS.to_vec(),
        routes: api::routes(),
        extras,
        told: &[store::Told { table: "secrets", secret: &["locked"], plain: &[] }],
        ..Slice::default()
    }
}
