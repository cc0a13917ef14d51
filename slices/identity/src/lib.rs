//! Identity: tenants, the people and keys that act for them, and who sent a request.

mod api;
mod commands;
mod first;
mod gate;
mod lost_phone;
mod model;
mod names;
mod pages;
mod password;
mod queries;
mod rows;
mod rules;
mod second_factor;
mod token;

pub use commands::{CreateApiKey, CreateTenant, Owner, RevokeApiKey, RotateApiKey};
pub use first::{Admin, create_tenant, ensure_first};
pub use lost_phone::forget_second_factor;
pub use model::{ApiKey, Member, NewKey, NewTenant, PER_HOUR, TIME_ZONE, Tenant};
pub use password::{hash_password, weak};
pub use queries::{first_tenant, shop_base, tenant, tenant_by_slug};

use secrecy::SecretString;
use std::sync::Arc;
use store::Migration;
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
];

/// What tells the web who sent a request.
pub fn identity(config: Config) -> Arc<dyn web::Identity> {
    Arc::new(gate::Gate::new(config))
}

/// Tables, API and pages.
pub fn slice() -> Slice {
    Slice {
        name: "identity",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        nav: vec![NavItem { label: "Account", href: "/admin/keys", icon: "settings", needs: Permission::KeysWrite, order: 90 }],
        ..Slice::default()
    }
}
