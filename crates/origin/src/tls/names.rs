//! What each name is served with: remembered for some seconds, names without a certificate too.

use moka::future::Cache;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls_pki_types::PrivateKeyDer;
use std::sync::Arc;
use std::time::Duration;
use store::secret::Vault;
use store::{Db, Error, Result};
use tokio::sync::Semaphore;

/// Names that are remembered.
const MOST: u64 = 50_000;
/// Certificates that are kept ready.
const READY: u64 = 10_000;
/// Look-ups at one time: whoever makes names up keeps no one else from the database.
const HANDS: usize = 16;
/// The longest name that DNS knows.
const LONGEST: usize = 253;

/// Finds what a name is served with.
pub(super) struct Names {
    db: Db,
    vault: Vault,
    hands: Semaphore,
    known: Cache<String, Option<Arc<ServerConfig>>>,
    /// By name and the moment that the certificate was stored: it holds the sessions that are resumed, so it outlives a
    /// look at the database that finds nothing new.
    ready: Cache<(String, i64), Arc<ServerConfig>>,
}

impl Names {
    pub(super) fn new(db: Db, vault: Vault, fresh: Duration) -> Self {
        let known = Cache::builder().max_capacity(MOST).time_to_live(fresh).build();
        Self { db, vault, hands: Semaphore::new(HANDS), known, ready: Cache::new(READY) }
    }

    /// What a name is served with; `None` where it has no certificate. A name in any spelling.
    pub(super) async fn find(&self, name: &str) -> Result<Option<Arc<ServerConfig>>> {
        let name = name.to_ascii_lowercase();
        if name.len() > LONGEST || !name.contains('.') {
            return Ok(None);
        }
        let found = self.known.try_get_with_by_ref(&name, self.look(&name)).await;
        found.map_err(|error: Arc<Error>| Error::new(error.kind(), error.code(), error.message()))
    }

    async fn look(&self, name: &str) -> Result<Option<Arc<ServerConfig>>> {
        let _hand = self.hands.acquire().await.map_err(Error::internal)?;
        let Some(served) = identity::served(&self.db, &self.vault, name).await? else { return Ok(None) };
        let key = (name.to_owned(), served.issued_at.millis());
        if let Some(ready) = self.ready.get(&key).await {
            return Ok(Some(ready));
        }
        let config = Arc::new(config(served)?);
        self.ready.insert(key, config.clone()).await;
        Ok(Some(config))
    }
}

fn config(served: identity::Served) -> Result<ServerConfig> {
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let versions = builder.with_safe_default_protocol_versions().map_err(Error::internal)?;
    let mut config =
        versions.with_no_client_auth().with_single_cert(served.chain, PrivateKeyDer::Pkcs8(served.key)).map_err(Error::internal)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
