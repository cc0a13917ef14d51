//! What a shop gives its referrers.

use crate::model::ReferralSettings;
use crate::{queries, rules};
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
        settings::replace(tx, queries::SETTINGS, &before, &settings).await?;
        Ok(settings)
    }
}
