//! Both sides of a conversation: what somebody has written, and what was written to them.

use crate::model::State;
use channels::Provider;
use facts::messages::Channel;
use facts::{ContactId, MessageId, ReceivedId, Time};
use serde::Deserialize;
use store::{Json, Look, Result, many, params, sql};
use web::Cursor;

/// What somebody has written.
#[derive(Debug, Clone, Deserialize)]
pub struct Received {
    /// Its id.
    pub id: ReceivedId,
    /// How it came.
    pub channel: Channel,
    /// Who wrote: a phone in E.164, or as the provider says it where that is none.
    pub address: String,
    /// Who that is, where they are known.
    pub contact_id: Option<ContactId>,
    /// The text; empty where only files were sent.
    pub body: String,
    /// The provider's id or address of each file, and its kind.
    pub files: Json<Vec<(String, String)>>,
    /// When it was written, as the provider says.
    pub written_at: Option<Time>,
    /// When it came here.
    pub received_at: Time,
}

/// One thing that somebody has written.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn received(look: &mut impl Look, id: ReceivedId) -> Result<Option<Received>> {
    look.maybe(
        sql!(
            "SELECT id, channel, address, contact_id, body, files, written_at, received_at FROM received
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// Whether a file reaches whoever is answered at an address: it goes back by the provider by whom they wrote last, and not every one
/// carries files.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn takes_files(look: &mut impl Look, (channel, address): (Channel, &str)) -> Result<bool> {
    Ok(heard_by(look, (channel, address)).await?.is_some_and(|provider| provider.carries_files(channel)))
}

/// By which provider somebody wrote last; nothing where they never did.
pub(crate) async fn heard_by(look: &mut impl Look, (channel, address): (Channel, &str)) -> Result<Option<Provider>> {
    let heard: Option<String> = look
        .maybe(
            sql!(
                "SELECT provider FROM received WHERE tenant_id = $1 AND address = $2 AND channel = $3
                 ORDER BY COALESCE(written_at, received_at) DESC, id DESC LIMIT 1"
            ),
            params![look.tenant(), address, channel.as_str()],
        )
        .await?;
    Ok(heard.and_then(|provider| provider.parse().ok()))
}

/// A message as the other side sees it, and how far it is.
#[derive(Debug, Clone, Deserialize)]
pub struct Said {
    /// Its id.
    pub id: MessageId,
    /// Its template's type.
    pub template: String,
    /// The text.
    pub body: String,
    /// How far it is.
    pub state: State,
    /// Why, where the state asks for a reason.
    pub reason: Option<String>,
    /// When it was made.
    pub created_at: Time,
}

/// What was written to an address on a channel, but for what one source made, newest first from a place on.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn written_to(
    look: &mut impl Look,
    (channel, address): (Channel, &str),
    but_by: &str,
    cursor: Cursor,
    limit: i64,
) -> Result<Vec<Said>> {
    look.all(
        sql!(
            "SELECT id, template, body, state, reason, created_at FROM messages
             WHERE tenant_id = $1 AND address = $2 AND (created_at, id) < ($3, $4) AND channel = $5 AND source <> $6
             ORDER BY created_at DESC, id DESC LIMIT $7"
        ),
        params![look.tenant(), address, cursor.at, cursor.id, channel.as_str(), but_by, limit],
    )
    .await
}

/// How far messages are, in no order.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn said(look: &mut impl Look, ids: &[MessageId]) -> Result<Vec<Said>> {
    look.all_in(
        sql!(concat!("SELECT id, template, body, state, reason, created_at FROM messages WHERE tenant_id = $1 AND id IN (", many!(), ")")),
        ids,
        &[],
    )
    .await
}
