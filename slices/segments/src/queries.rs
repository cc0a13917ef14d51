//! Looking at segments.

use crate::model::Segment;
use facts::{ContactId, Id, SegmentId};
use store::{Look, Result, params, sql};
use uuid::Uuid;
use web::Cursor;

/// A statement that gives whole [`Segment`]s.
macro_rules! whole {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, name, filter, state, contacts, version, after_id, looked_at, of_contacts, created_at, built_at FROM segments ",
            $rest
        ))
    };
}
pub(crate) use whole;

/// The segment with this id; `None` when the tenant has none.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn segment(look: &mut impl Look, id: SegmentId) -> Result<Option<Segment>> {
    look.maybe(whole!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}

/// The tenant's segments by name: all of them, since there are few.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn segments(look: &mut impl Look) -> Result<Vec<Segment>> {
    look.all(whole!("WHERE tenant_id = $1 ORDER BY folded"), params![look.tenant()]).await
}

/// A page of segments, newest first.
pub(crate) async fn page(look: &mut impl Look, cursor: Cursor, limit: i64) -> Result<Vec<Segment>> {
    look.all(whole!("WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"), params![look.tenant(), cursor.id, limit]).await
}

/// Where a segment stands among the others.
pub(crate) fn place(segment: &Segment) -> Cursor {
    Cursor { at: segment.created_at, id: segment.id.uuid() }
}

/// Who is in a segment, in the order of their ids, after this one; from the first where it is none.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn members_of(look: &mut impl Look, id: SegmentId, after: Option<ContactId>, limit: i64) -> Result<Vec<ContactId>> {
    let after = after.unwrap_or_else(|| ContactId::from_uuid(Uuid::nil()));
    look.all(
        sql!(
            "SELECT contact_id FROM segment_members WHERE tenant_id = $1 AND segment_id = $2 AND contact_id > $3
             ORDER BY contact_id LIMIT $4"
        ),
        params![look.tenant(), id, after, limit],
    )
    .await
}

/// A page of who is in a segment, newest contact first. Whoever was erased a moment ago, and is in it still, is stepped over.
pub(crate) async fn people(look: &mut impl Look, id: SegmentId, cursor: Cursor, limit: i64) -> Result<Vec<contacts::Contact>> {
    let (mut found, mut before) = (Vec::new(), cursor.id);
    let wanted = usize::try_from(limit).unwrap_or(0);
    loop {
        let left = wanted - found.len();
        let ids: Vec<ContactId> = look
            .all(
                sql!(
                    "SELECT contact_id FROM segment_members WHERE tenant_id = $1 AND segment_id = $2 AND contact_id < $3
                     ORDER BY contact_id DESC LIMIT $4"
                ),
                params![look.tenant(), id, before, i64::try_from(left).unwrap_or(limit)],
            )
            .await?;
        let mut some = contacts::those(look, &ids).await?;
        some.sort_by_key(|contact| std::cmp::Reverse(contact.id));
        found.extend(some);
        match ids.last() {
            Some(last) if ids.len() == left && found.len() < wanted => before = last.uuid(),
            _ => return Ok(found),
        }
    }
}
