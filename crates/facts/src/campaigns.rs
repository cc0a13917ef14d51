//! What happens to campaigns.

use crate::{CampaignId, Fact, Id};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A campaign went a step on: its audience is known, it goes out, it was stopped, it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignMoved {
    /// The campaign.
    pub campaign_id: CampaignId,
    /// What it is called.
    pub name: String,
    /// The state that it reached: `draft`, `freezing`, `ready`, `scheduled`, `running`, `paused`, `done`, `cancelled`, or `deleted`.
    pub state: String,
    /// Messages that it is to send; 0 until its audience is known.
    pub messages: i64,
}

impl Fact for CampaignMoved {
    const KIND: &'static str = "campaign.moved";
    fn about(&self) -> Option<Uuid> {
        Some(self.campaign_id.uuid())
    }
}
