//! What is sent because of subscriptions: that one is active, and that one rests.

use crate::deliveries::day;
use crate::reactions::{Told, tell};
use crate::types::MessageType;
use async_trait::async_trait;
use facts::subscriptions::{SubscriptionCreated, SubscriptionMoved, SubscriptionState};
use facts::{ContactId, Fact, Id, SubscriptionId};
use serde_json::{Map, Value};
use store::{Reaction, Result, Stated, Tx};

/// Tells customers of their subscriptions: once that one has begun, and of each pause.
pub(crate) struct TellOfSubscription;

#[async_trait]
impl Reaction for TellOfSubscription {
    fn name(&self) -> &'static str {
        "tell_of_subscription"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[SubscriptionCreated::KIND, SubscriptionMoved::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        if let Some(created) = fact.read::<SubscriptionCreated>()?.filter(|created| created.state == SubscriptionState::Trialing) {
            return begun(tx, created.subscription_id, created.contact_id, created.plan, &created.starts_on).await;
        }
        let Some(moved) = fact.read::<SubscriptionMoved>()? else { return Ok(()) };
        let SubscriptionMoved { subscription_id, contact_id, plan, from, to, on, resumes_on, .. } = moved;
        match (from, to) {
            // One that has to be paid first says nothing until it is paid.
            (SubscriptionState::Incomplete, SubscriptionState::Active) => begun(tx, subscription_id, contact_id, plan, &on).await,
            (_, SubscriptionState::Paused) => {
                let until = resumes_on.as_deref().map_or_else(|| "further notice".to_owned(), day);
                let told = told(subscription_id, contact_id, MessageType::PauseConfirmation, fact.id.to_string());
                tell(tx, told, Map::from_iter([("resume_date".to_owned(), Value::String(until))])).await
            }
            _ => Ok(()),
        }
    }
}

async fn begun(tx: &mut Tx, id: SubscriptionId, contact: ContactId, plan: String, on: &str) -> Result<()> {
    let values = [("product".to_owned(), Value::String(plan)), ("start_date".to_owned(), Value::String(day(on)))];
    tell(tx, told(id, contact, MessageType::SubscriptionConfirmation, id.to_string()), Map::from_iter(values)).await
}

fn told(id: SubscriptionId, contact: ContactId, template: MessageType, reference: String) -> Told {
    Told { source: "tell_of_subscription", reference, about: id.uuid(), template, contact: Some(contact) }
}
