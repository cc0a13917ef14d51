//! Revoking an API key.

use crate::rows;
use facts::identity::ApiKeyChanged;
use facts::{ApiKeyId, Change};
use store::{Command, Error, Result, Tx};

/// Makes a key useless. Doing it again changes nothing.
#[derive(Debug, Clone, Copy)]
pub struct RevokeApiKey {
    /// Which.
    pub id: ApiKeyId,
}

impl Command for RevokeApiKey {
    const NAME: &'static str = "revoke_api_key";
    /// The key's hash, under which its holder may be remembered.
    type Out = String;

    async fn run(&self, tx: &mut Tx) -> Result<String> {
        let key = rows::lock_key(tx, self.id).await?.ok_or_else(|| Error::not_found("API key"))?;
        if key.revoked_at.is_none() {
            rows::revoke_key(tx, self.id).await?;
            let changes = vec![Change::new("works", true, false)];
            tx.state(ApiKeyChanged { key_id: self.id, name: key.name, live: false, changes }).await?;
        }
        Ok(key.hash)
    }
}
