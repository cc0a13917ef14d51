//! What became of a campaign's messages: noted beside each recipient, and counted by how they stand.

use crate::model::STANDS;
use crate::queries::Stands;
use crate::timed::{self, Tallies};
use crate::{queries, rows};
use async_trait::async_trait;
use facts::messages::{Channel, MessageMoved};
use facts::{CampaignId, Fact, Id, MessageId};
use messages::CAMPAIGN;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Reaction, Result, Stated, Tx};

/// Follows the messages of campaigns.
pub(crate) struct FollowMessages;

#[async_trait]
impl Reaction for FollowMessages {
    fn name(&self) -> &'static str {
        "follow_campaign_messages"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[MessageMoved::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        note(tx, fact.read::<MessageMoved>()?.into_iter().collect()).await
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

/// A state, with the reason for it.
type Word = (String, Option<String>);

/// Notes it: of one message the last word that its recipient's row can take.
async fn note(tx: &mut Tx, all: Vec<MessageMoved>) -> Result<()> {
    let mut campaigns: BTreeMap<CampaignId, BTreeMap<MessageId, Vec<Word>>> = BTreeMap::new();
    for moved in all {
        let Some(about) = moved.about.filter(|_| moved.template == CAMPAIGN) else { continue };
        let words = campaigns.entry(CampaignId::from_uuid(about)).or_default().entry(moved.stands_for()).or_default();
        words.push((moved.state, moved.reason));
    }
    for (id, moved) in campaigns {
        follow(tx, id, moved).await?;
    }
    Ok(())
}

/// Notes how the messages of one campaign stand.
async fn follow(tx: &mut Tx, id: CampaignId, moved: BTreeMap<MessageId, Vec<Word>>) -> Result<()> {
    let messages: Vec<MessageId> = moved.keys().copied().collect();
    let mut counts: BTreeMap<(Channel, String), i64> = BTreeMap::new();
    let mut stand: BTreeMap<Word, Vec<MessageId>> = BTreeMap::new();
    let mut tallies = Tallies::new();
    for Stands { message_id: message, channel, state: stood, timing } in queries::standing(tx, id, &messages).await? {
        let words = moved.get(&message).map(Vec::as_slice).unwrap_or_default();
        let last = words.iter().fold(None::<&Word>, |now, next| {
            let from = now.map_or(stood.as_str(), |(state, _)| state);
            if takes(from, &next.0) { Some(next) } else { now }
        });
        let Some(last) = last else { continue };
        if let Some(timing) = timing {
            tallies.entry((timing, channel)).or_default().sent += timed::sent(&stood, &last.0);
        }
        *counts.entry((channel, stood)).or_default() -= 1;
        *counts.entry((channel, last.0.clone())).or_default() += 1;
        stand.entry(last.clone()).or_default().push(message);
    }
    for ((state, reason), messages) in &stand {
        rows::stand(tx, id, state, reason.as_deref(), messages).await?;
    }
    counts.retain(|_, number| *number != 0);
    rows::count(tx, id, STANDS, &counts).await?;
    tallies.retain(|_, tally| tally.sent != 0);
    timed::count(tx, id, &tallies).await
}

/// Whether what is noted of a message that stands so is changed by its next word. On PostgreSQL two words on one message may be read in the other order than they came:
/// what a provider is known to have done is not taken back.
pub fn takes(from: &str, to: &str) -> bool {
    match to {
        "queued" | "scheduled" => false,
        "sent" => !matches!(from, "sent" | "delivered" | "read" | "failed"),
        "delivered" => from != "delivered" && from != "read",
        _ => from != to,
    }
}

#[cfg(test)]
mod tests {
    use super::takes;

    #[test]
    fn what_is_known_is_not_taken_back() {
        for (from, to, expected) in [
            ("queued", "sent", true),
            ("queued", "queued", false),
            ("delivered", "sent", false),
            ("failed", "sent", false),
            ("failed", "delivered", true),
            ("read", "delivered", false),
            ("sent", "read", true),
            ("queued", "suppressed", true),
            ("unknown", "sent", true),
        ] {
            assert_eq!(takes(from, to), expected, "{from} {to}");
        }
    }
}
