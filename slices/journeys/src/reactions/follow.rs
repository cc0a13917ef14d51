//! What became of a journey's messages, and what people did with them: noted beside each, and counted by step.

use crate::people::Counts;
use async_trait::async_trait;
use campaigns::takes;
use facts::messages::MessageMoved;
use facts::tracking::{MessageClicked, MessageOpened};
use facts::{Fact, JourneyId, MessageId};
use messages::JOURNEY;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Look, Reaction, Result, Sql, Stated, Tx, many, params, sql};

/// Follows the messages of journeys.
pub(crate) struct FollowMessages;

/// Notes in a column of messages that a person did it; gives those for which that is new.
macro_rules! touched {
    ($column:literal) => {
        sql!(concat!(
            "UPDATE journey_messages SET ",
            $column,
            " = TRUE WHERE tenant_id = $1 AND NOT ",
            $column,
            " AND message_id IN (",
            many!(),
            ") RETURNING journey_id, number, step"
        ))
    };
}

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
        &[MessageMoved::KIND, MessageOpened::KIND, MessageClicked::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        self.react_all(tx, &[Arc::new(fact.clone())]).await
    }

    async fn react_all(&self, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
        let mut tenants: BTreeMap<_, News> = BTreeMap::new();
        for fact in facts {
            if let Some(moved) = fact.read::<MessageMoved>()?.filter(|moved| moved.template == JOURNEY) {
                tenants.entry(fact.tenant_id).or_default().moved.entry(moved.stands_for()).or_default().push(moved.state);
            } else if let Some(opened) = fact.read::<MessageOpened>()?.filter(|opened| opened.template == JOURNEY) {
                tenants.entry(fact.tenant_id).or_default().opened.insert(opened.message_id);
            } else if let Some(clicked) = fact.read::<MessageClicked>()?.filter(|clicked| clicked.template == JOURNEY) {
                tenants.entry(fact.tenant_id).or_default().clicked.insert(clicked.message_id);
            }
        }
        for (tenant, news) in tenants {
            tx.go_on_for(tenant);
            note(tx, &news.moved).await?;
            touch(tx, touched!("opened"), "opened", &news.opened).await?;
            touch(tx, touched!("clicked"), "clicked", &news.clicked).await?;
        }
        Ok(())
    }
}

/// What happened to messages of one tenant.
#[derive(Default)]
struct News {
    /// The states that each reached, in their order.
    moved: BTreeMap<MessageId, Vec<String>>,
    opened: BTreeSet<MessageId>,
    clicked: BTreeSet<MessageId>,
}

/// Notes what a person did with messages, and counts each once.
async fn touch(tx: &mut Tx, noted: &'static Sql, word: &str, messages: &BTreeSet<MessageId>) -> Result<()> {
    let messages: Vec<MessageId> = messages.iter().copied().collect();
    let mut counts: BTreeMap<(JourneyId, i64), Counts> = BTreeMap::new();
    let new: Vec<(JourneyId, i64, String)> = tx.all_in(noted, &messages, &[]).await?;
    for (journey, number, step) in new {
        counts.entry((journey, number)).or_default().touched(&step, word);
    }
    write(tx, counts).await
}

async fn write(tx: &mut Tx, counts: BTreeMap<(JourneyId, i64), Counts>) -> Result<()> {
    for ((journey, number), counts) in counts {
        counts.write(tx, journey, number).await?;
    }
    Ok(())
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
        let stands = sql!(concat!("UPDATE journey_messages SET state = $34 WHERE tenant_id = $1 AND message_id IN (", many!(), ")"));
        tx.put_in(stands, &messages, params![state]).await?;
    }
    write(tx, counts).await
}

async fn standing(look: &mut impl Look, ids: &[MessageId]) -> Result<Vec<Standing>> {
    look.all_in(
        sql!(concat!(
            "SELECT message_id, journey_id, number, step, state FROM journey_messages WHERE tenant_id = $1 AND message_id IN (",
            many!(),
            ")"
        )),
        ids,
        &[],
    )
    .await
}
