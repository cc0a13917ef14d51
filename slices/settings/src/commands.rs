//! Setting things, and giving credentials.

use crate::{known, providers, rows};
use facts::Change;
use facts::settings::{CredentialsChanged, SettingsChanged};
use serde_json::{Map, Value};
use store::secret::Vault;
use store::{Command, Error, Result, Tx};

/// Sets what is named; null goes back to the usual.
pub(crate) struct ChangeSettings {
    pub wanted: Map<String, Value>,
}

impl Command for ChangeSettings {
    const NAME: &'static str = "change_settings";
    /// All that holds afterwards.
    type Out = Map<String, Value>;

    async fn run(&self, tx: &mut Tx) -> Result<Map<String, Value>> {
        known::check(&self.wanted)?;
        let before = known::in_force(rows::all(tx).await?);
        for (name, value) in &self.wanted {
            match value {
                Value::Null => rows::clear(tx, name).await?,
                value => rows::put(tx, name, value).await?,
            }
        }
        let after = known::in_force(rows::all(tx).await?);
        if !self.wanted.is_empty() {
            let changed = after.iter().filter(|(name, value)| before.get(*name) != Some(*value));
            let changes = changed.map(|(name, value)| Change::new(name, before.get(name).cloned(), value.clone())).collect();
            tx.state(SettingsChanged { names: self.wanted.keys().cloned().collect(), changes }).await?;
        }
        Ok(after)
    }
}

/// Replaces a provider's credentials.
pub(crate) struct GiveCredentials {
    pub provider: String,
    pub value: Value,
    pub vault: Vault,
}

impl Command for GiveCredentials {
    const NAME: &'static str = "give_credentials";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let provider = providers::find(&self.provider).ok_or_else(|| Error::not_found("provider"))?;
        provider.check(&self.value)?;
        let was = rows::hints(tx).await?.iter().any(|hint| hint.name == provider.name);
        rows::put_secret(tx, &self.vault, provider.name, &self.value).await?;
        let given = self.value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        let changes = given.map(|(field, _)| Change::secret(field, was)).collect();
        tx.state(CredentialsChanged { provider: self.provider.clone(), changes }).await?;
        Ok(())
    }
}
