//! A journey by its own id, or by that of the campaign that it was made from: the number is the same.

use facts::{CampaignId, Id, JourneyId};
use std::str::FromStr;

/// Which journey.
#[derive(Debug, Clone, Copy)]
pub(super) struct Which(pub JourneyId);

impl FromStr for Which {
    type Err = <JourneyId as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let campaign = text.parse::<CampaignId>().map(|id| JourneyId::from_uuid(id.uuid()));
        campaign.or_else(|_| text.parse()).map(Self)
    }
}
