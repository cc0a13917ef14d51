//! Devices send in what they changed while they were away.

use crate::change::{Change, Collection, Outcome};
use crate::model::Record;
use crate::rules::{Decision, REMEMBERED, State, decide};
use crate::{people, queries, rows};
use facts::ConflictId;
use facts::mobile::{ConflictKept, RecordChanged};
use store::{Command, Error, Kind, Result, Tx};
use uuid::Uuid;

/// Takes changes in, each for itself and each once.
pub(crate) struct PushChanges {
    pub changes: Vec<Change>,
}

impl Command for PushChanges {
    const NAME: &'static str = "push_changes";
    /// What became of each, in order.
    type Out = Vec<Outcome>;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<Outcome>> {
        let mut outcomes = Vec::with_capacity(self.changes.len());
        for change in &self.changes {
            outcomes.push(once(tx, change).await?);
        }
        rows::forget_changes(tx, tx.now().before(REMEMBERED)).await?;
        Ok(outcomes)
    }
}

/// Takes a change in, or finds what became of it when it was sent before.
async fn once(tx: &mut Tx, change: &Change) -> Result<Outcome> {
    match rows::claim_change(tx, change).await? {
        None => {}
        Some((hash, _)) if hash != change.hash => {
            let other = Error::field("change_id", "another change was sent under this id before");
            return Ok(Outcome::invalid(Some(&change.change_id), &other));
        }
        Some((_, answer)) => {
            let answer = answer.ok_or_else(|| Error::internal("a change was taken in and has no answer"))?;
            return Ok(serde_json::from_value(answer.0)?);
        }
    }
    let outcome = take(tx, change).await?;
    rows::keep_answer(tx, &change.change_id, serde_json::to_value(&outcome)?).await?;
    Ok(outcome)
}

async fn take(tx: &mut Tx, change: &Change) -> Result<Outcome> {
    let name = change.change_id.as_str();
    let now = lock(tx, change.collection, change.id).await?;
    let state = now.as_ref().map(|record| State { body: record.body.clone() });
    match decide(now.as_ref().map(|record| record.version).zip(state.as_ref()), change.base_version, &change.wanted) {
        Decision::AsIs => Ok(Outcome::applied(name, now)),
        Decision::Conflict => conflict(tx, change, now).await,
        Decision::Write(version) => match write(tx, change.collection, change.id, version, &change.wanted).await {
            Ok(Some(id)) => Ok(Outcome::applied(name, queries::record(tx, change.collection, id).await?)),
            // Somebody made the same record at the same moment.
            Ok(None) => {
                let now = lock(tx, change.collection, change.id).await?;
                conflict(tx, change, now).await
            }
            Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => Ok(Outcome::invalid(Some(name), &error)),
            Err(error) => Err(error),
        },
    }
}

/// Keeps the device's version, where a person finds it.
async fn conflict(tx: &mut Tx, change: &Change, now: Option<Record>) -> Result<Outcome> {
    let id: ConflictId = tx.id();
    rows::insert_conflict(tx, id, change).await?;
    tx.state(ConflictKept { conflict_id: id, collection: change.collection.to_string(), id: change.id }).await?;
    Ok(Outcome::conflict(&change.change_id, now, id))
}

/// The record as it is now, kept from others until the commit.
pub(super) async fn lock(tx: &mut Tx, collection: Collection, id: Uuid) -> Result<Option<Record>> {
    match collection {
        Collection::Prompts => Ok(rows::lock_record(tx, collection, id).await?.map(|row| row.record(collection, id))),
        Collection::Contacts => people::lock(tx, id).await,
    }
}

/// Writes a version over the one before it; the id that the record has, or nothing where another was there first.
pub(super) async fn write(tx: &mut Tx, collection: Collection, id: Uuid, version: i64, state: &State) -> Result<Option<Uuid>> {
    if collection == Collection::Contacts {
        return people::write(tx, id, version, state).await.map(Some);
    }
    if !rows::write_record(tx, collection, id, version, state).await? {
        return Ok(None);
    }
    let deleted = state.body.is_none();
    tx.state(RecordChanged { collection: collection.to_string(), id, version, deleted }).await?;
    Ok(Some(id))
}
