//! What campaigns do by the clock. Killed anywhere, each goes on with the page that was not committed.

use crate::commands::{over_day, state};
use crate::model::State;
use crate::states::{Act, after};
use crate::{daily, gather, rows, run};
use facts::CampaignId;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Result, Timer, Tx};

/// How long a segment is waited for that is still going through its people.
const PATIENCE: Duration = Duration::from_secs(2);

/// Goes through a page of an audience.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FreezeAudience {
    pub campaign_id: CampaignId,
    /// Which freezing of it: a campaign that was changed meanwhile is frozen anew.
    pub frozen: i64,
}

impl Timer for FreezeAudience {
    const NAME: &'static str = "freeze_audience";

    fn key(&self) -> String {
        self.campaign_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let found = rows::lock(tx, self.campaign_id).await?;
        let Some(mut campaign) = found.filter(|campaign| campaign.state == State::Freezing && campaign.frozen == self.frozen) else {
            return Ok(());
        };
        let again = FreezeAudience { campaign_id: campaign.id, frozen: campaign.frozen };
        if !gather::is_known(tx, &campaign.audience.0).await? {
            return tx.at(tx.now().after(PATIENCE), again).await;
        }
        if !gather::page(tx, &mut campaign).await? {
            rows::update(tx, &campaign).await?;
            return tx.at(tx.now(), again).await;
        }
        campaign.state = after(campaign.state, Act::Froze)?;
        state(tx, &campaign).await?;
        // It is for a person to say whether it may take days.
        campaign.go = campaign.go && daily::fits(&campaign, over_day(tx, &campaign).await?).is_ok();
        if campaign.go {
            campaign.state = after(campaign.state, Act::Send)?;
            state(tx, &campaign).await?;
            let start = campaign.starts_at.unwrap_or(tx.now()).max(tx.now());
            tx.at(start, SendCampaign { campaign_id: campaign.id }).await?;
        }
        rows::update(tx, &campaign).await
    }
}

/// Puts a page of a campaign on its way, when its time has come.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SendCampaign {
    pub campaign_id: CampaignId,
}

impl Timer for SendCampaign {
    const NAME: &'static str = "send_campaign";

    fn key(&self) -> String {
        self.campaign_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let Some(mut campaign) = rows::lock(tx, self.campaign_id).await? else { return Ok(()) };
        let now = tx.now();
        if campaign.state == State::Scheduled {
            if let Some(start) = campaign.starts_at.filter(|start| *start > now) {
                return tx.at(start, SendCampaign { campaign_id: campaign.id }).await;
            }
            campaign.state = after(campaign.state, Act::Begin)?;
            campaign.started_at = campaign.started_at.or(Some(now));
            state(tx, &campaign).await?;
        }
        if campaign.state != State::Running {
            return Ok(());
        }
        match run::page(tx, &mut campaign).await? {
            Some(next) => tx.at(next, SendCampaign { campaign_id: campaign.id }).await?,
            None => {
                run::finish(&mut campaign, now)?;
                state(tx, &campaign).await?;
            }
        }
        rows::update(tx, &campaign).await
    }
}

/// Clears up the audiences that a campaign had before it was changed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SweepAudience {
    pub campaign_id: CampaignId,
}

impl Timer for SweepAudience {
    const NAME: &'static str = "sweep_audience";

    fn key(&self) -> String {
        self.campaign_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        if rows::sweep(tx, self.campaign_id).await? {
            return tx.at(tx.now(), SweepAudience { campaign_id: self.campaign_id }).await;
        }
        Ok(())
    }
}
