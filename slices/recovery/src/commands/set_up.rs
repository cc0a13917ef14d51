//! How a shop reminds.

use crate::model::RecoverySettings;
use crate::{queries, rules};
use facts::Change;
use facts::settings::SettingsChanged;
use serde_json::json;
use store::{Command, Result, Tx};

/// Sets how a shop reminds. It holds from the next reminder of each order on.
#[derive(Debug, Clone)]
pub(crate) struct PutSettings(pub RecoverySettings);

impl Command for PutSettings {
    const NAME: &'static str = "put_recovery_settings";
    type Out = RecoverySettings;

    async fn run(&self, tx: &mut Tx) -> Result<RecoverySettings> {
        let settings = rules::checked(self.0.clone())?;
        let before = queries::settings(tx).await?;
        let changes = Change::between(&json!(before), &json!(settings));
        if !changes.is_empty() {
            settings::put(tx, queries::SETTINGS, &settings).await?;
            tx.state(SettingsChanged { names: vec![queries::SETTINGS.to_owned()], changes }).await?;
        }
        Ok(settings)
    }
}
