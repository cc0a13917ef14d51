//! Writing conversations: commands, timers and reactions alone come here.

mod canned;
mod talkers;

pub(crate) use canned::{delete_canned, insert_canned, lock_canned, set_canned};
pub(crate) use talkers::{forget, release, rename, talkers};

use crate::model::{Conversation, Entry, Kind, State, beginning};
use crate::queries::conversations;
use facts::{ConversationEntryId, ConversationId, Currency, MessageId};
use messages::Received;
use store::{Json, Look, Result, Tx, params, sql};

/// A conversation, held until the commit.
pub(crate) async fn lock(tx: &mut Tx, id: ConversationId) -> Result<Option<Conversation>> {
    tx.maybe(conversations!("WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id]).await
}

/// The conversation with whoever has written, held until the commit: begun where there was none, with nothing in it yet.
pub(crate) async fn meet(tx: &mut Tx, received: &Received, customer: &str) -> Result<Conversation> {
    let (id, now) = (tx.id::<ConversationId>(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO conversations (tenant_id, id, channel, address, contact_id, customer, state, labels, unread, last_text, last_at,
                version, beat, changed_at, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, '', 0, '', $8, 0, 0, $9, $9)
             ON CONFLICT (tenant_id, channel, address) WHERE address <> '' DO NOTHING"
        ),
        params![
            tx.tenant(),
            id,
            received.channel.as_str(),
            &received.address,
            received.contact_id,
            customer,
            State::Open.as_str(),
            received.received_at,
            now
        ],
    )
    .await?;
    tx.one(
        conversations!("WHERE tenant_id = $1 AND channel = $2 AND address = $3 AND address <> '' FOR UPDATE"),
        params![tx.tenant(), received.channel.as_str(), &received.address],
    )
    .await
}

/// Writes how a conversation that this transaction holds stands now.
pub(crate) async fn put(tx: &mut Tx, it: &Conversation) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE conversations SET contact_id = $3, customer = $4, state = $5, snoozed_until = $6, assignee = $7, labels = $8,
                lead_stage = $9, lead_minor = $10, lead_currency = $11, unread = $12, last_text = $13, last_at = $14, last_in_at = $15,
                version = $16, beat = beat + 1, changed_at = $17
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![
            tx.tenant(),
            it.id,
            it.contact_id,
            &it.customer,
            it.state.as_str(),
            it.snoozed_until,
            it.assignee,
            &it.labels,
            it.lead_stage.map(|stage| stage.as_str()),
            it.lead_minor,
            it.lead_currency.map(Currency::code),
            it.unread,
            &it.last_text,
            it.last_at,
            it.last_in_at,
            it.version,
            tx.now()
        ],
    )
    .await
}

/// Writes an entry; tells whether it was not there yet.
pub(crate) async fn insert_entry(tx: &mut Tx, of: ConversationId, entry: &Entry) -> Result<bool> {
    let written = tx
        .exec(
            sql!(
                "INSERT INTO conversation_entries (tenant_id, id, conversation_id, kind, body, files, message_id, actor, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (tenant_id, id) DO NOTHING"
            ),
            params![
                tx.tenant(),
                entry.id,
                of,
                entry.kind.as_str(),
                &entry.body,
                serde_json::to_value(&entry.files.0)?,
                entry.message_id,
                &entry.actor,
                entry.at
            ],
        )
        .await?;
    Ok(written == 1)
}

/// Writes what an agent, or the house itself, says or does now.
pub(crate) async fn say(
    tx: &mut Tx,
    it: &mut Conversation,
    kind: Kind,
    body: String,
    message: Option<MessageId>,
) -> Result<ConversationEntryId> {
    let entry = Entry {
        id: tx.id::<ConversationEntryId>(),
        kind,
        body,
        files: Json(Vec::new()),
        message_id: message,
        actor: tx.who().actor.to_string(),
        at: tx.now(),
        delivery: None,
        reason: None,
        attachments: Vec::new(),
    };
    if kind == Kind::Out {
        (it.last_text, it.last_at) = (beginning(&entry.body), entry.at.max(it.last_at));
    }
    insert_entry(tx, it.id, &entry).await?;
    Ok(entry.id)
}

/// Lets open pages know that a reply is further on its way.
pub(crate) async fn beat_for(tx: &mut Tx, message: MessageId) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE conversations SET beat = beat + 1, changed_at = $3 WHERE tenant_id = $1 AND id =
                (SELECT conversation_id FROM conversation_entries WHERE tenant_id = $1 AND message_id = $2 AND message_id IS NOT NULL)"
        ),
        params![tx.tenant(), message, tx.now()],
    )
    .await
}

/// Lets open pages know that what came with something is here, or could not be had.
pub(crate) async fn beat_in(tx: &mut Tx, entry: ConversationEntryId) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE conversations SET beat = beat + 1, changed_at = $3 WHERE tenant_id = $1 AND id =
                (SELECT conversation_id FROM conversation_entries WHERE tenant_id = $1 AND id = $2)"
        ),
        params![tx.tenant(), entry, tx.now()],
    )
    .await
}

/// Notes that somebody has seen what the customer wrote.
pub(crate) async fn seen(tx: &mut Tx, id: ConversationId) -> Result<()> {
    tx.put(
        sql!("UPDATE conversations SET unread = 0, beat = beat + 1, changed_at = $3 WHERE tenant_id = $1 AND id = $2 AND unread > 0"),
        params![tx.tenant(), id, tx.now()],
    )
    .await
}
