//! What became of a campaign's messages: noted beside each recipient, and counted.

use crate::rows;
use async_trait::async_trait;
use facts::messages::{Channel, MessageMoved};
use facts::{CampaignId, Fact, Id, MessageId};
use messages::CAMPAIGN;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Reaction, Result, Stated, Tx};

/// Follows the messages of campaigns.
pub(crate) struct FollowMessages;

/// The messages of a campaign that moved alike.
#[derive(Default)]
struct Moved {
    by_state: BTreeMap<(String, Option<String>), Vec<MessageId>>,
    counts: BTreeMap<(Channel, String), i64>,
}

#[async_trait]
impl Reaction for FollowMessages {
    fn name(&self) -> &'static str {
        "follow_campaign_messages"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[MessageMoved::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let moved = fact.read::<MessageMoved>()?;
        note(tx, moved.into_iter().collect()).await
    }

    async fn react_all(&self, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
        let mut tenants: BTreeMap<_, Vec<MessageMoved>> = BTreeMap::new();
        for fact in facts {
            if let Some(moved) = fact.read::<MessageMoved>()?.filter(|moved| moved.template == CAMPAIGN) {
                tenants.entry(fact.tenant_id).or_default().push(moved);
            }
        }
        for (tenant, moved) in tenants {
            tx.go_on_for(tenant);
            note(tx, moved).await?;
        }
        Ok(())
    }
}

/// Notes it. Of one message the last word counts; all of them are counted.
async fn note(tx: &mut Tx, all: Vec<MessageMoved>) -> Result<()> {
    let mut campaigns: BTreeMap<CampaignId, Moved> = BTreeMap::new();
    let mut last: BTreeMap<MessageId, (CampaignId, String, Option<String>)> = BTreeMap::new();
    for moved in all {
        let Some(about) = moved.about.filter(|_| moved.template == CAMPAIGN) else { continue };
        let id = CampaignId::from_uuid(about);
        *campaigns.entry(id).or_default().counts.entry((moved.channel, moved.state.clone())).or_default() += 1;
        last.insert(moved.message_id, (id, moved.state, moved.reason));
    }
    for (message, (id, state, reason)) in last {
        campaigns.entry(id).or_default().by_state.entry((state, reason)).or_default().push(message);
    }
    for (id, moved) in &campaigns {
        for ((state, reason), messages) in &moved.by_state {
            rows::moved(tx, *id, state, reason.as_deref(), messages).await?;
        }
        rows::count(tx, *id, "moved", &moved.counts).await?;
    }
    Ok(())
}
