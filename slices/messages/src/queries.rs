//! What looks at this slice's tables.

use crate::commands::Failed;
use crate::model::{Message, State};
use crate::template::{LOCALE, Template};
use crate::types::MessageType;
use channels::Class;
use facts::messages::Channel;
use facts::{ContactId, MessageId, Time};
use serde::Deserialize;
use store::{Look, Result, many, params, sql};
use uuid::Uuid;
use web::Cursor;

macro_rules! message {
    () => {
        "id, contact_id, about, channel, address, template, version, provider_template, variables, subject, body, html, urgency, state, \
         source, source_ref, provider, provider_id, error_class, reason, retry_at, hours, expires_at, created_at, updated_at, sent_at, closed_at"
    };
}

macro_rules! listed {
    () => {
        "id, contact_id, about, channel, address, template, version, subject, body, state, provider_id, error_class, reason, retry_at, \
         created_at, updated_at, sent_at"
    };
}

macro_rules! template {
    () => {
        "type, channel, version, active, subject, body, html, provider_template, updated_by, updated_at"
    };
}

/// One message.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn message(look: &mut impl Look, id: MessageId) -> Result<Option<Message>> {
    look.maybe(sql!(concat!("SELECT ", message!(), " FROM messages WHERE tenant_id = $1 AND id = $2")), params![look.tenant(), id]).await
}

/// The same, kept from moving until this transaction ends.
pub(crate) async fn hold(tx: &mut store::Tx, id: MessageId) -> Result<Option<Message>> {
    tx.maybe(sql!(concat!("SELECT ", message!(), " FROM messages WHERE tenant_id = $1 AND id = $2 FOR UPDATE")), params![tx.tenant(), id])
        .await
}

/// Several, kept from moving until this transaction ends.
pub(crate) async fn hold_all(tx: &mut store::Tx, ids: &[MessageId]) -> Result<Vec<Message>> {
    tx.all_in(sql!(concat!("SELECT ", message!(), " FROM messages WHERE tenant_id = $1 AND id IN (", many!(), ") FOR UPDATE")), ids, &[])
        .await
}

/// Whether the message of a cause has reached its recipient, as far as its provider says.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn has_arrived(tx: &mut store::Tx, source: &str, reference: &str, channel: Channel) -> Result<bool> {
    let found = by_cause(tx, source, reference, channel.as_str(), channel).await?;
    Ok(found.is_some_and(|(_, state)| matches!(state, State::Delivered | State::Read)))
}

/// Whether a provider has taken the message of a cause.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn has_left(tx: &mut store::Tx, source: &str, reference: &str, channel: Channel) -> Result<bool> {
    let found = by_cause(tx, source, reference, channel.as_str(), channel).await?;
    Ok(found.is_some_and(|(_, state)| matches!(state, State::Sent | State::Delivered | State::Read)))
}

// What was last heard of the reader, where that decides who carries it: of an answer, and of WhatsApp's words that go by no template.
macro_rules! heard {
    ($column:literal) => {
        concat!(
            "CASE WHEN urgency = 'reply' OR channel = 'whatsapp' AND provider_template IS NULL THEN (SELECT ",
            $column,
            " FROM received heard
                WHERE heard.tenant_id = $1 AND heard.address = messages.address AND heard.channel = messages.channel
                ORDER BY COALESCE(heard.written_at, heard.received_at) DESC, heard.id DESC LIMIT 1) END"
        )
    };
}

/// A message on its way out, with whether its address has been stopped since it was queued, the link of its address, and by which provider
/// its reader wrote last, where that matters.
pub(crate) async fn letter(look: &mut impl Look, id: MessageId) -> Result<Option<Message>> {
    look.maybe(
        sql!(concat!(
            "SELECT ",
            message!(),
            ", ",
            consent::stop_of!(
                "messages",
                asked: "messages.urgency IN ('otp', 'reply') OR messages.template LIKE 'account!_%' ESCAPE '!'",
                sells: "messages.urgency = 'bulk'"
            ),
            " AS stopped, ",
            consent::link_of!("messages"),
            " AS link, ",
            heard!("heard.provider"),
            " AS heard_by, ",
            // It may have come late: WhatsApp counts from when it was written.
            heard!("CASE WHEN heard.written_at < heard.received_at THEN heard.written_at ELSE heard.received_at END"),
            " AS heard_at FROM messages WHERE tenant_id = $1 AND id = $2"
        )),
        params![look.tenant(), id],
    )
    .await
}

/// The message by the provider's id of it.
pub(crate) async fn by_provider_id(look: &mut impl Look, provider_id: &str) -> Result<Option<MessageId>> {
    look.maybe(
        sql!("SELECT id FROM messages WHERE tenant_id = $1 AND provider_id = $2 ORDER BY created_at DESC LIMIT 1"),
        params![look.tenant(), provider_id],
    )
    .await
}

/// The message that was made for a cause before.
pub(crate) async fn by_cause(
    look: &mut impl Look,
    source: &str,
    reference: &str,
    step: &str,
    channel: Channel,
) -> Result<Option<(MessageId, State)>> {
    look.maybe(
        sql!("SELECT id, state FROM messages WHERE tenant_id = $1 AND source = $2 AND source_ref = $3 AND step = $4 AND channel = $5"),
        params![look.tenant(), source, reference, step, channel.as_str()],
    )
    .await
}

/// What a list of messages is narrowed to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub state: Option<State>,
    pub channel: Option<Channel>,
    pub template: Option<MessageType>,
    pub address: Option<String>,
    pub about: Option<Uuid>,
    /// What their last failure meant.
    pub class: Option<Class>,
}

/// A message in a list.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Line {
    pub id: MessageId,
    pub contact_id: Option<ContactId>,
    pub about: Option<Uuid>,
    pub channel: Channel,
    pub address: String,
    pub template: String,
    pub version: i64,
    pub subject: String,
    pub body: String,
    pub state: State,
    pub provider_id: Option<String>,
    pub error_class: Option<String>,
    pub reason: Option<String>,
    pub retry_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
    pub sent_at: Option<Time>,
}

impl Line {
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor { at: self.created_at, id: facts::Id::uuid(self.id) }
    }
}

/// What narrows every list of messages.
macro_rules! narrowed {
    () => {
        " FROM messages WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) AND (state = $5 OR $5 IS NULL) AND (channel = $6 OR $6 IS NULL)
           AND (template = $7 OR $7 IS NULL) AND (error_class = $8 OR $8 IS NULL)"
    };
}

/// How every list of messages is sorted, and how long a page is.
macro_rules! newest {
    () => {
        " ORDER BY created_at DESC, id DESC LIMIT $4"
    };
}

/// Messages after a place in the list, newest first.
pub(crate) async fn list(look: &mut impl Look, filter: &Filter, cursor: Cursor, limit: i64) -> Result<Vec<Line>> {
    let narrow = params![
        look.tenant(),
        cursor.at,
        cursor.id,
        limit,
        filter.state.map(State::as_str),
        filter.channel.map(Channel::as_str),
        filter.template.map(MessageType::as_str),
        filter.class.map(Class::as_str),
    ];
    if let Some(address) = &filter.address {
        let by_address = [narrow.as_slice(), params![address, filter.about]].concat();
        let of_address = sql!(concat!("SELECT ", listed!(), narrowed!(), " AND address = $9 AND (about = $10 OR $10 IS NULL)", newest!()));
        return look.all(of_address, &by_address).await;
    }
    if let Some(about) = filter.about {
        let by_thing = [narrow.as_slice(), params![about]].concat();
        return look.all(sql!(concat!("SELECT ", listed!(), narrowed!(), " AND about = $9", newest!())), &by_thing).await;
    }
    look.all(sql!(concat!("SELECT ", listed!(), narrowed!(), newest!())), narrow).await
}

/// Messages that nothing happens to unless a person decides it, newest first.
pub(crate) async fn for_a_person(look: &mut impl Look, limit: i64) -> Result<Vec<Line>> {
    look.all(
        sql!(concat!(
            "SELECT ",
            listed!(),
            " FROM messages WHERE tenant_id = $1 AND state IN ('dead', 'failed', 'unknown') AND closed_at IS NULL AND retry_at IS NULL
             ORDER BY created_at DESC, id DESC LIMIT $2"
        )),
        params![look.tenant(), limit],
    )
    .await
}

/// What messages are that came to nothing and may be sent once more.
macro_rules! failed {
    () => {
        "tenant_id = $1 AND state IN ('dead', 'failed', 'unknown') AND closed_at IS NULL AND state <> 'unknown' AND retry_at IS NULL \
         AND created_at >= $2 AND expires_at > $3 AND (channel = $4 OR $4 IS NULL) \
         AND (error_class = $5 OR ($5 IS NULL AND COALESCE(error_class, '') <> 'permanent')) AND (about = $6 OR $6 IS NULL)"
    };
}

/// How many of them there are, counted to `most`.
pub(crate) async fn failed_count(look: &mut impl Look, failed: &Failed, now: Time, most: i64) -> Result<i64> {
    look.one(
        sql!(concat!("SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM messages WHERE ", failed!(), " LIMIT $7) AS few")),
        params![look.tenant(), failed.since, now, failed.channel.map(Channel::as_str), failed.class.map(Class::as_str), failed.about, most],
    )
    .await
}

/// The next of them that were made by a time, oldest first, kept from moving until this transaction ends.
pub(crate) async fn hold_failed(tx: &mut store::Tx, failed: &Failed, by: Time, after: Cursor, limit: i64) -> Result<Vec<Message>> {
    tx.all(
        sql!(concat!(
            "SELECT ",
            message!(),
            " FROM messages WHERE ",
            failed!(),
            " AND (created_at, id) > ($7, $8) AND created_at <= $9 ORDER BY created_at, id LIMIT $10 FOR UPDATE"
        )),
        params![
            tx.tenant(),
            failed.since,
            tx.now(),
            failed.channel.map(Channel::as_str),
            failed.class.map(Class::as_str),
            failed.about,
            after.at,
            after.id,
            by,
            limit
        ],
    )
    .await
}

/// Messages whose next try waits for its time after a failure; those of unknown outcome stay held.
pub(crate) async fn waiting_retries(look: &mut impl Look, limit: i64) -> Result<Vec<MessageId>> {
    look.all(
        sql!(
            "SELECT id FROM messages WHERE tenant_id = $1 AND state IN ('dead', 'failed', 'unknown') AND closed_at IS NULL
               AND state = 'failed' AND retry_at IS NOT NULL ORDER BY created_at, id LIMIT $2"
        ),
        params![look.tenant(), limit],
    )
    .await
}

/// How many messages stand where something still happens or should, by state: a look at two small indexes.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Standing {
    pub state: State,
    pub messages: i64,
}

pub(crate) async fn standing(look: &mut impl Look) -> Result<Vec<Standing>> {
    look.all(
        sql!(
            "SELECT state, CAST(COUNT(*) AS BIGINT) AS messages FROM messages
             WHERE tenant_id = $1 AND state IN ('scheduled', 'queued') GROUP BY state
             UNION ALL
             SELECT state, CAST(COUNT(*) AS BIGINT) AS messages FROM messages
             WHERE tenant_id = $1 AND state IN ('dead', 'failed', 'unknown') AND closed_at IS NULL GROUP BY state"
        ),
        params![look.tenant()],
    )
    .await
}

/// How many messages reached a state on a day.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct DayCount {
    pub day: String,
    pub channel: Channel,
    pub state: State,
    pub messages: i64,
}

/// The counts from a day on, oldest first.
pub(crate) async fn counts_since(look: &mut impl Look, day: &str) -> Result<Vec<DayCount>> {
    look.all(
        sql!("SELECT day, channel, state, messages FROM message_counts WHERE tenant_id = $1 AND day >= $2 ORDER BY day, channel, state"),
        params![look.tenant(), day],
    )
    .await
}

/// A receipt, as its row keeps it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct KeptReceipt {
    pub status: channels::Status,
    pub code: Option<String>,
    pub detail: Option<String>,
    pub at: Option<Time>,
    pub received_at: Time,
}

/// Every receipt for a message, in the order they came.
pub(crate) async fn receipts(look: &mut impl Look, id: MessageId) -> Result<Vec<KeptReceipt>> {
    look.all(
        sql!(
            "SELECT status, code, detail, at, received_at FROM receipts WHERE tenant_id = $1 AND message_id = $2 ORDER BY received_at, id"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// How many messages about something stand in line on a channel and sell something; counted up to so many and no further.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn still_queued(look: &mut impl Look, about: Uuid, channel: Channel, most: i64) -> Result<i64> {
    look.one(
        sql!(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM
               (SELECT 1 AS one FROM messages WHERE tenant_id = $1 AND about = $2 AND channel = $4 AND urgency = 'bulk' AND state = 'queued' LIMIT $3) AS few"
        ),
        params![look.tenant(), about, most, channel.as_str()],
    )
    .await
}

/// The template in use: the tenant's last version, or the one that Origin came with.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn template(look: &mut impl Look, kind: MessageType, channel: Channel) -> Result<Template> {
    let own = look
        .maybe(
            sql!(concat!(
                "SELECT ",
                template!(),
                " FROM templates
                 WHERE tenant_id = $1 AND type = $2 AND channel = $3 AND locale = $4 ORDER BY version DESC LIMIT 1"
            )),
            params![look.tenant(), kind.as_str(), channel.as_str(), LOCALE],
        )
        .await?;
    Ok(own.unwrap_or_else(|| Template::original(kind, channel)))
}

/// Every template in use: each type on each channel.
pub(crate) async fn templates(look: &mut impl Look) -> Result<Vec<Template>> {
    let own: Vec<Template> = look
        .all(
            sql!(concat!(
                "SELECT ",
                template!(),
                " FROM templates t
                 WHERE tenant_id = $1 AND locale = $2 AND version = (SELECT MAX(version) FROM templates n
                   WHERE n.tenant_id = t.tenant_id AND n.type = t.type AND n.channel = t.channel AND n.locale = t.locale)"
            )),
            params![look.tenant(), LOCALE],
        )
        .await?;
    let all = MessageType::ALL.iter().flat_map(|kind| Channel::ALL.iter().map(|channel| (*kind, *channel)));
    let in_use = |(kind, channel)| {
        let found = own.iter().find(|template| template.kind == kind && template.channel == channel);
        found.cloned().unwrap_or_else(|| Template::original(kind, channel))
    };
    Ok(all.map(in_use).collect())
}

/// The versions of a template that the tenant made, newest first.
pub(crate) async fn versions(look: &mut impl Look, kind: MessageType, channel: Channel) -> Result<Vec<Template>> {
    look.all(
        sql!(concat!(
            "SELECT ",
            template!(),
            " FROM templates
             WHERE tenant_id = $1 AND type = $2 AND channel = $3 AND locale = $4 ORDER BY version DESC LIMIT 20"
        )),
        params![look.tenant(), kind.as_str(), channel.as_str(), LOCALE],
    )
    .await
}
