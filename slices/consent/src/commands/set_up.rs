//! What a shop chooses about consent.

use crate::model::ConsentSettings;
use crate::{queries, rules};
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
        settings::replace(tx, queries::SETTINGS, &before, &settings).await?;
        Ok(settings)
    }
}
