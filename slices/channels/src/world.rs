//! What the channels need out there.

use crate::breaker::Breaker;
use crate::mail::Mailers;
use crate::push::Tokens;
use std::sync::Arc;
use store::Db;
use store::secret::Vault;

/// What the slice is built with.
pub struct Config {
    /// The client that calls providers.
    pub http: reqwest::Client,
    /// The way to addresses that others may type.
    pub outside: web::http::Outside,
    /// Finds a tenant's accounts, and where they are.
    pub credentials: Arc<settings::Credentials>,
    /// The database.
    pub db: Db,
    /// What the keys of push messages are derived with.
    pub vault: Vault,
    /// Where the world reaches this, without a slash at the end.
    pub public_url: String,
}

/// The way out to every provider. One for a process: it keeps connections, tokens, and who failed lately.
pub struct Channels {
    pub(crate) http: reqwest::Client,
    pub(crate) outside: web::http::Outside,
    pub(crate) credentials: Arc<settings::Credentials>,
    pub(crate) db: Db,
    pub(crate) vault: Vault,
    pub(crate) public_url: String,
    pub(crate) mailers: Mailers,
    pub(crate) tokens: Tokens,
    pub(crate) breaker: Breaker,
}

impl Channels {
    /// Nothing is called yet.
    pub fn new(config: Config) -> Self {
        let Config { http, outside, credentials, db, vault, public_url } = config;
        Self {
            http,
            outside,
            credentials,
            db,
            vault,
            public_url,
            mailers: Mailers::default(),
            tokens: Tokens::default(),
            breaker: Breaker::default(),
        }
    }
}
