//! Devices fetch what changed, and send in what they changed.

use crate::change::{Change, Collection, Outcome, SentChange};
use crate::commands::PushChanges;
use crate::rules;
use crate::sync::{Cursor, Pulled, pull as pulled};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Error, Result};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Paging, Permission, Query, Route};

pub(super) fn routes() -> Vec<Route> {
    const PULL: &str = "Each record that changed since the cursor, as it is now. Begin without a cursor; keep `next_cursor` once the page is stored; \
                        go on at once while `has_more`. 409 `cursor_stale` means: begin without a cursor. Contacts come to who may see them.";
    const PUSH: &str = "Up to 500 changes, each for itself: one that conflicts or is wrong keeps none of the others out. Send a change again under \
                        the same `change_id` when the answer is lost: it is taken once and answered alike. `base_version` is the version that the \
                        device had. Where the record has changed since, the outcome is `conflict` with our record, which the device takes; its own \
                        version is kept for a person to settle. Whatever the outcome, the device keeps `record` from then on.";
    vec![
        Route::get("/api/v2/sync/pull", Permission::ContentRead, pull)
            .says("Fetch what changed", PULL)
            .query::<Paging>()
            .gives::<Pulled>(200),
        Route::post("/api/v2/sync/push", Permission::ContentWrite, push)
            .says("Send in what changed", PUSH)
            .takes::<Push>()
            .gives::<Pushed>(200)
            .body_limit(6 << 20),
    ]
}

/// What somebody may keep on a device.
fn readable(caller: &Caller) -> Vec<Collection> {
    let contacts = caller.may(Permission::ContactsRead).then_some(Collection::Contacts);
    [Some(Collection::Prompts), contacts].into_iter().flatten().collect()
}

async fn pull(State(app): State<App>, caller: Caller, Query(paging): Query<Paging>) -> Answer<Json<Pulled>> {
    let collections = readable(&caller);
    let cursor = match paging.cursor.as_deref() {
        None | Some("") => Cursor::start(&collections),
        Some(text) => Cursor::read(text)?,
    };
    // Where it was written, so that a device sees what it has just sent.
    let mut read = app.db.read_main(caller.tenant());
    Ok(Json(pulled(&mut read, &collections, &cursor, paging.limit()?).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SyncPush)]
struct Push {
    /// The changes, 500 at the most, in the order in which they were made.
    #[schema(value_type = Vec<SentChange>)]
    changes: Vec<Value>,
}

/// What became of each change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SyncPushed)]
struct Pushed {
    /// In the order of the changes.
    outcomes: Vec<Outcome>,
}

async fn push(State(app): State<App>, caller: Caller, body: Body<Push>) -> Answer<Json<Pushed>> {
    let sent = body.value.changes;
    if sent.len() > rules::CHANGES {
        return Err(Error::field("changes", format!("{} at the most; send the rest after these", rules::CHANGES)).into());
    }
    let read: Vec<Result<Change>> = sent.iter().map(|sent| allowed(&caller, sent)).collect();
    let changes: Vec<Change> = read.iter().filter_map(|change| change.as_ref().ok().cloned()).collect();
    let mut taken = match changes.is_empty() {
        true => Vec::new(),
        false => app.db.run(&caller.who, PushChanges { changes }).await?,
    }
    .into_iter();
    let mut outcomes = Vec::with_capacity(sent.len());
    for (sent, read) in sent.iter().zip(read) {
        outcomes.push(match read {
            Ok(_) => taken.next().ok_or_else(|| Error::internal("a change has no outcome"))?,
            Err(error) => Outcome::invalid(sent["change_id"].as_str(), &error),
        });
    }
    Ok(Json(Pushed { outcomes }))
}

/// The change, where the caller may make it.
fn allowed(caller: &Caller, sent: &Value) -> Result<Change> {
    let change = Change::read(sent)?;
    if change.collection == Collection::Contacts && !caller.may(Permission::ContactsWrite) {
        return Err(Error::field("collection", "you may not change contacts"));
    }
    Ok(change)
}
