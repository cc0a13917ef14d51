//! Providers' credentials: the tenant's own, or for the first tenant what the environment gave.

use crate::rows;
use facts::TenantId;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;
use store::secret::Vault;
use store::{Db, Result};

/// How long another node may go on with credentials that were changed here.
const LIFETIME: Duration = Duration::from_secs(5);

/// Finds the credentials that a tenant's calls to a provider carry.
pub struct Credentials {
    db: Db,
    vault: Vault,
    env: HashMap<&'static str, Value>,
    first: RwLock<Option<TenantId>>,
    known: moka::future::Cache<(TenantId, String), Option<Value>>,
}

impl Credentials {
    /// `env` holds what the environment gave, by provider: `razorpay`, `myoperator`, `smtp`.
    pub fn new(db: Db, vault: Vault, env: HashMap<&'static str, Value>) -> Self {
        let known = moka::future::Cache::builder().max_capacity(10_000).time_to_live(LIFETIME).build();
        Self { db, vault, env, first: RwLock::new(None), known }
    }

    /// Says whose the environment's credentials are.
    pub fn set_first(&self, tenant: TenantId) {
        *self.first.write().unwrap_or_else(PoisonError::into_inner) = Some(tenant);
    }

    /// The tenant's own credentials, else for the first tenant those of the environment.
    ///
    /// # Errors
    /// `secret_locked` when the master key has changed; stored credentials that are no `T`.
    pub async fn find<T: DeserializeOwned>(&self, tenant: TenantId, name: &str) -> Result<Option<T>> {
        let key = (tenant, name.to_owned());
        let own = match self.known.get(&key).await {
            Some(own) => own,
            None => {
                let own = rows::secret(&mut self.db.read_main(tenant), &self.vault, name).await?;
                self.known.insert(key, own.clone()).await;
                own
            }
        };
        let value = own.or_else(|| self.of_environment(tenant, name).cloned());
        Ok(value.map(serde_json::from_value).transpose()?)
    }

    /// The first tenant, whose credentials are the platform's own.
    pub fn first(&self) -> Option<TenantId> {
        *self.first.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the environment gives this tenant.
    pub(crate) fn of_environment(&self, tenant: TenantId, name: &str) -> Option<&Value> {
        (self.first() == Some(tenant)).then(|| self.env.get(name)).flatten()
    }

    /// Forgets what it knows, because it was changed.
    pub(crate) async fn changed(&self, tenant: TenantId, name: &str) {
        self.known.invalidate(&(tenant, name.to_owned())).await;
    }
}
