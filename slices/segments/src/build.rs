//! Building a segment: everybody is held against its filter, page by page. Who was in it by an older filter stays until their page
//! comes. What changes meanwhile is caught by the reaction, which looks at segments that are being built as well; both hold the
//! tenant's book, so the newer look is the one that stays.

use crate::filter::{Day, Needs, holds};
use crate::model::{Segment, State};
use crate::{book, load, queries, rows};
use facts::segments::SegmentBuilt;
use facts::{ContactId, Id, SegmentId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::{Look, Result, Timer, Tx, params, sql};
use uuid::Uuid;

/// People of a page.
const PAGE: i64 = 2_000;

/// Begins to build a segment whose book is held.
pub(crate) async fn begin(tx: &mut Tx, segment: Segment) -> Result<Segment> {
    let of_contacts = contacts::count(tx).await?;
    let segment = Segment {
        state: State::Building,
        version: segment.version + 1,
        after_id: None,
        looked_at: 0,
        of_contacts,
        built_at: None,
        ..segment
    };
    rows::update(tx, &segment).await?;
    tx.at(tx.now(), BuildSegment { segment_id: segment.id, version: segment.version }).await?;
    Ok(segment)
}

/// Looks at a page of people, and sets itself for the next. Killed anywhere, it goes on with the page that was not committed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BuildSegment {
    pub segment_id: SegmentId,
    pub version: i64,
}

impl Timer for BuildSegment {
    const NAME: &'static str = "build_segment";

    fn key(&self) -> String {
        self.segment_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        book::hold(tx).await?;
        let found = queries::segment(tx, self.segment_id).await?;
        let Some(segment) = found.filter(|segment| !segment.is_ready() && segment.version == self.version) else { return Ok(()) };
        let today = book::today(tx, tx.now()).await?;
        let segment = page(tx, segment, &today).await?;
        rows::update(tx, &segment).await?;
        if !segment.is_ready() {
            return tx.at(tx.now(), Self { segment_id: segment.id, version: segment.version }).await;
        }
        let contacts = count(tx, segment.id).await?;
        tx.state(SegmentBuilt { segment_id: segment.id, name: segment.name, contacts }).await.map(drop)
    }
}

/// Holds the next page of people against a segment's filter.
async fn page(tx: &mut Tx, segment: Segment, today: &Day) -> Result<Segment> {
    let needs: Needs = segment.needs();
    let known = contacts::after(tx, segment.after_id, PAGE).await?;
    let looked = i64::try_from(known.len()).unwrap_or(0);
    let is_last = looked < PAGE;
    let after = segment.after_id.unwrap_or_else(|| ContactId::from_uuid(Uuid::nil()));
    // Behind the last there may still be somebody of an older filter.
    let last = known.last().filter(|_| !is_last).map_or_else(|| ContactId::from_uuid(Uuid::max()), |contact| contact.id);
    let are = rows::between(tx, segment.id, after, last).await?;
    let people = load::people(tx, known, &needs).await?;
    let fit: BTreeSet<ContactId> =
        people.iter().filter(|person| holds(&segment.filter, person, today)).map(|person| person.contact.id).collect();
    let entered: Vec<ContactId> = fit.difference(&are).copied().collect();
    let left: Vec<ContactId> = are.difference(&fit).copied().collect();
    rows::put(tx, segment.id, &entered, &left).await?;
    let looked_at = segment.looked_at + looked;
    Ok(match is_last {
        true => Segment { state: State::Ready, after_id: None, looked_at, built_at: Some(tx.now()), ..segment },
        false => Segment { after_id: Some(last), looked_at, ..segment },
    })
}

/// How many a segment says are in it.
async fn count(tx: &mut Tx, id: SegmentId) -> Result<i64> {
    tx.one(sql!("SELECT contacts FROM segments WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id]).await
}
