//! Asking the provider because somebody wants to know.

use crate::errands::ask_now;
use crate::mirror;
use crate::model::LearntBy;
use crate::provider::Provider;
use facts::IntentId;
use store::{Command, Result, Tx};

/// Asks the provider at once what became of an intent.
pub struct AskNow {
    /// The intent.
    pub intent_id: IntentId,
    /// On whose account.
    pub learnt_by: LearntBy,
}

impl Command for AskNow {
    const NAME: &'static str = "ask_provider_now";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        ask_now(tx, self.intent_id, self.learnt_by).await
    }
}

/// Asks a provider at once about a subscription that it runs.
pub struct AskAboutSubscription {
    /// Who runs it.
    pub provider: Provider,
    /// The provider's id of it.
    pub theirs: String,
}

impl Command for AskAboutSubscription {
    const NAME: &'static str = "ask_about_subscription";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        mirror::ask_now(tx, self.provider, &self.theirs).await
    }
}
