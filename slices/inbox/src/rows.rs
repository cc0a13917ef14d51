//! Writing conversations: commands, timers and reactions alone come here.

use crate::model::{Canned, Conversation, Entry, Kind, State, beginning};
use crate::queries::conversations;
use facts::{CannedReplyId, ContactId, ConversationEntryId, ConversationId, Currency, MessageId};
use messages::Received;
use serde_json::{Value, json};
use store::{Json, Look, Result, Tx, many, params, portions, sql};

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

/// Notes that somebody has seen what the customer wrote.
pub(crate) async fn seen(tx: &mut Tx, id: ConversationId) -> Result<()> {
    tx.put(
        sql!("UPDATE conversations SET unread = 0, beat = beat + 1, changed_at = $3 WHERE tenant_id = $1 AND id = $2 AND unread > 0"),
        params![tx.tenant(), id, tx.now()],
    )
    .await
}

/// Calls a contact's conversations by the name that they have now.
pub(crate) async fn rename(tx: &mut Tx, contact: ContactId, name: &str) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE conversations SET customer = $3, beat = beat + 1, changed_at = $4
             WHERE tenant_id = $1 AND contact_id = $2 AND customer <> $3"
        ),
        params![tx.tenant(), contact, name, tx.now()],
    )
    .await
}

/// Which of these people have a conversation.
pub(crate) async fn talkers(tx: &mut Tx, people: &[ContactId]) -> Result<Vec<ContactId>> {
    let mut found = Vec::new();
    for values in portions(tx.tenant(), people, &[]) {
        let some: Vec<ContactId> = tx
            .all(
                sql!(concat!("SELECT DISTINCT contact_id FROM conversations WHERE tenant_id = $1 AND contact_id IN (", many!(), ")")),
                &values,
            )
            .await?;
        found.extend(some);
    }
    Ok(found)
}

/// Takes the number from a conversation: who writes from it now begins another.
pub(crate) async fn release(tx: &mut Tx, id: ConversationId) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE conversations SET address = '', state = 'resolved', snoozed_until = NULL, version = version + 1, beat = beat + 1,
                changed_at = $3
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![tx.tenant(), id, tx.now()],
    )
    .await
}

/// Empties what was said with somebody who was erased, and where to.
pub(crate) async fn forget(tx: &mut Tx, contact: ContactId) -> Result<()> {
    let nothing: Value = json!([]);
    tx.put(
        sql!(
            "UPDATE conversation_entries SET body = '', files = $3 WHERE tenant_id = $1 AND kind <> 'event' AND conversation_id IN
                (SELECT id FROM conversations WHERE tenant_id = $1 AND contact_id = $2)"
        ),
        params![tx.tenant(), contact, nothing],
    )
    .await?;
    tx.put(
        sql!(
            "UPDATE conversations SET address = '', customer = 'Erased', last_text = '', labels = '', unread = 0, state = 'resolved',
                snoozed_until = NULL, version = version + 1, beat = beat + 1, changed_at = $3
             WHERE tenant_id = $1 AND contact_id = $2"
        ),
        params![tx.tenant(), contact, tx.now()],
    )
    .await
}

/// Keeps a reply ready; `false` where another is found by the same.
pub(crate) async fn insert_canned(tx: &mut Tx, canned: &Canned) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO canned_replies (tenant_id, id, shortcut, body, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)
                 ON CONFLICT (tenant_id, shortcut) DO NOTHING"
            ),
            params![tx.tenant(), canned.id, &canned.shortcut, &canned.body, canned.updated_at],
        )
        .await?;
    Ok(inserted == 1)
}

/// Changes one; `false` where another is found by the same.
pub(crate) async fn set_canned(tx: &mut Tx, canned: &Canned) -> Result<bool> {
    let changed = tx
        .exec(
            sql!(
                "UPDATE canned_replies SET shortcut = $3, body = $4, updated_at = $5 WHERE tenant_id = $1 AND id = $2
                    AND NOT EXISTS (SELECT 1 FROM canned_replies other WHERE other.tenant_id = $1 AND other.shortcut = $3 AND other.id <> $2)"
            ),
            params![tx.tenant(), canned.id, &canned.shortcut, &canned.body, canned.updated_at],
        )
        .await?;
    Ok(changed == 1)
}

/// A reply that is kept ready, held until the commit.
pub(crate) async fn lock_canned(tx: &mut Tx, id: CannedReplyId) -> Result<Option<Canned>> {
    tx.maybe(
        sql!("SELECT id, shortcut, body, updated_at FROM canned_replies WHERE tenant_id = $1 AND id = $2 FOR UPDATE"),
        params![tx.tenant(), id],
    )
    .await
}

/// Deletes it.
pub(crate) async fn delete_canned(tx: &mut Tx, id: CannedReplyId) -> Result<()> {
    tx.put(sql!("DELETE FROM canned_replies WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id]).await
}
