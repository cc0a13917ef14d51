//! What messages do when a person was erased: nothing more is written to them, and what was written is forgotten. That something was
//! sent, when, and what became of it stays.

use facts::messages::{Channel, MessageMoved};
use facts::{ContactId, MessageId};
use serde::Deserialize;
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

/// Stops what is on its way to an erased person, and empties what was written to them.
pub(crate) async fn forget(tx: &mut Tx, contact: ContactId) -> Result<()> {
    let stopped: Vec<Stopped> = tx
        .all(
            sql!(
                "UPDATE messages SET state = 'suppressed', reason = $3, updated_at = $4
                 WHERE tenant_id = $1 AND contact_id = $2 AND state IN ('scheduled', 'queued', 'failed', 'unknown', 'dead')
                 RETURNING id, about, channel, template"
            ),
            params![tx.tenant(), contact, REASON, tx.now()],
        )
        .await?;
    tx.put(
        sql!(
            "UPDATE messages SET address = '', variables = $3, subject = '', body = '', html = '' WHERE tenant_id = $1 AND contact_id = $2"
        ),
        params![tx.tenant(), contact, serde_json::json!({})],
    )
    .await?;
    let moved = |Stopped { id, about, channel, template }| MessageMoved {
        message_id: id,
        contact_id: Some(contact),
        about,
        channel,
        template,
        state: "suppressed".to_owned(),
        reason: Some(REASON.to_owned()),
    };
    tx.state_all(stopped.into_iter().map(moved)).await?;
    Ok(())
}
