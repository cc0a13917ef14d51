//! A tenant's line to a provider: where it is, and the account there. Real ones for whoever sells, played ones for whoever
//! tries things out, and never the one for the other.

use crate::rows;
use facts::{TenantId, Time};
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;
use store::secret::Vault;
use store::{Db, Error, Look, Read, Result};

/// How long another node may go on with credentials that were changed here.
const LIFETIME: Duration = Duration::from_secs(5);
/// Tenants of whom it is remembered whether they only try things out. That never changes.
const KNOWN: u64 = 100_000;

/// Whether a call that left at a time may have carried other credentials than the tenant has now: these were given since, or so shortly before
/// that a node could not know of them.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn changed_since(look: &mut impl Look, name: &str, left: Time) -> Result<bool> {
    Ok(rows::given_at(look, name).await?.is_some_and(|given| given.after(LIFETIME) >= left))
}

/// Where the providers are, and the accounts that the environment gives to the first tenant.
#[derive(Default)]
pub struct Real {
    /// By provider, without a slash at the end: `razorpay`, `myoperator`.
    pub addresses: HashMap<&'static str, String>,
    /// By provider, in the shape that its slice reads: `razorpay`, `myoperator`, `smtp`.
    pub accounts: HashMap<&'static str, Value>,
}

/// A tenant's account at a provider that is played; `None` where it is not.
pub type PlayedAccount = Box<dyn Fn(TenantId, &str) -> Option<Value> + Send + Sync>;

/// The providers as they are played for test data.
pub struct Played {
    /// By provider, as in [`Real`].
    pub addresses: HashMap<&'static str, String>,
    /// A tenant's account at a provider.
    pub account: PlayedAccount,
}

/// Asks whether a tenant only tries things out: identity, which stands beside this slice.
pub type IsTest = fn(Read) -> BoxFuture<'static, Result<bool>>;

/// Finds the credentials that a tenant's calls to a provider carry, and where those go.
pub struct Credentials {
    db: Db,
    vault: Vault,
    real: Real,
    played: Option<Played>,
    is_test: IsTest,
    tests: moka::future::Cache<TenantId, bool>,
    first: RwLock<Option<TenantId>>,
    known: moka::future::Cache<(TenantId, String), Option<Value>>,
}

impl Credentials {
    /// Without `played`, tenants that try things out reach nobody.
    pub fn new(db: Db, vault: Vault, real: Real, played: Option<Played>, is_test: IsTest) -> Self {
        let known = moka::future::Cache::builder().max_capacity(10_000).time_to_live(LIFETIME).build();
        let tests = moka::future::Cache::new(KNOWN);
        Self { db, vault, real, played, is_test, tests, first: RwLock::new(None), known }
    }

    /// Says whose the environment's credentials are.
    pub fn set_first(&self, tenant: TenantId) {
        *self.first.write().unwrap_or_else(PoisonError::into_inner) = Some(tenant);
    }

    /// The tenant's own credentials, else for the first tenant those of the environment; for test data those of the play.
    ///
    /// # Errors
    /// `secret_locked` when the master key has changed; stored credentials that are no `T`.
    pub async fn find<T: DeserializeOwned>(&self, tenant: TenantId, name: &str) -> Result<Option<T>> {
        let value = match self.is_test(tenant).await? {
            true => self.played.as_ref().and_then(|played| (played.account)(tenant, name)),
            false => self.real_account(tenant, name).await?,
        };
        Ok(value.map(serde_json::from_value).transpose()?)
    }

    /// Where the tenant's calls to a provider go, without a slash at the end.
    ///
    /// # Errors
    /// Nobody plays it for test data, or nobody said where it is.
    pub async fn address(&self, tenant: TenantId, name: &str) -> Result<String> {
        let addresses = match self.is_test(tenant).await? {
            true => self.played.as_ref().map(|played| &played.addresses),
            false => Some(&self.real.addresses),
        };
        let found = addresses.and_then(|addresses| addresses.get(name)).cloned();
        found.ok_or_else(|| Error::unavailable("no_provider", format!("There is no address for {name}.")))
    }

    /// Whose mail account writes to people about their accounts with this tenant: the platform's, but for test data.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn postmaster(&self, tenant: TenantId) -> Result<Option<TenantId>> {
        Ok(if self.is_test(tenant).await? { Some(tenant) } else { self.first() })
    }

    /// Whether a tenant is another's than whoever runs the house: what such a one types leads to the public internet alone.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn is_guest(&self, tenant: TenantId) -> Result<bool> {
        Ok(self.first() != Some(tenant) && !self.is_test(tenant).await?)
    }

    async fn is_test(&self, tenant: TenantId) -> Result<bool> {
        if let Some(known) = self.tests.get(&tenant).await {
            return Ok(known);
        }
        let is_test = (self.is_test)(self.db.read_main(tenant)).await?;
        self.tests.insert(tenant, is_test).await;
        Ok(is_test)
    }

    async fn real_account(&self, tenant: TenantId, name: &str) -> Result<Option<Value>> {
        let key = (tenant, name.to_owned());
        let own = match self.known.get(&key).await {
            Some(own) => own,
            None => {
                let own = rows::secret(&mut self.db.read_main(tenant), &self.vault, name).await?;
                self.known.insert(key, own.clone()).await;
                own
            }
        };
        Ok(own.or_else(|| self.of_environment(tenant, name).cloned()))
    }

    /// The first tenant, whose credentials are the platform's own.
    fn first(&self) -> Option<TenantId> {
        *self.first.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the environment gives this tenant.
    pub(crate) fn of_environment(&self, tenant: TenantId, name: &str) -> Option<&Value> {
        (self.first() == Some(tenant)).then(|| self.real.accounts.get(name)).flatten()
    }

    /// Forgets what it knows, because it was changed.
    pub(crate) async fn changed(&self, tenant: TenantId, name: &str) {
        self.known.invalidate(&(tenant, name.to_owned())).await;
    }
}
