//! What writes this slice's tables.

use crate::model::{Message, State};
use crate::template::{LOCALE, Template};
use channels::{Class, Provider, Receipt, Written};
use facts::messages::Channel;
use facts::{ContactId, InboundId, MessageId, ReceivedId, Time};
use std::collections::{BTreeMap, HashSet};
use store::{Error, Look, Result, Rows, Tx, Value, many, params, rows, sql};

/// A message that is about to be written, with what makes it the same one when it is asked for again.
pub(crate) struct Fresh {
    pub message: Message,
    pub step: String,
    /// When it goes, where that is later.
    pub due: Option<Time>,
}

/// A provider's call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    pub provider: Provider,
    pub id: InboundId,
    /// Whether what it says was found in a list, perhaps after what was said since.
    pub late: bool,
}

/// Who has written.
pub(crate) struct Sender {
    /// Their number in its one spelling, or as the provider says it where it has none.
    pub address: String,
    /// Who they are, where they can be known.
    pub contact_id: Option<ContactId>,
}

fn messages() -> &'static Rows {
    rows!(
        "INSERT INTO messages (tenant_id, id, contact_id, about, channel, address, template, version, provider_template, \
         variables, subject, body, html, urgency, state, source, source_ref, step, reason, hours, expires_at, created_at, updated_at) VALUES ",
        23,
        " ON CONFLICT DO NOTHING RETURNING id"
    )
}

fn bind(tx: &Tx, fresh: &Fresh, into: &mut Vec<Value>) {
    let message = &fresh.message;
    into.extend_from_slice(params![
        tx.tenant(),
        message.id,
        message.contact_id,
        message.about,
        message.channel.as_str(),
        &message.address,
        &message.template,
        message.version,
        message.provider_template.as_deref(),
        serde_json::Value::Object(message.variables.0.clone()),
        &message.subject,
        &message.body,
        &message.html,
        message.urgency.as_str(),
        message.state.as_str(),
        &message.source,
        &message.source_ref,
        &fresh.step,
        message.reason.as_deref(),
        message.hours.as_ref().map(|hours| serde_json::json!(hours.0)),
        message.expires_at,
        tx.now(),
        tx.now(),
    ]);
}

/// Writes messages that are not there yet; tells which were new.
pub(crate) async fn insert(tx: &mut Tx, all: &[Fresh]) -> Result<Vec<MessageId>> {
    let mut values = Vec::new();
    for fresh in all {
        bind(tx, fresh, &mut values);
    }
    tx.all_rows(messages(), &values).await
}

/// How a message moved, and what is known since.
#[derive(Debug, Clone, Default)]
pub(crate) struct Change {
    /// Who was called.
    pub provider: Option<String>,
    pub provider_id: Option<String>,
    pub class: Option<Class>,
    pub reason: Option<String>,
    pub retry_at: Option<Time>,
    /// Whether the provider has it now.
    pub sent: bool,
    /// Whether a person has dealt with it.
    pub closed: bool,
}

/// Moves a message, if it is still in the state that was seen; tells whether it was.
pub(crate) async fn shift(tx: &mut Tx, id: MessageId, seen: State, to: State, change: &Change) -> Result<bool> {
    let now = tx.now();
    let changed = tx
        .exec(
            sql!(
                "UPDATE messages SET state = $4, provider_id = COALESCE($5, provider_id), error_class = $6, reason = $7, retry_at = $8,
                   sent_at = COALESCE(sent_at, $9), closed_at = $10, updated_at = $11, provider = COALESCE($12, provider)
                 WHERE tenant_id = $1 AND id = $2 AND state = $3"
            ),
            params![
                tx.tenant(),
                id,
                seen.as_str(),
                to.as_str(),
                change.provider_id.as_deref(),
                change.class.map(Class::as_str),
                change.reason.as_deref(),
                change.retry_at,
                change.sent.then_some(now),
                change.closed.then_some(now),
                now,
                change.provider.as_deref(),
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Notes the provider's id of a message that has moved on by a receipt in the meantime.
pub(crate) async fn name(tx: &mut Tx, id: MessageId, provider_id: &str) -> Result<()> {
    tx.put(
        sql!("UPDATE messages SET provider_id = COALESCE(provider_id, $3) WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), id, provider_id],
    )
    .await
}

/// Marks a message as dealt with by a person.
pub(crate) async fn close(tx: &mut Tx, ids: &[MessageId]) -> Result<()> {
    let closed = sql!(concat!("UPDATE messages SET closed_at = $34, updated_at = $34 WHERE tenant_id = $1 AND id IN (", many!(), ")"));
    tx.put_in(closed, ids, params![tx.now()]).await
}

/// Whether what somebody has written was kept before.
pub(crate) async fn is_kept(tx: &mut Tx, provider: Provider, written: &Written) -> Result<bool> {
    let kept: Option<(ReceivedId,)> = tx
        .maybe(
            sql!("SELECT id FROM received WHERE tenant_id = $1 AND provider = $2 AND provider_id = $3"),
            params![tx.tenant(), provider.as_str(), &written.provider_id],
        )
        .await?;
    Ok(kept.is_some())
}

/// Which of these messages of a provider, by its ids of them, and which of these calls, by theirs, were kept before.
pub(crate) async fn kept(look: &mut impl Look, provider: Provider, ids: &[&str], calls: &[&str]) -> Result<HashSet<String>> {
    let by_message =
        sql!(concat!("SELECT provider_id FROM received WHERE tenant_id = $1 AND provider = $34 AND provider_id IN (", many!(), ")"));
    let mut kept: HashSet<String> = look.all_in(by_message, ids, params![provider.as_str()]).await?.into_iter().collect();
    let by_call = sql!(concat!("SELECT event_id FROM inbound WHERE tenant_id = $1 AND provider = $34 AND event_id IN (", many!(), ")"));
    kept.extend(look.all_in::<String>(by_call, calls, params![provider.as_str()]).await?);
    Ok(kept)
}

/// What somebody has written after a time, the latest of it.
pub(crate) async fn written_after(look: &mut impl Look, (channel, address): (Channel, &str), at: Time) -> Result<Vec<String>> {
    look.all(
        sql!(
            "SELECT body FROM received
             WHERE tenant_id = $1 AND address = $2 AND channel = $3 AND received_at > $4 AND COALESCE(written_at, received_at) > $4
             ORDER BY received_at DESC, id DESC LIMIT 200"
        ),
        params![look.tenant(), address, channel.as_str(), at],
    )
    .await
}

/// Keeps what somebody has written; tells whether it is new.
pub(crate) async fn keep_written(tx: &mut Tx, id: ReceivedId, call: Call, from: &Sender, written: &Written) -> Result<bool> {
    let kept = tx
        .exec(
            sql!(
                "INSERT INTO received (tenant_id, id, provider, provider_id, channel, address, contact_id, body, files, answers, written_at, received_at, inbound_id)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (tenant_id, provider, provider_id) DO NOTHING"
            ),
            params![
                tx.tenant(),
                id,
                call.provider.as_str(),
                &written.provider_id,
                written.channel.as_str(),
                &from.address,
                from.contact_id,
                &written.text,
                serde_json::to_value(written.files.iter().map(|file| (&file.reference, &file.kind)).collect::<Vec<_>>())?,
                written.answers.as_deref(),
                written.at,
                tx.now(),
                call.id
            ],
        )
        .await?;
    Ok(kept == 1)
}

/// Keeps a provider's word on a message; tells whether it is new.
pub(crate) async fn keep_receipt(tx: &mut Tx, message: MessageId, provider: Provider, receipt: &Receipt) -> Result<bool> {
    let id: facts::ReceiptId = tx.id();
    let kept = tx
        .exec(
            sql!(
                "INSERT INTO receipts (tenant_id, id, message_id, provider, event_id, status, code, detail, at, received_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (tenant_id, provider, event_id) DO NOTHING"
            ),
            params![
                tx.tenant(),
                id,
                message,
                provider.as_str(),
                &receipt.event_id,
                receipt.status.as_str(),
                receipt.code.as_deref(),
                receipt.detail.as_deref(),
                receipt.at,
                tx.now()
            ],
        )
        .await?;
    Ok(kept == 1)
}

/// Notes that a mail server's report tells of a message, so that what it says can be forgotten with whom that went to.
pub(crate) async fn note_report(tx: &mut Tx, message: MessageId, report: InboundId) -> Result<()> {
    tx.put(
        sql!("INSERT INTO mail_reports (tenant_id, message_id, inbound_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"),
        params![tx.tenant(), message, report],
    )
    .await
}

/// Forgets what a call says; that it came stays.
pub(crate) async fn forget_call(tx: &mut Tx, call: InboundId) -> Result<()> {
    let nothing: &[u8] = &[];
    tx.put(sql!("UPDATE inbound SET body = $3 WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), call, nothing]).await
}

/// Writes the next version of a template.
///
/// # Errors
/// `template_changed` when somebody else has saved that version first.
pub(crate) async fn save_template(tx: &mut Tx, template: &Template) -> Result<()> {
    let saved = tx
        .exec(
            sql!(
                "INSERT INTO templates (tenant_id, type, channel, locale, version, active, subject, body, html, provider_template, updated_by, updated_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING"
            ),
            params![
                tx.tenant(),
                template.kind.as_str(),
                template.channel.as_str(),
                LOCALE,
                template.version,
                template.active,
                &template.subject,
                &template.body,
                &template.html,
                template.provider_template.as_deref(),
                &template.updated_by,
                template.updated_at,
            ],
        )
        .await?;
    if saved == 1 { Ok(()) } else { Err(Error::conflict("template_changed", "Somebody else has changed this template. Load it again.")) }
}

/// How many messages reached a state, by day and channel.
pub(crate) type Counts = BTreeMap<(String, Channel, String), i64>;

/// Adds to the messages that reached a state on a day.
pub(crate) async fn count(tx: &mut Tx, counts: &Counts) -> Result<()> {
    let tenant = tx.tenant();
    let values = counts.iter().flat_map(|((day, channel, state), many)| {
        [tenant.into(), day.as_str().into(), channel.as_str().into(), state.as_str().into(), (*many).into()]
    });
    let add = rows!(
        "INSERT INTO message_counts (tenant_id, day, channel, state, messages) VALUES ",
        5,
        " ON CONFLICT (tenant_id, day, channel, state) DO UPDATE SET messages = message_counts.messages + excluded.messages"
    );
    tx.put_rows(add, &values.collect::<Vec<Value>>()).await
}
