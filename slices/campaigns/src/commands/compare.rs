//! A campaign's people are shared out by an experiment, or no longer.

use super::state;
use crate::model::{Campaign, State};
use crate::states::{Act, after};
use crate::variants::Compared;
use crate::{rows, variants};
use facts::CampaignId;
use store::{Command, Result, Tx};

/// Gives a campaign that has not begun an experiment, or takes it away. Its audience is to be frozen anew.
#[derive(Debug, Clone)]
pub(crate) struct CompareTexts {
    pub id: CampaignId,
    /// None takes it away.
    pub compared: Option<Compared>,
}

impl Command for CompareTexts {
    const NAME: &'static str = "compare_campaign_texts";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let before = rows::held(tx, self.id).await?;
        let was = before.state;
        let campaign = Campaign { state: after(was, Act::Edit)?, version: before.version + 1, ..before };
        match &self.compared {
            Some(compared) => {
                compared.fits(&campaign, &experiments::variants(tx, compared.experiment_id).await?)?;
                variants::put(tx, self.id, compared).await?;
            }
            None => variants::delete(tx, self.id).await?,
        }
        rows::update(tx, &campaign).await?;
        if was != State::Draft {
            rows::uncount(tx, self.id).await?;
            state(tx, &campaign).await?;
        }
        Ok(())
    }
}
