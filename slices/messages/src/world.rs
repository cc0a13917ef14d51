//! What delivery needs out there, and the slice's configuration.

use crate::channels::Mailers;
use std::sync::Arc;
use store::Db;
use store::secret::Vault;

/// What the slice is built with.
pub struct Config {
    /// The client that calls providers.
    pub http: reqwest::Client,
    /// Finds a tenant's accounts, and where they are.
    pub credentials: Arc<settings::Credentials>,
    /// The database.
    pub db: Db,
    /// Opens what links in mails carry.
    pub vault: Vault,
    /// Where the world reaches this, without a slash at the end.
    pub public_url: String,
}

/// What delivery needs out there.
pub(crate) struct World {
    pub(crate) http: reqwest::Client,
    pub(crate) credentials: Arc<settings::Credentials>,
    pub(crate) db: Db,
    pub(crate) mailers: Mailers,
    pub(crate) public_url: String,
    pub(crate) vault: Vault,
}

impl World {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            http: config.http.clone(),
            credentials: config.credentials.clone(),
            db: config.db.clone(),
            mailers: Mailers::default(),
            public_url: config.public_url.clone(),
            vault: config.vault.clone(),
        }
    }
}
