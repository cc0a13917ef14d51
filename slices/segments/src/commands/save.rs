//! A segment is made, or said otherwise.

use crate::days::PassDay;
use crate::filter::{self, Filter};
use crate::model::{MOST, Segment, State, folded, name};
use crate::{book, build, queries, rows};
use facts::segments::SegmentSaved;
use facts::{Change, SegmentId};
use serde_json::Value;
use store::{Command, Error, Result, Tx};

/// Makes a segment, or changes one.
#[derive(Debug, Clone, Default)]
pub(crate) struct SaveSegment {
    /// Which; a new one where it is none.
    pub id: Option<SegmentId>,
    /// It stays where nothing is said.
    pub name: Option<String>,
    /// In JSON. It stays where nothing is said.
    pub filter: Option<Value>,
}

impl Command for SaveSegment {
    const NAME: &'static str = "save_segment";
    type Out = Segment;

    async fn run(&self, tx: &mut Tx) -> Result<Segment> {
        let said = self.filter.as_ref().map(|filter| filter::read("filter", filter)).transpose()?;
        let named = self.name.as_deref().map(name).transpose()?;
        let today = book::today(tx, tx.now()).await?;
        if book::open(tx, &today).await? {
            PassDay::begin(tx, &today).await?;
        }
        match self.id {
            Some(id) => change(tx, id, named, said).await,
            None => {
                let named = named.ok_or_else(|| Error::field("name", "what it is to be called"))?;
                let said = said.ok_or_else(|| Error::field("filter", "who is meant"))?;
                make(tx, named, said).await
            }
        }
    }
}

async fn make(tx: &mut Tx, name: String, filter: Filter) -> Result<Segment> {
    lists_are_there(tx, &filter).await?;
    if i64::try_from(rows::all(tx).await?.len()).unwrap_or(MOST) >= MOST {
        return Err(Error::conflict("too_many_segments", format!("There are {MOST} segments, which is the most. Delete one first.")));
    }
    let segment = Segment {
        id: tx.id(),
        name,
        filter,
        state: State::Building,
        contacts: 0,
        version: 0,
        after_id: None,
        looked_at: 0,
        of_contacts: 0,
        created_at: tx.now(),
        built_at: None,
    };
    take_name(rows::insert(tx, &segment).await?)?;
    let segment = build::begin(tx, segment).await?;
    state(tx, None, &segment).await?;
    Ok(segment)
}

async fn change(tx: &mut Tx, id: SegmentId, name: Option<String>, filter: Option<Filter>) -> Result<Segment> {
    let before = queries::segment(tx, id).await?.ok_or_else(|| Error::not_found("segment"))?;
    let name = name.unwrap_or_else(|| before.name.clone());
    let filter = filter.unwrap_or_else(|| before.filter.clone());
    let mut after = Segment { name, filter, ..before.clone() };
    if after == before {
        return Ok(after);
    }
    if folded(&after.name) != folded(&before.name) {
        // A row that comes and goes keeps its new name from others until the commit.
        let placeholder = Segment { id: tx.id(), ..after.clone() };
        take_name(rows::insert(tx, &placeholder).await?)?;
        rows::delete(tx, placeholder.id).await?;
    }
    if after.filter == before.filter {
        rows::update(tx, &after).await?;
    } else {
        lists_are_there(tx, &after.filter).await?;
        after = build::begin(tx, after).await?;
    }
    state(tx, Some(&before), &after).await?;
    Ok(after)
}

fn take_name(is_free: bool) -> Result<()> {
    let says = "Another segment is called so. Choose another name.";
    if is_free { Ok(()) } else { Err(Error::conflict("segment_exists", says).with_field("name", says)) }
}

async fn lists_are_there(tx: &mut Tx, filter: &Filter) -> Result<()> {
    let wanted: Vec<_> = filter::Needs::of(filter).lists.into_iter().collect();
    let known = contacts::lists_named(tx, &wanted).await?;
    match wanted.iter().find(|list| !known.contains_key(list)) {
        Some(list) => Err(Error::field("filter", format!("There is no list {list}."))),
        None => Ok(()),
    }
}

async fn state(tx: &mut Tx, before: Option<&Segment>, after: &Segment) -> Result<()> {
    let changes = Change::between(&before.map_or(Value::Null, Segment::told), &after.told());
    tx.state(SegmentSaved { segment_id: after.id, name: after.name.clone(), live: true, changes }).await.map(drop)
}
