//! What writes this slice's tables.

use crate::filter;
use crate::model::{Segment, folded};
use crate::queries::whole;
use contacts::Merged;
use facts::{ContactId, SegmentId};
use std::collections::{BTreeSet, HashSet};
use store::{Look, Result, Tx, many, params, rows, sql};

/// Puts a new segment there, unless its name is another's. Tells whether it was.
pub(crate) async fn insert(tx: &mut Tx, segment: &Segment) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO segments (tenant_id, id, name, folded, filter, state, contacts, version, after_id, looked_at, of_contacts,
                    created_at, built_at)
                 VALUES ($1, $2, $3, $4, $5, $6, 0, $7, NULL, 0, $8, $9, NULL) ON CONFLICT DO NOTHING"
            ),
            params![
                tx.tenant(),
                segment.id,
                &segment.name,
                folded(&segment.name),
                filter::write(&segment.filter),
                segment.state.as_str(),
                segment.version,
                segment.of_contacts,
                segment.created_at
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Writes a held segment anew, but for how many are in it.
pub(crate) async fn update(tx: &mut Tx, segment: &Segment) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE segments SET name = $3, folded = $4, filter = $5, state = $6, version = $7, after_id = $8, looked_at = $9,
                of_contacts = $10, built_at = $11
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![
            tx.tenant(),
            segment.id,
            &segment.name,
            folded(&segment.name),
            filter::write(&segment.filter),
            segment.state.as_str(),
            segment.version,
            segment.after_id,
            segment.looked_at,
            segment.of_contacts,
            segment.built_at
        ],
    )
    .await
}

/// Takes a segment away, with who is in it.
pub(crate) async fn delete(tx: &mut Tx, id: SegmentId) -> Result<()> {
    tx.put(sql!("DELETE FROM segment_members WHERE tenant_id = $1 AND segment_id = $2"), params![tx.tenant(), id]).await?;
    tx.put(sql!("DELETE FROM segments WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id]).await
}

/// Every segment of the tenant, for whoever holds its book.
pub(crate) async fn all(tx: &mut Tx) -> Result<Vec<Segment>> {
    tx.all(whole!("WHERE tenant_id = $1 ORDER BY id"), params![tx.tenant()]).await
}

/// In which segments these people are.
pub(crate) async fn memberships(look: &mut impl Look, people: &[ContactId]) -> Result<HashSet<(SegmentId, ContactId)>> {
    let found: Vec<(SegmentId, ContactId)> = look
        .all_in(
            sql!(concat!("SELECT segment_id, contact_id FROM segment_members WHERE tenant_id = $1 AND contact_id IN (", many!(), ")")),
            people,
            &[],
        )
        .await?;
    Ok(found.into_iter().collect())
}

/// Who of a segment stands after one and up to another, by their ids; to the last where there is no other.
pub(crate) async fn between(look: &mut impl Look, id: SegmentId, after: ContactId, upto: ContactId) -> Result<BTreeSet<ContactId>> {
    let found: Vec<ContactId> = look
        .all(
            sql!(
                "SELECT contact_id FROM segment_members WHERE tenant_id = $1 AND segment_id = $2 AND contact_id > $3 AND contact_id <= $4"
            ),
            params![look.tenant(), id, after, upto],
        )
        .await?;
    Ok(found.into_iter().collect())
}

/// Puts people into a segment who are not in it, takes others out who are, and moves its count. For whoever holds the book.
pub(crate) async fn put(tx: &mut Tx, id: SegmentId, entered: &[ContactId], left: &[ContactId]) -> Result<()> {
    let members = rows!("INSERT INTO segment_members (tenant_id, segment_id, contact_id, since) VALUES ", 4, "");
    let mut values = Vec::new();
    for person in entered {
        values.extend_from_slice(params![tx.tenant(), id, *person, tx.now()]);
    }
    tx.put_rows(members, &values).await?;
    let goes = sql!(concat!("DELETE FROM segment_members WHERE tenant_id = $1 AND contact_id IN (", many!(), ") AND segment_id = $34"));
    tx.put_in(goes, left, params![id]).await?;
    let count = |people: &[ContactId]| i64::try_from(people.len()).unwrap_or(0);
    let by = count(entered) - count(left);
    tx.put(sql!("UPDATE segments SET contacts = contacts + $3 WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id, by]).await
}

/// Forgets what somebody did. They are in no segment by then.
pub(crate) async fn forget(tx: &mut Tx, person: ContactId) -> Result<()> {
    tx.put(sql!("DELETE FROM fact_days WHERE tenant_id = $1 AND contact_id = $2"), params![tx.tenant(), person]).await
}

/// Counts for whoever stays what was done under an id that nobody has any more.
pub(crate) async fn bring_over(tx: &mut Tx, who: &Merged) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO fact_days (tenant_id, contact_id, kind, day, count)
             SELECT tenant_id, $2, kind, day, count FROM fact_days WHERE tenant_id = $1 AND contact_id = $3
             ON CONFLICT (tenant_id, contact_id, kind, day) DO UPDATE SET count = fact_days.count + excluded.count"
        ),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await?;
    forget(tx, who.merged).await
}
