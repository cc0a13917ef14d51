//! Freezing a campaign's audience, sending it, stopping it.

use super::{SaveCampaign, state};
use crate::daily::{self, Over};
use crate::model::{Campaign, State};
use crate::states::{Act, after};
use crate::timers::{FreezeAudience, SendCampaign, SweepAudience};
use crate::{queries, rows, variants};
use facts::{CampaignId, Time};
use std::time::Duration;
use store::{Command, Error, Result, Tx};

/// How far ahead a campaign may be planned.
const FURTHEST: Duration = Duration::from_secs(366 * 86_400);

/// Does something with a campaign.
#[derive(Debug, Clone)]
pub(crate) struct MoveCampaign {
    pub id: CampaignId,
    pub act: Act,
    /// When it is to go out, for [`Act::Send`]; as the campaign says where nothing is said here.
    pub starts_at: Option<Time>,
    /// At once, whatever the campaign says.
    pub at_once: bool,
    /// Over several days where it must be, whatever the campaign says.
    pub over_days: bool,
}

impl Command for MoveCampaign {
    const NAME: &'static str = "move_campaign";
    type Out = Campaign;

    async fn run(&self, tx: &mut Tx) -> Result<Campaign> {
        let campaign = rows::held(tx, self.id).await?;
        let campaign = if self.at_once { Campaign { starts_at: None, ..campaign } } else { campaign };
        let over_days = campaign.over_days || self.over_days;
        let campaign = Campaign { over_days, ..campaign };
        act(tx, campaign, self.act, self.starts_at).await
    }
}

async fn act(tx: &mut Tx, mut campaign: Campaign, act: Act, starts_at: Option<Time>) -> Result<Campaign> {
    // A draft is sent as soon as it is known to whom.
    let early = act == Act::Send && matches!(campaign.state, State::Draft | State::Freezing);
    let step = if early { Act::Freeze } else { act };
    let from = campaign.state;
    campaign.state = if early && from == State::Freezing { from } else { after(from, step)? };
    if act == Act::Send {
        // A time that has passed while nobody sent it is none.
        let own = campaign.starts_at.filter(|at| *at > tx.now());
        campaign.starts_at = starts(tx, starts_at.or(own))?;
        campaign.go = early;
        if !early {
            daily::fits(&campaign, over_day(tx, &campaign).await?)?;
        }
    }
    if campaign.state == from {
        rows::update(tx, &campaign).await?;
        return Ok(campaign);
    }
    campaign.version += 1;
    match step {
        Act::Freeze => {
            variants::ready(tx, &campaign).await?;
            freeze(tx, &mut campaign).await?;
        }
        Act::Send | Act::Resume => {
            let start = campaign.starts_at.unwrap_or(tx.now()).max(tx.now());
            tx.at(start, SendCampaign { campaign_id: campaign.id }).await?;
        }
        Act::Cancel => campaign.ended_at = Some(tx.now()),
        _ => {}
    }
    rows::update(tx, &campaign).await?;
    state(tx, &campaign).await?;
    Ok(campaign)
}

/// Whether a campaign whose audience is frozen is to more people than the day leaves.
pub(crate) async fn over_day(tx: &mut Tx, campaign: &Campaign) -> Result<Option<Over>> {
    let counts = queries::counts(tx, campaign.id).await?;
    daily::over(tx, campaign, &counts, tx.now()).await
}

/// Begins to go through the audience, from its first person on.
async fn freeze(tx: &mut Tx, campaign: &mut Campaign) -> Result<()> {
    campaign.frozen += 1;
    campaign.frozen_after = None;
    (campaign.people, campaign.messages) = (0, 0);
    rows::uncount(tx, campaign.id).await?;
    if campaign.frozen > 1 {
        tx.at(tx.now(), SweepAudience { campaign_id: campaign.id }).await?;
    }
    tx.at(tx.now(), FreezeAudience { campaign_id: campaign.id, frozen: campaign.frozen }).await
}

fn starts(tx: &Tx, at: Option<Time>) -> Result<Option<Time>> {
    let now = tx.now();
    match at {
        Some(at) if at > now.after(FURTHEST) => Err(Error::field("starts_at", "within a year")),
        Some(at) if at <= now => Err(Error::field("starts_at", "a time to come; leave it out to send at once")),
        at => Ok(at),
    }
}

/// Makes a campaign and sends it, in one.
#[derive(Debug, Clone)]
pub(crate) struct MakeAndSend(pub SaveCampaign);

impl Command for MakeAndSend {
    const NAME: &'static str = "make_and_send_campaign";
    type Out = Campaign;

    async fn run(&self, tx: &mut Tx) -> Result<Campaign> {
        let campaign = self.0.run(tx).await?;
        act(tx, campaign, Act::Send, None).await
    }
}
