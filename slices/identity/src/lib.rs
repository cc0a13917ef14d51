//! Identity: tenants, the people and keys that act for them, and who sent a request.

mod api;
mod breached;
mod commands;
mod devices;
mod domains;
mod first;
mod gate;
mod lifecycle;
mod locked;
mod lost_phone;
mod model;
mod names;
mod network;
mod pages;
mod passkeys;
mod password;
mod plans;
mod prove;
mod queries;
mod rows;
mod rules;
mod second_factor;
mod sso;
mod test_mode;
mod tickets;
mod token;
mod told;

pub use commands::{CreateApiKey, CreateTenant, Owner, RevokeApiKey, RotateApiKey};
pub use devices::{Devices, Holder, KnownDevices};
pub use domains::{Acme, Dns, Served, served, shop_link, shop_url, want_certificates};
pub use first::{Admin, create_tenant, ensure_first};
pub use gate::cookie_value;
pub use locked::LOCKED;
pub use lost_phone::forget_second_factor;
pub use model::{ApiKey, Member, NewKey, NewTenant, PER_HOUR, TIME_ZONE, Tenant};
pub use network::lift_addresses;
pub use password::{hash_password, weak};
pub use plans::{Limit, Plan, Standing, lock_plan, standing};
pub use prove::{Credentials, Proven, admit, prove};
pub use queries::{first_tenant, member, owners_by_mail, shop_base, tenant, tenant_by_slug, time_zone_of};
pub use test_mode::{Mode, is_test};
pub use tickets::{Ticket, sign_up, ticket, ticket_link};

use secrecy::SecretString;
use std::sync::Arc;
use store::secret::Vault;
use store::{Db, Migration};
use web::{NavItem, Permission, Slice};

/// How identity is set up.
#[derive(Clone)]
pub struct Config {
    /// The operator's own token, ADMIN_TOKEN; nobody is the operator where there is none.
    pub admin_token: Option<SecretString>,
    /// Minutes without activity after which a session ends, ADMIN_SESSION_TIMEOUT; 15 by default.
    pub session_minutes: u32,
}

/// Its tables.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("identity/0001_identity", include_str!("../migrations/0001_identity.sql")),
    Migration::both("identity/0002_key_scopes", include_str!("../migrations/0002_key_scopes.sql")),
    Migration::both("identity/0003_second_factor", include_str!("../migrations/0003_second_factor.sql")),
    Migration::both("identity/0004_sso", include_str!("../migrations/0004_sso.sql")),
    Migration::both("identity/0006_domains", include_str!("../migrations/0006_domains.sql")),
    Migration::both("identity/0005_passkeys", include_str!("../migrations/0005_passkeys.sql")),
    tickets::MIGRATION,
    lifecycle::MIGRATION,
    network::MIGRATION,
    domains::MIGRATION,
    test_mode::MIGRATION,
    tickets::OLD,
];

/// What tells the web who sent a request.
pub fn identity(config: Config) -> Arc<dyn web::Identity> {
    Arc::new(gate::Gate::new(config))
}

/// What the slice is built with.
pub struct Ground {
    /// Whom to ask whether a domain is its shop's.
    pub dns: Dns,
    /// The client that asks whether a password was lost by others.
    pub http: reqwest::Client,
    /// Where to ask, such as `https://api.pwnedpasswords.com`; nobody is asked where there is none. ORIGIN_BREACHED_URL.
    pub breached_url: Option<String>,
    /// Whether strangers may open tenants. ORIGIN_SIGN_UP.
    pub sign_up: bool,
    /// Who issues certificates for proved domains; nobody is asked where there is none.
    pub acme: Option<Acme>,
    /// The database.
    pub db: Db,
    /// Locks certificates' keys.
    pub vault: Vault,
    /// Whether providers are played here, for test data. ORIGIN_SIM_LISTEN, ORIGIN_SIM_URL.
    pub test_mode: bool,
}

/// Tables, API and pages.
pub fn slice(ground: Ground) -> Slice {
    let mut extras = web::Extras::default();
    extras.put(Arc::new(breached::Breaches::new(ground.http.clone(), ground.breached_url)));
    extras.put(Arc::new(tickets::SignUps(ground.sign_up)));
    extras.put(Arc::new(test_mode::Played(ground.test_mode)));
    Slice {
        name: "identity",
        migrations: MIGRATIONS.to_vec(),
        routes: [
            api::routes(),
            pages::routes(),
            sso::routes(),
            passkeys::routes(),
            domains::routes(),
            tickets::routes(),
            lifecycle::routes(),
            network::routes(),
            test_mode::routes(),
        ]
        .into_iter()
        .flatten()
        .collect(),
        errands: domains::errands(ground.dns, ground.acme, ground.http, ground.db, ground.vault),
        timers: domains::timers().into_iter().chain(lifecycle::timers()).collect(),
        nav: vec![NavItem { label: "Account", href: "/admin/keys", icon: "settings", needs: Permission::KeysWrite, order: 90 }],
        extras,
        told: told::TOLD,
        ..Slice::default()
    }
}
