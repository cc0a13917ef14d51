//! Putting a new key in the place of another, without a moment in which neither works.

use crate::model::{ApiKey, NewKey};
use crate::plans::{self, Limit};
use crate::{queries, rows, rules, token};
use facts::identity::ApiKeyRotated;
use facts::{ApiKeyId, Change};
use serde_json::json;
use std::time::Duration;
use store::{Command, Error, Result, Tx};
use web::Reach;

/// Makes a key that may do what another may, and lets the other end a little later.
#[derive(Debug, Clone)]
pub struct RotateApiKey {
    /// Which is replaced.
    pub id: ApiKeyId,
    /// How long the old one goes on, so that whatever uses it can be changed; at most 30 days.
    pub overlap: Duration,
    /// How far whoever asks may go: a key is replaced only by somebody who may as much.
    pub by: Reach,
}

impl Command for RotateApiKey {
    const NAME: &'static str = "rotate_api_key";
    /// The new key, and the old one's hash, under which its holder may be remembered.
    type Out = (NewKey, String);

    async fn run(&self, tx: &mut Tx) -> Result<(NewKey, String)> {
        let plan = plans::lock_plan(tx).await?;
        plan.room_to_replace(Limit::ApiKeys, plans::keys(tx, tx.now()).await?)?;
        let missing = || Error::not_found("API key");
        let hash = rows::lock_key(tx, self.id).await?.ok_or_else(missing)?.hash;
        let old = queries::key(tx, self.id).await?.ok_or_else(missing)?;
        rules::may_make(&self.by, &old.reach())?;
        let now = tx.now();
        if !rules::key_works(old.expires_at, old.revoked_at, now) {
            return Err(Error::conflict("key_over", "This key no longer works, so there is nothing to replace. Make a new one."));
        }
        let until = rules::overlap(self.overlap)?;
        let until = old.expires_at.map_or(now.after(until), |end| end.min(now.after(until)));
        let ended = old.expires_at;
        let key = token::api_key(old.mode, tx.dice());
        let api_key = ApiKey {
            id: tx.id(),
            prefix: token::prefix(&key),
            created_at: now,
            expires_at: old.expires_at.map(|end| now.after(end.since(old.created_at))),
            last_used_at: None,
            ..old
        };
        rows::insert_key(tx, &api_key, &store::secret::sha256(&key)).await?;
        rows::end_key(tx, self.id, until).await?;
        let changes = Change::between(&json!({"expires_at": ended}), &json!({"expires_at": until}));
        tx.state(ApiKeyRotated { key_id: self.id, by_key_id: api_key.id, name: api_key.name.clone(), until, changes }).await?;
        Ok((NewKey { api_key, key }, hash))
    }
}
