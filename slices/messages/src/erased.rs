//! What messages do when a person was erased: nothing more is written to them, and what was written, by either side, is forgotten. That
//! something was sent or came in, when, and what became of it stays.

use crate::attachments;
use contacts::Erased;
use facts::messages::{Channel, MessageMoved};
use facts::{ContactId, MessageId};
use serde::Deserialize;
use serde_json::json;
use store::{Look, Result, Tx, params, sql};
use uuid::Uuid;

#[derive(Deserialize)]
struct Stopped {
    id: MessageId,
    about: Option<Uuid>,
    channel: Channel,
    template: String,
}

/// Why a message to somebody who was erased is not sent.
const REASON: &str = "contact_erased";

/// Stops what is on its way to an erased person, and empties what was written to them and by them, and what
/// mail servers reported of it.
pub(crate) async fn forget(tx: &mut Tx, who: &Erased) -> Result<()> {
    recognise(tx, who).await?;
    let contact = who.contact_id;
    attachments::forget(tx, contact).await?;
    let stopped = stop(tx, contact).await?;
    tx.put(
        sql!(
            "UPDATE messages SET address = '', variables = $3, subject = '', body = '', html = '' WHERE tenant_id = $1 AND contact_id = $2"
        ),
        params![tx.tenant(), contact, json!({})],
    )
    .await?;
    let said = sql!(
        "UPDATE inbound SET body = $3
         WHERE tenant_id = $1 AND id IN (SELECT inbound_id FROM received WHERE tenant_id = $1 AND contact_id = $2 AND inbound_id IS NOT NULL)"
    );
    tx.put(said, params![tx.tenant(), contact, &[] as &[u8]]).await?;
    let reported = sql!(
        "UPDATE inbound SET body = $3
         WHERE tenant_id = $1 AND id IN (SELECT inbound_id FROM mail_reports
           WHERE tenant_id = $1 AND message_id IN (SELECT id FROM messages WHERE tenant_id = $1 AND contact_id = $2))"
    );
    tx.put(reported, params![tx.tenant(), contact, &[] as &[u8]]).await?;
    tx.put(
        sql!("UPDATE received SET address = '', body = '', files = $3 WHERE tenant_id = $1 AND contact_id = $2"),
        params![tx.tenant(), contact, json!([])],
    )
    .await?;
    tx.put(sql!("DELETE FROM capped_people WHERE tenant_id = $1 AND contact_id = $2"), params![tx.tenant(), contact]).await?;
    let moved = |Stopped { id, about, channel, template }| MessageMoved {
        message_id: id,
        contact_id: Some(contact),
        about,
        channel,
        template,
        state: "suppressed".to_owned(),
        reason: Some(REASON.to_owned()),
        instead_of: None,
    };
    tx.state_all(stopped.into_iter().map(moved)).await?;
    Ok(())
}

/// Takes for theirs what went to their addresses, or came from them, without anybody saying whose these are: one-time codes, for one.
async fn recognise(tx: &mut Tx, who: &Erased) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE messages SET contact_id = $2
             WHERE tenant_id = $1 AND address IN ($3, $4) AND created_at <= $5 AND contact_id IS NULL"
        ),
        params![tx.tenant(), who.contact_id, who.phone.as_deref(), who.email.as_deref(), who.at],
    )
    .await?;
    tx.put(
        sql!(
            "UPDATE received SET contact_id = $2
             WHERE tenant_id = $1 AND address IN ($3, $4) AND received_at <= $5 AND contact_id IS NULL"
        ),
        params![tx.tenant(), who.contact_id, who.phone.as_deref(), who.email.as_deref(), who.at],
    )
    .await
}

async fn stop(tx: &mut Tx, contact: ContactId) -> Result<Vec<Stopped>> {
    tx.all(
        sql!(
            "UPDATE messages SET state = 'suppressed', reason = $3, updated_at = $4
             WHERE tenant_id = $1 AND contact_id = $2 AND state IN ('scheduled', 'queued', 'failed', 'unknown', 'dead')
             RETURNING id, about, channel, template"
        ),
        params![tx.tenant(), contact, REASON, tx.now()],
    )
    .await
}
