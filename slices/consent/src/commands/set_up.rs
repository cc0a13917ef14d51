//! What a shop chooses about consent.

use crate::model::ConsentSettings;
use crate::{queries, rules};
use facts::Change;
use facts::settings::SettingsChanged;
use serde_json::json;
use store::{Command, Result, Tx};

/// Sets it. It holds for what is asked from then on: who is stopped stays stopped.
#[derive(Debug, Clone)]
pub(crate) struct PutSettings(pub ConsentSettings);

impl Command for PutSettings {
    const NAME: &'static str = "put_consent_settings";
    type Out = ConsentSettings;

    async fn run(&self, tx: &mut Tx) -> Result<ConsentSettings> {
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
