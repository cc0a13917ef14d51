//! What became of a journey's messages: noted beside each, and counted by step.

use crate::people::Counts;
use async_trait::async_trait;
use campaigns::takes;
use facts::messages::MessageMoved;
use facts::{Fact, JourneyId, MessageId};
use messages::JOURNEY;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Look, Reaction, Result, Stated, Tx, many, params, portions, sql};

/// Follows the messages of journeys.
pub(crate) struct FollowMessages;

/// How a message of a step stands.
#[derive(Debug, Deserialize)]
struct Standing {
    message_id: MessageId,
    journey_id: JourneyId,
    number: i64,
    step: String,
    state: String,
}

#[async_trait]
impl Reaction for FollowMessages {
    fn name(&self) -> &'static str {
        "follow_journey_messages"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[MessageMoved::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        self.react_all(tx, &[Arc::new(fact.clone())]).await
    }

    async fn react_all(&self, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
        let mut tenants: BTreeMap<_, BTreeMap<MessageId, Vec<String>>> = BTreeMap::new();
        for fact in facts {
            if let Some(moved) = fact.read::<MessageMoved>()?.filter(|moved| moved.template == JOURNEY) {
                tenants.entry(fact.tenant_id).or_default().entry(moved.message_id).or_default().push(moved.state);
            }
        }
        for (tenant, moved) in tenants {
            tx.go_on_for(tenant);
            note(tx, &moved).await?;
        }
        Ok(())
    }
}

async fn note(tx: &mut Tx, moved: &BTreeMap<MessageId, Vec<String>>) -> Result<()> {
    let ids: Vec<MessageId> = moved.keys().copied().collect();
    let mut counts: BTreeMap<(JourneyId, i64), Counts> = BTreeMap::new();
    let mut stand: BTreeMap<&str, Vec<MessageId>> = BTreeMap::new();
    for one in standing(tx, &ids).await? {
        let words = moved.get(&one.message_id).map(Vec::as_slice).unwrap_or_default();
        let last = words.iter().fold(one.state.as_str(), |now, next| if takes(now, next) { next } else { now });
        if last == one.state {
            continue;
        }
        let counts = counts.entry((one.journey_id, one.number)).or_default();
        counts.stands(&one.step, &one.state, -1);
        counts.stands(&one.step, last, 1);
        if let Some(last) = words.iter().find(|word| *word == last) {
            stand.entry(last).or_default().push(one.message_id);
        }
    }
    // As many as there are states.
    for (state, messages) in stand {
        for values in portions(tx.tenant(), &messages, params![state]) {
            let stands = sql!(concat!("UPDATE journey_messages SET state = $34 WHERE tenant_id = $1 AND message_id IN (", many!(), ")"));
            tx.put(stands, &values).await?;
        }
    }
    for ((journey, number), counts) in counts {
        counts.write(tx, journey, number).await?;
    }
    Ok(())
}

async fn standing(look: &mut impl Look, ids: &[MessageId]) -> Result<Vec<Standing>> {
    let mut found = Vec::new();
    for values in portions(look.tenant(), ids, &[]) {
        let some: Vec<Standing> = look
            .all(
                sql!(concat!(
                    "SELECT message_id, journey_id, number, step, state FROM journey_messages WHERE tenant_id = $1 AND message_id IN (",
                    many!(),
                    ")"
                )),
                &values,
            )
            .await?;
        found.extend(some);
    }
    Ok(found)
}
