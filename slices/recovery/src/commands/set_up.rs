//! How a shop reminds.

use crate::model::RecoverySettings;
use crate::{queries, rules};
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
        settings::replace(tx, queries::SETTINGS, &before, &settings).await?;
        Ok(settings)
    }
}
