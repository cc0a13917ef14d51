//! What delivery needs out there, and the slice's configuration.

use channels::Channels;
use std::sync::Arc;
use store::Db;
use store::secret::Vault;

/// What the slice is built with.
pub struct Config {
    /// The way out to every provider.
    pub channels: Arc<Channels>,
    /// Finds whose account writes to people about their accounts.
    pub credentials: Arc<settings::Credentials>,
    /// The database.
    pub db: Db,
    /// Where the bytes of attachments are kept.
    pub depot: Arc<files::Depot>,
    /// Opens what links in mails carry.
    pub vault: Vault,
    /// Where the world reaches this, without a slash at the end.
    pub public_url: String,
}

/// What delivery needs out there.
pub(crate) struct World {
    pub(crate) channels: Arc<Channels>,
    pub(crate) credentials: Arc<settings::Credentials>,
    pub(crate) db: Db,
    pub(crate) depot: Arc<files::Depot>,
    pub(crate) public_url: String,
    pub(crate) vault: Vault,
}

impl World {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            channels: config.channels.clone(),
            credentials: config.credentials.clone(),
            db: config.db.clone(),
            depot: config.depot.clone(),
            public_url: config.public_url.clone(),
            vault: config.vault.clone(),
        }
    }
}
