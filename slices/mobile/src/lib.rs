//! The mobile API: phones sign in, and keep what they change while they are away in step with us.

mod api;
mod change;
mod commands;
mod gate;
mod generator;
mod model;
mod pages;
mod people;
mod queries;
mod reactions;
mod rows;
mod rules;
#[cfg(test)]
mod simulation;
mod sync;
mod tokens;

pub use generator::{Generated, Generator, Wanted};
pub use tokens::Signing;

use identity::KnownDevices;
use std::sync::Arc;
use store::secret::Vault;
use store::{Migration, Result};
use tokens::Tokens;
use web::{Extras, NavItem, Permission, Slice};

/// How the mobile API is set up.
pub struct Config<'a> {
    /// How access tokens are signed.
    pub signing: Signing,
    /// Where keys are derived that are not set.
    pub vault: &'a Vault,
    /// Where the world reaches this: the issuer of tokens.
    pub public_url: &'a str,
    /// Who writes texts; nobody where there is none.
    pub generator: Option<Arc<dyn Generator>>,
}

/// What handlers of this slice need besides the database.
struct Mobile {
    tokens: Arc<Tokens>,
    generator: Option<Arc<dyn Generator>>,
}

/// Its tables.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("mobile/0001_mobile", include_str!("../migrations/0001_mobile.sql")),
    Migration::both("mobile/0002_signed_in", include_str!("../migrations/0002_signed_in.sql")),
    Migration::both("mobile/0003_old_changes", include_str!("../migrations/0003_old_changes.sql")),
];

/// How many devices are signed in, of those that the tenant's plan allows.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn signed_in(look: &mut impl store::Look, now: facts::Time) -> Result<i64> {
    queries::signed_in(look, now).await
}

/// Its columns of locked texts.
pub static LOCKED: &[&dyn store::secret::Locked] = &[&commands::PUSH_TOKENS];

/// Tables, API and the page.
///
/// # Errors
/// Keys that cannot be made.
pub fn slice(config: Config) -> Result<Slice> {
    let tokens = Arc::new(Tokens::new(&config.signing, config.vault, config.public_url)?);
    let mut extras = Extras::default();
    extras.put(Arc::new(KnownDevices(Box::new(gate::Gate(tokens.clone())))));
    extras.put(Arc::new(Mobile { tokens, generator: config.generator }));
    Ok(Slice {
        name: "mobile",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        reactions: vec![Arc::new(reactions::EndDevicesOfPerson)],
        nav: vec![NavItem { label: "Mobile", href: pages::HERE, icon: "mobile", needs: Permission::ContentRead, order: 85 }],
        extras,
        told: &[
            store::Told { table: "mobile_refresh_tokens", secret: &["token_hash", "successor_hash"], plain: &[] },
            store::Told { table: "mobile_push_tokens", secret: &["token_hash", "locked"], plain: &[] },
            store::Told { table: "mobile_changes", secret: &[], plain: &["hash"] },
        ],
        ..Slice::default()
    })
}
