//! What agents do with a conversation besides talking. Each says which version it was done to, so that nobody undoes unseen what a
//! colleague or the customer has done since.

use super::{WakeConversation, changed, held};
use crate::model::{Conversation, Kind, LABELLED, Lead, labels_of};
use crate::rows;
use crate::rules::{Act, next};
use facts::inbox::{ConversationAssigned, ConversationDeed, ConversationResolved};
use facts::{ConversationId, Time, UserId};
use serde_json::{Value, json};
use std::time::Duration;
use store::{Command, Error, Result, Timer, Tx};

/// The most labels of one conversation.
const LABELS: usize = 10;
/// The longest label, in characters.
const LABEL: usize = 30;
/// The longest rest.
const REST: Duration = Duration::from_secs(366 * 24 * 3_600);
/// The most that a lead is worth, in minor units.
const WORTH: i64 = 1_000_000_000_000;

/// Something that is done with a conversation.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    /// Somebody answers it from now on, called so; or nobody in particular.
    Assign(Option<(UserId, String)>),
    /// It rests until then.
    Snooze(Time),
    Resolve,
    Reopen,
    /// These are its labels.
    Label(Vec<String>),
    /// It is this lead, or none.
    Lead(Option<Lead>),
}

/// Does it.
#[derive(Debug, Clone)]
pub(crate) struct ChangeConversation {
    pub id: ConversationId,
    /// The version that it is done to.
    pub version: i64,
    pub deed: Deed,
}

impl Command for ChangeConversation {
    const NAME: &'static str = "change_conversation";
    // The id alone: answers are kept under their keys for days, and must not outlive an erasure.
    type Out = ConversationId;

    async fn run(&self, tx: &mut Tx) -> Result<ConversationId> {
        let mut it = held(tx, self.id).await?;
        if it.version != self.version {
            let message = "A colleague or the customer has done something here in the meantime. Look at it again.";
            return Err(Error::conflict("conversation_changed", message).with_member("version", it.version));
        }
        let before = it.clone();
        let words = self.deed.apply(tx, &mut it).await?;
        if told(&before) == told(&it) {
            return Ok(it.id);
        }
        it.version += 1;
        rows::say(tx, &mut it, Kind::Event, words, None).await?;
        rows::put(tx, &it).await?;
        self.deed.state(tx, &before, &it).await?;
        Ok(it.id)
    }
}

/// What a change of a conversation tells.
fn told(it: &Conversation) -> Value {
    json!({
        "state": it.state, "snoozed_until": it.snoozed_until, "assignee": it.assignee, "labels": it.labels(), "lead_stage": it.lead_stage,
        "lead_minor": it.lead_minor, "lead_currency": it.lead_currency
    })
}

impl Deed {
    /// Changes the conversation; gives the words for what was done, to be read after a name.
    async fn apply(&self, tx: &mut Tx, it: &mut Conversation) -> Result<String> {
        Ok(match self {
            Deed::Assign(to) => {
                it.assignee = to.as_ref().map(|(user, _)| *user);
                to.as_ref().map_or_else(|| "assigned this to nobody".to_owned(), |(_, name)| format!("assigned this to {name}"))
            }
            Deed::Snooze(until) => {
                let until = rest(*until, tx.now())?;
                (it.state, it.snoozed_until) = (next(it.state, Act::Snooze)?, Some(until));
                tx.at(until, WakeConversation { id: it.id, until }).await?;
                "snoozed this".to_owned()
            }
            Deed::Resolve => self.settle(tx, it, Act::Resolve, "resolved this").await?,
            Deed::Reopen => self.settle(tx, it, Act::Reopen, "reopened this").await?,
            Deed::Label(labels) => {
                it.labels = labels_of(&checked(labels)?);
                let labels = it.labels();
                if labels.is_empty() { "took the labels off".to_owned() } else { format!("{LABELLED} {}", labels.join(", ")) }
            }
            Deed::Lead(lead) => mark(it, *lead)?,
        })
    }

    async fn settle(&self, tx: &mut Tx, it: &mut Conversation, act: Act, words: &str) -> Result<String> {
        (it.state, it.snoozed_until) = (next(it.state, act)?, None);
        it.unread = 0;
        tx.stop(WakeConversation::NAME, &it.id.to_string()).await?;
        Ok(words.to_owned())
    }

    /// States what was done.
    async fn state(&self, tx: &mut Tx, before: &Conversation, it: &Conversation) -> Result<()> {
        let (conversation_id, contact_id) = (it.id, it.contact_id);
        let deed = match self {
            Deed::Assign(_) => {
                return tx.state(ConversationAssigned { conversation_id, contact_id, assignee: it.assignee }).await.map(drop);
            }
            Deed::Resolve => return tx.state(ConversationResolved { conversation_id, contact_id }).await.map(drop),
            Deed::Snooze(_) => ConversationDeed::Snoozed,
            Deed::Reopen => ConversationDeed::Reopened,
            Deed::Label(_) => ConversationDeed::Labelled,
            Deed::Lead(_) => ConversationDeed::Lead,
        };
        tx.state(changed(it, deed, &told(before), &told(it))).await.map(drop)
    }
}

/// Until when something rests.
fn rest(until: Time, now: Time) -> Result<Time> {
    if until > now && until <= now.after(REST) { Ok(until) } else { Err(Error::field("until", "a moment within the next year")) }
}

/// Labels in their one spelling, each once.
fn checked(labels: &[String]) -> Result<Vec<String>> {
    let wrong = || Error::field("labels", format!("at most {LABELS}, each of 1 to {LABEL} characters in one line"));
    let mut found: Vec<String> = Vec::new();
    for label in labels {
        let label = label.trim().to_lowercase();
        if label.is_empty() || label.chars().count() > LABEL || label.chars().any(char::is_control) {
            return Err(wrong());
        }
        if !found.contains(&label) {
            found.push(label);
        }
    }
    if found.len() > LABELS { Err(wrong()) } else { Ok(found) }
}

/// Makes it a lead, or none.
fn mark(it: &mut Conversation, lead: Option<Lead>) -> Result<String> {
    if lead.and_then(|lead| lead.value).is_some_and(|value| !(0..=WORTH).contains(&value.minor)) {
        return Err(Error::field("value", format!("0 to {WORTH} minor units")));
    }
    it.lead_stage = lead.map(|lead| lead.stage);
    let value = lead.and_then(|lead| lead.value);
    (it.lead_minor, it.lead_currency) = (value.map(|value| value.minor), value.map(|value| value.currency));
    Ok(match (lead, value) {
        (None, _) => "noted that this is no lead".to_owned(),
        (Some(lead), None) => format!("made this a lead: {}", lead.stage),
        (Some(lead), Some(value)) => format!("made this a lead: {}, {} {}", lead.stage, value.currency, value.decimal()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_have_one_spelling() {
        let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(checked(&texts(&[" VIP", "vip", "late "])).unwrap(), ["vip", "late"]);
        assert!(checked(&texts(&[""])).is_err() && checked(&texts(&["a\nb"])).is_err() && checked(&["x".repeat(31)]).is_err());
        assert!(checked(&(0..11).map(|n| n.to_string()).collect::<Vec<_>>()).is_err());
    }

    #[test]
    fn a_rest_ends_within_a_year() {
        let now: Time = "2026-11-22T10:00:00Z".parse().unwrap();
        assert!(rest(now, now).is_err() && rest(now.after(REST).after(Duration::from_secs(1)), now).is_err());
        assert!(rest(now.after(Duration::from_secs(60)), now).is_ok());
    }
}
