//! Webhooks, as they came in.

use facts::{InboundId, Time};
use serde::Deserialize;
use store::{Look, Result, params, sql};
use web::Cursor;

facts::words! {
    /// What became of a webhook.
    pub enum EventState {
        /// It is still to be worked on.
        Waiting = "waiting",
        /// It was worked on.
        Processed = "processed",
        /// It was given up, and waits for a person.
        Buried = "buried",
    }
}

/// A webhook in a list.
#[derive(Debug, Deserialize)]
pub struct EventRow {
    /// Its id.
    pub id: InboundId,
    /// Who called.
    pub provider: String,
    /// When it came.
    pub received_at: Time,
    /// What became of it.
    pub state: EventState,
    /// What came of it, or why not.
    pub note: Option<String>,
}

/// Webhooks after a place in the list, newest first.
///
/// # Errors
/// Whatever the database refuses.
pub async fn events(look: &mut impl Look, state: Option<EventState>, after: Cursor, limit: i64) -> Result<Vec<EventRow>> {
    look.all(
        sql!(
            "SELECT id, provider, received_at, state, note FROM
               (SELECT i.id, i.provider, i.received_at, COALESCE(i.note, e.note) AS note,
                       CASE WHEN i.processed_at IS NOT NULL THEN 'processed' WHEN e.state = 'buried' THEN 'buried' ELSE 'waiting' END AS state
                FROM inbound i LEFT JOIN errands e ON e.tenant_id = i.tenant_id AND e.id = i.id WHERE i.tenant_id = $1) s
             WHERE (received_at, id) < ($2, $3) AND (state = $4 OR $4 IS NULL)
             ORDER BY received_at DESC, id DESC LIMIT $5"
        ),
        params![look.tenant(), after.at, after.id, state.map(EventState::as_str), limit],
    )
    .await
}
