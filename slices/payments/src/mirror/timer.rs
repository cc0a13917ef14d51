//! Asking about a subscription of which nothing was heard: a lost call loses nothing.

use crate::errands::AskSubscription;
use crate::provider::Provider;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Result, Timer, Tx};

/// How long until it is asked about again, should no answer set another time.
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// Sends somebody to ask the provider about a subscription; each answer sets it anew.
#[derive(Debug, Serialize, Deserialize)]
pub struct AskForSubscription {
    /// Who runs it.
    pub provider: Provider,
    /// The provider's id of it.
    pub theirs: String,
}

impl Timer for AskForSubscription {
    const NAME: &'static str = "ask_for_subscription";

    fn key(&self) -> String {
        format!("{}/{}", self.provider, self.theirs)
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        ask_now(tx, self.provider, &self.theirs).await?;
        tx.at(tx.now().after(DAY), Self { provider: self.provider, theirs: self.theirs.clone() }).await
    }
}

/// Sends somebody to ask the provider about a subscription, unless somebody is on the way.
///
/// # Errors
/// Whatever the database refuses.
pub(crate) async fn ask_now(tx: &mut Tx, provider: Provider, theirs: &str) -> Result<()> {
    tx.send(AskSubscription { provider, theirs: theirs.to_owned() }).await.map(drop)
}
