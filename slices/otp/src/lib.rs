//! One-time codes: whether an address is somebody's, shown by a code that went there.

mod api;
mod commands;
mod erased;
mod model;
mod pages;
mod queries;
mod reactions;
mod rows;
mod rules;

pub use model::{OneTimeCode, Purpose, State};

use commands::FallBack;
use std::sync::Arc;
use store::secret::Vault;
use store::{Migration, TimerKind};
use web::{Extras, Slice};

/// Its tables.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("otp/0001_otp", include_str!("../migrations/0001_otp.sql")),
    Migration::both("otp/0002_address", include_str!("../migrations/0002_address.sql")),
    Migration::both("otp/0003_counts", include_str!("../migrations/0003_counts.sql")),
];

/// What codes are derived with.
pub(crate) struct Deriver(pub Vault);

/// Tables and API.
pub fn slice(vault: Vault) -> Slice {
    let mut extras = Extras::default();
    extras.put(Arc::new(Deriver(vault)));
    Slice {
        name: "otp",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        reactions: vec![
            Arc::new(reactions::FallBackWhenUndelivered),
            Arc::new(reactions::CallOffOtherWays),
            Arc::new(contacts::WhenErased { name: "forget_erased_code", forget: |tx, who| Box::pin(erased::forget(tx, who)) }),
        ],
        timers: vec![TimerKind::of::<FallBack>()],
        extras,
        ..Slice::default()
    }
}
