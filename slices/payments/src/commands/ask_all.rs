//! Asking the provider about everything that is not final.

use crate::errands::AskProvider;
use crate::model::LearntBy;
use crate::queries;
use serde::{Deserialize, Serialize};
use store::{Command, Result, Sending, Tx};
use utoipa::ToSchema;

/// Asks about whatever is not paid, the oldest first; as the janitor does, and no more at once than a provider likes to be asked.
#[derive(Debug, Clone)]
pub struct AskAll;

/// What is asked.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = ReconciliationApplied)]
pub struct Asking {
    /// About how many orders and invoices the provider is asked now.
    pub asked: usize,
    /// Whether there are more: come back for them when these are answered.
    pub more: bool,
}

impl Command for AskAll {
    const NAME: &'static str = "ask_about_all";
    type Out = Asking;

    async fn run(&self, tx: &mut Tx) -> Result<Asking> {
        let (now, most) = (tx.now(), queries::ASKED_AT_ONCE);
        let mut open = queries::not_final(tx, now).await?;
        let more = open.len() > most;
        open.truncate(most);
        let asked = open.len();
        let errands: Vec<(AskProvider, Sending)> =
            open.into_iter().map(|intent_id| (AskProvider { intent_id, learnt_by: LearntBy::Janitor }, Sending::default())).collect();
        tx.send_all(errands).await?;
        Ok(Asking { asked, more })
    }
}
