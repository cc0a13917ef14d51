//! What people do with campaigns.

mod compare;
mod go;
mod save;
mod test;

pub(crate) use compare::CompareTexts;
pub(crate) use go::{MakeAndSend, MoveCampaign, over_day};
pub use save::known_audience;
pub(crate) use save::{DeleteCampaign, SaveCampaign};
pub(crate) use test::TestCampaign;

use crate::model::Campaign;
use facts::campaigns::CampaignMoved;
use store::{Result, Tx};

/// States how a campaign stands.
pub(crate) async fn state(tx: &mut Tx, campaign: &Campaign) -> Result<()> {
    state_as(tx, campaign, campaign.state.as_str()).await
}

/// States that a campaign reached a state, or that it was `deleted`.
async fn state_as(tx: &mut Tx, campaign: &Campaign, state: &str) -> Result<()> {
    let Campaign { id: campaign_id, messages, .. } = *campaign;
    tx.state(CampaignMoved { campaign_id, name: campaign.name.clone(), state: state.to_owned(), messages }).await?;
    Ok(())
}
