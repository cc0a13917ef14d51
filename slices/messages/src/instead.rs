//! An SMS in place of a WhatsApp message that is not delivered in so many minutes: of what follows from what a customer did, and of nothing
//! else. What still waits for its turn or for a retry is taken back first; what WhatsApp already has may come as well, and the SMS says on its
//! page what it stands in for.

use crate::call_off::take_back;
use crate::commands::enqueue_all;
use crate::model::{Cause, Message, NewMessage, State, Urgency};
use crate::queries;
use crate::rows::Fresh;
use crate::types::MessageType;
use async_trait::async_trait;
use facts::messages::{Channel, MessageMoved};
use facts::{Fact, MessageId, Time};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Command, Error, Look, Reaction, Result, Stated, Timer, Tx, many, params, portions, rows, sql};

/// The settings' name of the minutes; 0 where no SMS is sent.
const SETTING: &str = "messages.sms_after_minutes";
/// The most minutes: a day.
const MOST: u32 = 1_440;
/// What makes these SMS.
pub(crate) const SOURCE: &str = "sms_instead";
/// Why the WhatsApp message is not sent any more.
pub(crate) const TAKEN_BACK: &str = "sms_instead";
/// Messages that are looked at in one commit.
const PAGE: i64 = 200;
/// When one is looked at again that is on its way to WhatsApp at this moment.
const BLINK: Duration = Duration::from_secs(30);

/// After how many minutes; 0 where nothing is set.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn minutes(look: &mut impl Look) -> Result<u32> {
    Ok(settings::get(look, SETTING).await?.unwrap_or(0))
}

/// Says after how many minutes; 0 for never.
pub(crate) struct SetMinutes(pub u32);

impl Command for SetMinutes {
    const NAME: &'static str = "set_sms_instead";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        if self.0 > MOST {
            return Err(Error::field("minutes", "a whole number from 0 to 1440"));
        }
        let before = minutes(tx).await?;
        settings::replace(tx, SETTING, &before, &self.0).await
    }
}

/// The template of a message that an SMS may stand in for: not what somebody of the shop says themselves, which they see and say again.
fn template(channel: Channel, name: &str) -> Option<MessageType> {
    let told = |kind: &MessageType| *kind != MessageType::Direct && kind.urgency() == Urgency::Transactional;
    name.parse().ok().filter(told).filter(|_| channel == Channel::Whatsapp)
}

/// Watches over messages that were just written.
pub(crate) async fn watch(tx: &mut Tx, written: &[Fresh], new: &[MessageId]) -> Result<()> {
    let watched = |one: &&Fresh| {
        new.contains(&one.message.id)
            && one.message.state != State::Suppressed
            && template(one.message.channel, &one.message.template).is_some()
    };
    let watched: Vec<&Fresh> = written.iter().filter(watched).collect();
    if watched.is_empty() {
        return Ok(());
    }
    let wait = Duration::from_secs(u64::from(minutes(tx).await?) * 60);
    if wait.is_zero() {
        return Ok(());
    }
    let now = tx.now();
    let due = |one: &Fresh| one.due.unwrap_or(now).after(wait);
    let Some(first) = watched.iter().map(|one| due(one)).min() else { return Ok(()) };
    let mut values = Vec::with_capacity(watched.len() * 3);
    for one in watched {
        values.extend_from_slice(params![tx.tenant(), one.message.id, due(one)]);
    }
    tx.put_rows(rows!("INSERT INTO sms_instead (tenant_id, message_id, due_at) VALUES ", 3, ""), &values).await?;
    tx.at_latest(first, SaySms {}).await
}

/// What is to be done about a message whose time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// It has arrived, is not to be sent, or is worth nothing any more.
    Nothing,
    /// An SMS says it.
    Say,
    /// An SMS says it, as soon as it surely goes no other way.
    TakeBack,
}

fn then(message: &Message, now: Time) -> Then {
    let worthless = now >= message.expires_at || message.address.is_empty() || message.closed_at.is_some();
    match message.state {
        _ if worthless => Then::Nothing,
        State::Dead | State::Sent => Then::Say,
        State::Failed if message.provider_has_it() => Then::Say,
        State::Scheduled | State::Queued | State::Sending | State::Failed | State::Unknown => Then::TakeBack,
        // Where the shop has no WhatsApp account, an SMS is better than nothing; what a person does not want is left alone.
        State::Suppressed if message.reason.as_deref() == Some("channel_not_configured") => Then::Say,
        State::Delivered | State::Read | State::Suppressed | State::Expired => Then::Nothing,
    }
}

/// Says what was not delivered in time.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SaySms {}

impl Timer for SaySms {
    const NAME: &'static str = "say_sms_instead";

    fn key(&self) -> String {
        String::new()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let now = tx.now();
        let due: Vec<MessageId> = tx
            .all(
                sql!("SELECT message_id FROM sms_instead WHERE tenant_id = $1 AND due_at <= $2 ORDER BY due_at, message_id LIMIT $3"),
                params![tx.tenant(), now, PAGE],
            )
            .await?;
        let (mut say, mut later) = (Vec::new(), Vec::new());
        for message in queries::hold_all(tx, &due).await? {
            match then(&message, now) {
                Then::Nothing => {}
                Then::Say => say.push(message),
                Then::TakeBack if take_back(tx, &message, TAKEN_BACK).await? => say.push(message),
                Then::TakeBack => later.push(message.id),
            }
        }
        enqueue_all(tx, say.iter().filter_map(|message| sms(message, now)).collect()).await?;
        let (looked_at, later): (Vec<MessageId>, Vec<MessageId>) = due.into_iter().partition(|id| !later.contains(id));
        forget(tx, &looked_at).await?;
        put_off(tx, &later, now.after(BLINK)).await?;
        let next: Option<(Time,)> = tx
            .maybe(sql!("SELECT due_at FROM sms_instead WHERE tenant_id = $1 ORDER BY due_at, message_id LIMIT 1"), params![tx.tenant()])
            .await?;
        match next {
            Some((next,)) => tx.at_latest(next, SaySms {}).await,
            None => Ok(()),
        }
    }
}

fn sms(message: &Message, now: Time) -> Option<NewMessage> {
    Some(NewMessage {
        template: template(message.channel, &message.template)?,
        channel: Channel::Sms,
        address: message.address.clone(),
        contact_id: message.contact_id,
        about: message.about,
        variables: message.variables.0.clone(),
        urgency: message.urgency,
        cause: Cause { source: SOURCE, reference: message.id.to_string(), step: message.template.clone() },
        due: None,
        hours: None,
        worth: Some(message.expires_at.since(now)),
    })
}

async fn forget(tx: &mut Tx, all: &[MessageId]) -> Result<()> {
    tx.put_in(sql!(concat!("DELETE FROM sms_instead WHERE tenant_id = $1 AND message_id IN (", many!(), ")")), all, &[]).await
}

/// Has messages looked at at another time; those that are not watched any more are left alone.
async fn put_off(tx: &mut Tx, all: &[MessageId], until: Time) -> Result<u64> {
    let mut changed = 0;
    for values in portions(tx.tenant(), all, params![until]) {
        changed += tx
            .exec(sql!(concat!("UPDATE sms_instead SET due_at = $34 WHERE tenant_id = $1 AND message_id IN (", many!(), ")")), &values)
            .await?;
    }
    Ok(changed)
}

/// Waits no longer where WhatsApp has said that it does not deliver a message.
pub(crate) struct SayAtOnce;

#[async_trait]
impl Reaction for SayAtOnce {
    fn name(&self) -> &'static str {
        "say_sms_at_once"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[MessageMoved::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let over = |moved: &MessageMoved| {
            matches!(moved.state.as_str(), "dead" | "failed" | "suppressed") && template(moved.channel, &moved.template).is_some()
        };
        let Some(moved) = fact.read::<MessageMoved>()?.filter(over) else { return Ok(()) };
        let Some(message) = queries::message(tx, moved.message_id).await? else { return Ok(()) };
        let now = tx.now();
        if then(&message, now) == Then::Say && put_off(tx, &[message.id], now).await? > 0 {
            tx.at_latest(now, SaySms {}).await?;
        }
        Ok(())
    }
}
