//! What a shop gives its referrers.

use crate::model::ReferralSettings;
use crate::{queries, rules};
use facts::Change;
use facts::settings::SettingsChanged;
use serde_json::json;
use store::{Command, Result, Tx};

/// Sets what a shop gives its referrers, for orders that are placed from now on.
#[derive(Debug, Clone)]
pub(crate) struct PutSettings(pub ReferralSettings);

impl Command for PutSettings {
    const NAME: &'static str = "put_referral_settings";
    type Out = ReferralSettings;

    async fn run(&self, tx: &mut Tx) -> Result<ReferralSettings> {
        let settings = rules::checked(self.0)?;
        let before = queries::settings(tx).await?;
        let changes = Change::between(&json!(before), &json!(settings));
        if !changes.is_empty() {
            settings::put(tx, queries::SETTINGS, &settings).await?;
            tx.state(SettingsChanged { names: vec![queries::SETTINGS.to_owned()], changes }).await?;
        }
        Ok(settings)
    }
}
