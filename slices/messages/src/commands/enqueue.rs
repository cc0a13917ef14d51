//! Queueing: rendered, checked against who must not be written to, written once, and sent on its way in the same commit.

use crate::errands::{DeliverCode, DeliverMessage, Pace};
use crate::hours::{Hours, Nights};
use crate::instead;
use crate::model::{Cause, Message, NewMessage, State, Urgency};
use crate::queries;
use crate::render::Values;
use crate::rows::{self, Fresh};
use crate::stops;
use crate::template::{Composed, Template, Texts};
use crate::unsubscribe;
use facts::messages::Channel;
use facts::{ContactId, ErrandId, Id, MessageId, Time};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::time::Duration;
use store::{Error, Json, Result, Sending, Tx, WIDE};
use uuid::Uuid;

/// What became of a message that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enqueued {
    /// The message: this one, or the one that was made for the same cause before.
    pub id: MessageId,
    /// How far it is.
    pub state: State,
    /// Whether it was there before.
    pub repeated: bool,
}

/// Queues a message. The same cause never makes two.
///
/// # Errors
/// `missing_variable` and field errors before anything is written; whatever the engine refuses.
pub async fn enqueue(tx: &mut Tx, new: NewMessage) -> Result<Enqueued> {
    let all = enqueue_all(tx, vec![new]).await?;
    all.into_iter().next().ok_or_else(|| Error::internal("a message was queued and is not there"))
}

/// Queues many messages, many to a statement; answers in the same order.
///
/// # Errors
/// As [`enqueue`]; one that is wrong refuses all of them.
pub async fn enqueue_all(tx: &mut Tx, all: Vec<NewMessage>) -> Result<Vec<Enqueued>> {
    let mut templates: Vec<Template> = Vec::new();
    for new in &all {
        if !templates.iter().any(|template| template.is_for(new)) {
            templates.push(queries::template(tx, new.template, new.channel).await?);
        }
    }
    let nights = Nights::of(tx, &all).await?;
    let fresh = write_all(tx, &all, &templates, &nights)?;
    drop(all);
    put(tx, fresh).await
}

fn write_all(tx: &mut Tx, all: &[NewMessage], templates: &[Template], nights: &Nights) -> Result<Vec<Fresh>> {
    let texts = templates.iter().map(Template::read).collect::<Result<Vec<_>>>()?;
    let mut fresh = Vec::with_capacity(all.len());
    for new in all {
        let of = templates.iter().zip(&texts).find(|(template, _)| template.is_for(new));
        let (template, texts) = of.ok_or_else(|| Error::internal("a message has no template"))?;
        fresh.push(write(tx, new, (template, texts), nights.hours(new))?);
    }
    Ok(fresh)
}

/// Writes messages that are composed, and sends them on their way.
pub(crate) async fn put(tx: &mut Tx, mut fresh: Vec<Fresh>) -> Result<Vec<Enqueued>> {
    let pace = if fresh.iter().any(|one| one.message.channel == Channel::Whatsapp) { Pace::of(tx).await? } else { Pace::default() };
    let mut done = Vec::with_capacity(fresh.len());
    let (mut errands, mut codes, mut facts) = (Vec::new(), Vec::new(), Vec::new());
    stops::suppress(tx, &mut fresh).await?;
    stops::link(tx, &fresh).await?;
    for chunk in fresh.chunks(WIDE) {
        let new = rows::insert(tx, chunk).await?;
        instead::watch(tx, chunk, &new).await?;
        for one in chunk {
            if !new.contains(&one.message.id) {
                done.push(repeated(tx, one).await?);
                continue;
            }
            let (id, state) = (one.message.id, one.message.state);
            match one.message.urgency {
                _ if state == State::Suppressed => {}
                Urgency::Otp => codes.push((DeliverCode::of(&one.message, &pace), sending(one, &pace))),
                _ => errands.push((DeliverMessage::of(&one.message, &pace), sending(one, &pace))),
            }
            facts.push(one.message.moved(state, one.message.reason.as_deref()));
            done.push(Enqueued { id, state, repeated: false });
        }
    }
    tx.send_all(codes).await?;
    tx.send_all(errands).await?;
    tx.state_all(facts).await?;
    Ok(done)
}

/// How a message's errand goes: under the message's id, and not too soon after another to the same person. Whoever waits for a code does
/// not wait for that as well: the next message does.
fn sending(one: &Fresh, pace: &Pace) -> Sending {
    let message = &one.message;
    Sending {
        id: Some(ErrandId::from_uuid(message.id.uuid())),
        due: one.due,
        gap: (message.channel == Channel::Whatsapp).then(|| (message.address.clone(), pace.gap())),
        at_once: message.urgency == Urgency::Otp,
    }
}

async fn repeated(tx: &mut Tx, one: &Fresh) -> Result<Enqueued> {
    let message = &one.message;
    let found = queries::by_cause(tx, &message.source, &message.source_ref, &one.step, message.channel).await?;
    let (id, state) = found.ok_or_else(|| Error::internal("a message was neither new nor there"))?;
    Ok(Enqueued { id, state, repeated: true })
}

/// What the template is filled with. What sells something says how it ends; where that leads is put in as it leaves.
fn values(new: &NewMessage) -> Result<Values> {
    if new.urgency != Urgency::Bulk {
        return Values::of(new.template, &new.variables);
    }
    let mut variables = new.variables.clone();
    variables.insert(unsubscribe::VARIABLE.to_owned(), unsubscribe::LINK.into());
    Values::of(new.template, &variables)
}

/// Composes the message's row.
fn write(tx: &mut Tx, new: &NewMessage, (template, texts): (&Template, &Texts<'_>), hours: Option<Hours>) -> Result<Fresh> {
    let values = values(new)?;
    let composed = texts.compose(&values)?;
    let (now, id) = (tx.now(), tx.id::<MessageId>());
    let wished = new.due.unwrap_or(now).max(now);
    let due = match &hours {
        Some(hours) => hours.opens(wished, new.channel, &new.address)?,
        None => wished,
    };
    let state = match (template.active, due > now) {
        (false, _) => State::Suppressed,
        (true, true) => State::Scheduled,
        (true, false) => State::Queued,
    };
    let known = new.template.variables();
    let variables = new.variables.iter().filter(|(name, _)| known.iter().any(|variable| variable.name == name.as_str()));
    let message = Message {
        contact_id: new.contact_id,
        about: new.about,
        version: template.version,
        // Who has just written is answered in free words, which an approved template would only wrap.
        provider_template: template.provider_template.clone().filter(|_| new.urgency != Urgency::Reply),
        variables: Json(variables.map(|(name, value)| (name.clone(), value.clone())).collect()),
        urgency: new.urgency,
        state,
        source_ref: new.cause.reference.clone(),
        reason: (!template.active).then(|| "template_off".to_owned()),
        hours: hours.map(Json),
        expires_at: due.after(new.worth.unwrap_or(new.urgency.worth())),
        ..queued(id, now, new.channel, &new.address, new.template.as_str(), composed, new.cause.source)
    };
    Ok(Fresh { message, step: new.cause.step.clone(), due: (due > now).then_some(due) })
}

/// A message as it is when it is queued, with nothing known of it but where it goes and what it says.
fn queued(id: MessageId, now: Time, channel: Channel, address: &str, template: &str, composed: Composed, source: &str) -> Message {
    Message {
        id,
        contact_id: None,
        about: None,
        channel,
        address: address.to_owned(),
        template: template.to_owned(),
        version: 0,
        provider_template: None,
        variables: Json(serde_json::Map::new()),
        subject: composed.subject,
        body: composed.body,
        html: composed.html,
        urgency: Urgency::Transactional,
        state: State::Queued,
        source: source.to_owned(),
        source_ref: String::new(),
        provider: None,
        provider_id: None,
        error_class: None,
        reason: None,
        retry_at: None,
        hours: None,
        expires_at: now.after(Urgency::Transactional.worth()),
        created_at: now,
        updated_at: now,
        sent_at: None,
        closed_at: None,
        stopped: None,
        heard_by: None,
        heard_at: None,
        link: None,
        unsubscribe_url: None,
    }
}

/// A message whose text is composed already, from a text of the sender's own.
#[derive(Debug, Clone)]
pub struct Written {
    /// Its id, which whoever wrote it may have noted before.
    pub id: MessageId,
    /// On which channel.
    pub channel: Channel,
    /// Where to, as [`address`](crate::address) spells it.
    pub address: String,
    /// Whom it is for, where they are known.
    pub contact_id: Option<ContactId>,
    /// What it is about.
    pub about: Option<Uuid>,
    /// What stands in the place of a template's name.
    pub kind: &'static str,
    /// What it says.
    pub composed: Composed,
    /// The name of an approved WhatsApp template that is sent in place of the text.
    pub provider_template: Option<String>,
    /// What was filled in.
    pub variables: Map<String, Value>,
    /// Who goes first.
    pub urgency: Urgency,
    /// Why it exists.
    pub cause: Cause,
    /// When it does not leave; at any hour where nothing is said.
    pub hours: Option<Hours>,
    /// How long it is worth sending; [`Urgency::worth`] when not said.
    pub worth: Option<Duration>,
}

impl Written {
    fn fresh(self, now: Time) -> Fresh {
        let composed = if self.urgency == Urgency::Bulk { self.composed } else { unsubscribe::shown(self.composed) };
        let message = Message {
            contact_id: self.contact_id,
            about: self.about,
            provider_template: self.provider_template,
            variables: Json(self.variables),
            urgency: self.urgency,
            source_ref: self.cause.reference,
            hours: self.hours.map(Json),
            expires_at: now.after(self.worth.unwrap_or(self.urgency.worth())),
            ..queued(self.id, now, self.channel, &self.address, self.kind, composed, self.cause.source)
        };
        Fresh { message, step: self.cause.step, due: None }
    }
}

/// Queues messages whose texts are composed already, many to a statement; answers in the same order.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn enqueue_written(tx: &mut Tx, all: Vec<Written>) -> Result<Vec<Enqueued>> {
    let now = tx.now();
    put(tx, all.into_iter().map(|written| written.fresh(now)).collect()).await
}

/// A mail whose text is written already, for no template of the merchant's.
pub(crate) struct NewMail {
    pub address: String,
    /// What stands in the place of a template's name.
    pub template: &'static str,
    pub composed: Composed,
    pub source: &'static str,
    /// What it is for: the same never makes two.
    pub reference: String,
    pub expires_at: Time,
}

impl NewMail {
    /// The message, ready to be [`put`].
    pub(crate) fn fresh(self, tx: &mut Tx) -> Fresh {
        let (id, now) = (tx.id(), tx.now());
        let message = queued(id, now, Channel::Email, &self.address, self.template, self.composed, self.source);
        let message = Message { source_ref: self.reference, expires_at: self.expires_at, ..message };
        Fresh { step: self.template.to_owned(), message, due: None }
    }
}
