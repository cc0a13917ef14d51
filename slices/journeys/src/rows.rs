//! What writes journeys and their versions.

use crate::model::{Enrolment, Journey};
use crate::plan::Plan;
use crate::queries::journeys;
use facts::{Id, JourneyId, Time};
use serde_json::{Value, json};
use store::{Error, Look, Result, Tx, params, sql};

/// Puts a new journey there.
pub(crate) async fn insert(tx: &mut Tx, journey: &Journey) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO journeys (tenant_id, id, name, state, draft, version, live, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $7)"
        ),
        params![
            tx.tenant(),
            journey.id,
            &journey.name,
            journey.state.as_str(),
            json!(journey.draft.0),
            journey.version,
            journey.created_at
        ],
    )
    .await
}

/// A journey, its row held until the commit.
pub(crate) async fn held(tx: &mut Tx, id: JourneyId) -> Result<Journey> {
    let journey = tx.maybe(journeys!("WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id]).await?;
    journey.ok_or_else(|| Error::not_found("journey"))
}

/// Writes a held journey anew.
pub(crate) async fn update(tx: &mut Tx, journey: &Journey) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE journeys SET name = $3, state = $4, draft = $5, version = $6, live = $7, enters = $8, begun_at = $9, updated_at = $10
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![
            tx.tenant(),
            journey.id,
            &journey.name,
            journey.state.as_str(),
            json!(journey.draft.0),
            journey.version,
            journey.live,
            journey.enters.as_deref(),
            journey.begun_at,
            tx.now()
        ],
    )
    .await
}

/// Takes a journey away that was never begun.
pub(crate) async fn delete(tx: &mut Tx, id: JourneyId) -> Result<()> {
    tx.put(sql!("DELETE FROM journeys WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id]).await
}

/// Puts a version there.
pub(crate) async fn insert_version(tx: &mut Tx, id: JourneyId, number: i64, plan: &Plan) -> Result<()> {
    tx.put(
        sql!("INSERT INTO journey_versions (tenant_id, journey_id, number, plan, published_at) VALUES ($1, $2, $3, $4, $5)"),
        params![tx.tenant(), id, number, json!(plan), tx.now()],
    )
    .await
}

/// Stretches of time of a throttle: the one that it is now, how long each is, and how many people each lets through.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretches {
    pub now: i64,
    pub long: i64,
    pub most: i64,
}

/// Gives people places in the line of a throttle, one after the other; gives when the stretch of each begins. Everybody asks once, so a long line
/// costs no more than a short one.
pub(crate) async fn places(tx: &mut Tx, of: (JourneyId, i64, &str), by: Stretches, wanted: i64) -> Result<Vec<Time>> {
    let (id, number, step) = of;
    let (starts_at, passed): (i64, i64) = tx
        .one(
            sql!(
                "INSERT INTO journey_gates (tenant_id, journey_id, number, step, starts_at, passed) VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (tenant_id, journey_id, number, step) DO UPDATE SET
                   starts_at = CASE WHEN journey_gates.starts_at + journey_gates.passed / $7 * $8 < excluded.starts_at
                     THEN excluded.starts_at ELSE journey_gates.starts_at END,
                   passed = CASE WHEN journey_gates.starts_at + journey_gates.passed / $7 * $8 < excluded.starts_at
                     THEN excluded.passed ELSE journey_gates.passed + excluded.passed END
                 RETURNING starts_at, passed"
            ),
            params![tx.tenant(), id, number, step, by.now, wanted, by.most, by.long],
        )
        .await?;
    Ok((passed - wanted..passed).map(|place| Time(starts_at.saturating_add((place / by.most).saturating_mul(by.long)))).collect())
}

/// Writes how far an audience is that is led in: a new one, or one that was there.
pub(crate) async fn put_enrolment(tx: &mut Tx, one: &Enrolment) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO journey_enrolments (tenant_id, id, journey_id, audience, given, after_id, looked_at, entered, done_at, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (tenant_id, id) DO UPDATE SET after_id = excluded.after_id, looked_at = excluded.looked_at,
               entered = excluded.entered, done_at = excluded.done_at"
        ),
        params![
            tx.tenant(),
            one.id,
            one.journey_id,
            json!(one.audience.0),
            Value::Object(one.given.0.clone()),
            one.after_id,
            one.looked_at,
            one.entered,
            one.done_at,
            one.created_at
        ],
    )
    .await
}

/// An audience that is led in, its row held until the commit.
pub(crate) async fn held_enrolment(tx: &mut Tx, id: facts::EnrolmentId) -> Result<Option<Enrolment>> {
    tx.maybe(
        sql!(
            "SELECT id, journey_id, audience, given, after_id, looked_at, entered, done_at, created_at FROM journey_enrolments
             WHERE tenant_id = $1 AND id = $2 FOR UPDATE"
        ),
        params![tx.tenant(), id],
    )
    .await
}

/// By what people enter a journey that is led by this plan: as `journeys.enters` has it.
pub(crate) fn enters(plan: &Plan) -> Option<String> {
    let did = plan.entry.did.as_ref().map(|did| by_deed(did));
    did.or(plan.entry.segment.map(|segment| by_segment(segment.uuid())))
}

/// That people enter who do this.
pub(crate) fn by_deed(did: &str) -> String {
    format!("did:{did}")
}

/// That people enter who come into this segment.
pub(crate) fn by_segment(segment: uuid::Uuid) -> String {
    format!("segment:{segment}")
}
