//! Making an API key.

use crate::model::{ApiKey, NewKey, PER_HOUR};
use crate::plans::{self, Limit};
use crate::test_mode::Mode;
use crate::{rows, rules, token};
use facts::identity::ApiKeyChanged;
use facts::{ApiKeyId, Change, Time};
use serde_json::{Value, json};
use store::{Command, Error, Json, Result, Tx};
use web::{Permission, Reach, Role};

/// Makes a key. Its text is in the answer and nowhere else.
#[derive(Debug, Clone)]
pub struct CreateApiKey {
    /// What it is called, 1 to 80 characters.
    pub name: String,
    /// What it works on.
    pub mode: Mode,
    /// What it may do.
    pub role: Role,
    /// What of the role's permissions it has; all of them where nothing is said.
    pub scopes: Option<Vec<Permission>>,
    /// Requests an hour; the usual number where none is said.
    pub per_hour: Option<u32>,
    /// From when it no longer works; never where none is said.
    pub expires_at: Option<Time>,
    /// How far whoever makes it may go: a key may do no more than its maker.
    pub by: Reach,
}

impl Command for CreateApiKey {
    const NAME: &'static str = "create_api_key";
    type Out = NewKey;

    async fn run(&self, tx: &mut Tx) -> Result<NewKey> {
        let scopes = self.scopes.as_ref().map(|wanted| rules::scopes(self.role, wanted)).transpose()?;
        rules::may_make(&self.by, &Reach { role: self.role, scopes: scopes.clone() })?;
        if self.expires_at.is_some_and(|end| end <= tx.now()) {
            return Err(Error::field("expires_at", "a time to come"));
        }
        let plan = plans::lock_plan(tx).await?;
        plan.room(Limit::ApiKeys, plans::keys(tx, tx.now()).await?)?;
        let id: ApiKeyId = tx.id();
        let key = token::api_key(self.mode, tx.dice());
        let api_key = ApiKey {
            id,
            name: rules::label("name", &self.name, 80)?,
            mode: self.mode,
            prefix: token::prefix(&key),
            role: self.role,
            scopes: scopes.map(Json),
            per_hour: rules::per_hour(self.per_hour.unwrap_or(PER_HOUR))?,
            created_at: tx.now(),
            expires_at: self.expires_at,
            last_used_at: None,
            revoked_at: None,
        };
        rows::insert_key(tx, &api_key, &store::secret::sha256(&key)).await?;
        let given = json!({
            "mode": api_key.mode, "role": api_key.role, "scopes": api_key.scopes, "per_hour": api_key.per_hour, "expires_at": api_key.expires_at, "prefix": api_key.prefix,
        });
        let changes = Change::between(&Value::Null, &given);
        tx.state(ApiKeyChanged { key_id: id, name: api_key.name.clone(), live: true, changes }).await?;
        Ok(NewKey { api_key, key })
    }
}
