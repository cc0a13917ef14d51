//! Looking at events.

use crate::model::{Event, Known};
use facts::{ContactId, EventId, Time};
use serde_json::{Map, Value};
use std::collections::HashMap;
use store::{Json, Look, Result, many, params, sql};
use web::Cursor;

/// The most names that are offered anywhere: a program that numbers its names does not fill a page with them.
const NAMES: i64 = 200;

/// Which events of the list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub name: Option<String>,
    pub contact: Option<ContactId>,
}

/// A statement that gives events after a place in the list, newest first: what narrows them besides.
macro_rules! events {
    ($narrow:literal) => {
        sql!(concat!(
            "SELECT id, name, contact_id, data, at FROM events WHERE tenant_id = $1 AND (at, id) < ($2, $3) ",
            $narrow,
            " ORDER BY at DESC, id DESC LIMIT $4"
        ))
    };
}

/// Events after a place in the list, newest first.
pub(crate) async fn page(look: &mut impl Look, filter: &Filter, cursor: Cursor, limit: i64) -> Result<Vec<Event>> {
    let place = params![look.tenant(), cursor.at, cursor.id, limit];
    match (&filter.name, filter.contact) {
        (None, None) => look.all(events!(""), place).await,
        (Some(name), None) => look.all(events!("AND name = $5"), &[place.as_slice(), params![name]].concat()).await,
        (None, Some(contact)) => look.all(events!("AND contact_id = $5"), &[place.as_slice(), params![contact]].concat()).await,
        (Some(name), Some(contact)) => {
            look.all(events!("AND contact_id = $5 AND name = $6"), &[place.as_slice(), params![contact, name]].concat()).await
        }
    }
}

/// Where a page that ends with this event goes on.
pub(crate) fn place(event: &Event) -> Cursor {
    Cursor { at: event.at, id: facts::Id::uuid(event.id) }
}

/// The names of what has happened last, in the order of names: 200 at the most.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn known(look: &mut impl Look) -> Result<Vec<Known>> {
    let mut known: Vec<Known> = look
        .all(
            sql!("SELECT name, count, first_at, last_at FROM event_names WHERE tenant_id = $1 ORDER BY last_at DESC, name DESC LIMIT $2"),
            params![look.tenant(), NAMES],
        )
        .await?;
    known.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(known)
}

/// Who did what has this name since then, newest first, as often as they did.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn latest(look: &mut impl Look, name: &str, since: Time, limit: i64) -> Result<Vec<ContactId>> {
    look.all(
        sql!("SELECT contact_id FROM events WHERE tenant_id = $1 AND name = $2 AND at >= $3 ORDER BY at DESC, id DESC LIMIT $4"),
        params![look.tenant(), name, since, limit],
    )
    .await
}

/// What was said of these events; nothing of one whose person was erased.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn data_of(look: &mut impl Look, events: &[EventId]) -> Result<HashMap<EventId, Map<String, Value>>> {
    let found: Vec<(EventId, Json<Map<String, Value>>)> =
        look.all_in(sql!(concat!("SELECT id, data FROM events WHERE tenant_id = $1 AND id IN (", many!(), ")")), events, &[]).await?;
    Ok(found.into_iter().map(|(id, data)| (id, data.0)).collect())
}
