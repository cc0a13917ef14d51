//! Looking at journeys.

use crate::model::{Count, Enrolment, Journey, Run};
use crate::plan::Plan;
use facts::{ContactId, Id, JourneyId, JourneyRunId, Time};
use serde::Deserialize;
use store::{Error, Json, Look, Result, many, params, sql};
use web::Cursor;

/// A statement that gives whole [`Journey`]s.
macro_rules! journeys {
    ($($rest:expr),+) => {
        store::sql!(concat!("SELECT id, name, state, draft, version, live, enters, begun_at, created_at, updated_at FROM journeys ", $($rest),+))
    };
}
pub(crate) use journeys;

/// A statement that gives whole [`Run`]s.
macro_rules! runs {
    ($($rest:expr),+) => {
        store::sql!(concat!(
            "SELECT id, journey_id, number, contact_id, step, given, gathered, gathers, hears, goal, heard, reached, entered_at, since, hears_from,
                by_fact, wakes_at, ended_at, how FROM journey_runs ",
            $($rest),+
        ))
    };
}
pub(crate) use runs;

/// A journey that must be there.
pub(crate) async fn found(look: &mut impl Look, id: JourneyId) -> Result<Journey> {
    let journey = look.maybe(journeys!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await?;
    journey.ok_or_else(|| Error::not_found("journey"))
}

/// Journeys after a place in the list, newest first.
pub(crate) async fn page(look: &mut impl Look, state: Option<&str>, after: Cursor, limit: i64) -> Result<Vec<Journey>> {
    look.all(
        journeys!(
            "WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) AND (state = $4 OR $4 IS NULL) ORDER BY created_at DESC, id DESC LIMIT $5"
        ),
        params![look.tenant(), after.at, after.id, state, limit],
    )
    .await
}

/// Where a journey stands in the list.
pub(crate) fn place(journey: &Journey) -> Cursor {
    Cursor { at: journey.created_at, id: journey.id.uuid() }
}

/// The plan of a version.
pub(crate) async fn plan(look: &mut impl Look, id: JourneyId, number: i64) -> Result<Plan> {
    let plan: Option<Json<Plan>> = look
        .maybe(
            sql!("SELECT plan FROM journey_versions WHERE tenant_id = $1 AND journey_id = $2 AND number = $3"),
            params![look.tenant(), id, number],
        )
        .await?;
    plan.map(|plan| plan.0).ok_or_else(|| Error::not_found("journey version"))
}

/// What is counted of a version of a journey, by step.
pub(crate) async fn counts(look: &mut impl Look, id: JourneyId, number: i64) -> Result<Vec<Count>> {
    look.all(
        sql!(
            "SELECT number, step, about, word, count FROM journey_counts WHERE tenant_id = $1 AND journey_id = $2 AND number = $3
             ORDER BY step, about, word"
        ),
        params![look.tenant(), id, number],
    )
    .await
}

/// How many of a journey's people are inside, by version and step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Inside {
    pub number: i64,
    pub came: i64,
    pub went: i64,
}

/// How many came into each version of a journey, and how many left it.
pub(crate) async fn inside(look: &mut impl Look, id: JourneyId) -> Result<Vec<Inside>> {
    look.all(
        sql!(
            "SELECT v.number, COALESCE(i.count, 0) AS came,
                COALESCE((SELECT CAST(SUM(o.count) AS BIGINT) FROM journey_counts o WHERE o.tenant_id = v.tenant_id
                  AND o.journey_id = v.journey_id AND o.number = v.number AND o.step = '' AND o.about = 'left'), 0) AS went
             FROM journey_versions v LEFT JOIN journey_counts i ON i.tenant_id = v.tenant_id AND i.journey_id = v.journey_id
               AND i.number = v.number AND i.step = '' AND i.about = 'walked' AND i.word = 'came'
             WHERE v.tenant_id = $1 AND v.journey_id = $2 ORDER BY v.number DESC"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// Which runs of a journey.
#[derive(Debug, Clone, Default)]
pub(crate) struct Which {
    /// Of whoever is at this step now.
    pub step: Option<String>,
    /// Whether they are inside.
    pub inside: Option<bool>,
    pub contact: Option<ContactId>,
}

/// Runs of a journey after a place in the list, newest first.
pub(crate) async fn passes(look: &mut impl Look, id: JourneyId, which: &Which, after: Cursor, limit: i64) -> Result<Vec<Run>> {
    let tenant = look.tenant();
    match &which.step {
        Some(step) => {
            let at = runs!(
                "WHERE tenant_id = $1 AND journey_id = $2 AND step = $6 AND ended_at IS NULL AND (entered_at, id) < ($3, $4)
                   AND (contact_id = $7 OR $7 IS NULL) ORDER BY entered_at DESC, id DESC LIMIT $5"
            );
            look.all(at, params![tenant, id, after.at, after.id, limit, step.as_str(), which.contact]).await
        }
        None => {
            let all = runs!(
                "WHERE tenant_id = $1 AND journey_id = $2 AND (entered_at, id) < ($3, $4)
                   AND (contact_id = $7 OR $7 IS NULL) AND ((ended_at IS NULL) = $6 OR $6 IS NULL) ORDER BY entered_at DESC, id DESC LIMIT $5"
            );
            look.all(all, params![tenant, id, after.at, after.id, limit, which.inside, which.contact]).await
        }
    }
}

/// Where a run stands in the list.
pub(crate) fn place_of_run(run: &Run) -> Cursor {
    Cursor { at: run.entered_at, id: run.id.uuid() }
}

/// Somebody's latest pass through a journey.
pub(crate) async fn latest(look: &mut impl Look, id: JourneyId, contact: ContactId) -> Result<Option<Run>> {
    look.maybe(
        runs!("WHERE tenant_id = $1 AND contact_id = $3 AND journey_id = $2 ORDER BY entered_at DESC, id DESC LIMIT 1"),
        params![look.tenant(), id, contact],
    )
    .await
}

/// A message of a pass.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Sent {
    pub message_id: facts::MessageId,
    pub step: String,
    pub state: String,
}

/// The messages of a pass, oldest first.
pub(crate) async fn sent(look: &mut impl Look, run: JourneyRunId) -> Result<Vec<Sent>> {
    look.all(
        sql!("SELECT message_id, step, state FROM journey_messages WHERE tenant_id = $1 AND run_id = $2 ORDER BY message_id"),
        params![look.tenant(), run],
    )
    .await
}

/// When somebody of a journey is to be looked at next.
pub(crate) async fn next(look: &mut impl Look, id: JourneyId) -> Result<Option<Time>> {
    look.maybe(
        sql!(
            "SELECT wakes_at FROM journey_runs WHERE tenant_id = $1 AND journey_id = $2 AND ended_at IS NULL ORDER BY wakes_at, id LIMIT 1"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// Journeys that somebody enters by any of these.
pub(crate) async fn entered_by(look: &mut impl Look, enters: &[&str]) -> Result<Vec<Journey>> {
    look.all_in(
        journeys!("WHERE tenant_id = $1 AND state IN ('active', 'paused') AND enters IN (", many!(), ") ORDER BY enters, id"),
        enters,
        &[],
    )
    .await
}

/// The latest audience that was led into a journey.
pub(crate) async fn enrolment(look: &mut impl Look, id: JourneyId) -> Result<Option<Enrolment>> {
    look.maybe(
        sql!(
            "SELECT id, journey_id, audience, given, after_id, looked_at, entered, done_at, created_at FROM journey_enrolments
             WHERE tenant_id = $1 AND journey_id = $2 ORDER BY created_at DESC, id DESC LIMIT 1"
        ),
        params![look.tenant(), id],
    )
    .await
}
