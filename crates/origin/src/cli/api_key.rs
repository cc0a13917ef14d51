//! `origin api-key`.

use super::Json;
use crate::config::Config;
use crate::{house, people};
use clap::Subcommand;
use facts::TenantId;
use serde_json::json;
use store::{Clock, Dice, Error};
use web::{Permission, Reach, Role};

#[derive(Subcommand)]
pub(super) enum ApiKey {
    /// Make a key, which is shown once.
    Create {
        /// Whose key; the first tenant's when not said.
        #[arg(long)]
        tenant: Option<TenantId>,
        /// What it is for.
        #[arg(long)]
        name: String,
        /// What it may do: owner, admin, manager, user or viewer.
        #[arg(long, default_value = "admin")]
        role: Role,
        /// Only this of what the role may do, such as orders.read; can be said several times.
        #[arg(long = "scope")]
        scopes: Vec<Permission>,
        /// Requests an hour.
        #[arg(long, default_value_t = 1000)]
        per_hour: u32,
        #[command(flatten)]
        json: Json,
    },
}

impl ApiKey {
    pub(super) async fn run(self, config: &Config) -> store::Result<()> {
        let ApiKey::Create { tenant, name, role, scopes, per_hour, json } = self;
        let db = house::open(config, Clock::system(), Dice::fair()).await?;
        store::migrate(&db, &house::migrations()).await?;
        let first = identity::first_tenant(&db).await?;
        let tenant = tenant
            .or(first)
            .ok_or_else(|| Error::conflict("no_tenant", "There is no tenant yet: run origin serve or origin tenant create first."))?;
        let reach = Reach { role, scopes: (!scopes.is_empty()).then_some(scopes) };
        let made = people::make_key(&db, tenant, &name, reach, per_hour).await?;
        json.print(&json!({"tenant_id": tenant, "api_key_id": made.api_key.id, "api_key": made.key}), || {
            format!("API key, shown this once: {}", made.key)
        });
        Ok(())
    }
}
