//! Who is in a journey: entering, standing somewhere, leaving. Many at a time, each with a few statements.

use crate::model::{How, Journey, LEFT, LEFT_OUT, OUT, Run, STANDS, TOUCHED, WALKED};
use crate::plan::{Again, Plan, What};
use crate::queries::runs;
use crate::timers::WalkJourney;
use facts::{ContactId, EventId, FactId, Id, JourneyId, JourneyRunId, MessageId, Time};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;
use store::{Json, Look, Result, Tx, many, params, rows, sql};
use uuid::Uuid;

/// Where a run stands among those of its journey: its version, and its id.
pub(crate) type Place = (i64, JourneyRunId);

/// Counts to be written: of which step, about what, which word.
#[derive(Debug, Default)]
pub(crate) struct Counts(BTreeMap<(String, &'static str, String), i64>);

impl Counts {
    /// Counts people who came to a step or went on from it.
    pub(crate) fn walked(&mut self, step: &str, word: &str) {
        self.add(step, WALKED, word, 1);
    }

    /// Counts somebody whom a step could not write to.
    pub(crate) fn left_out(&mut self, step: &str, reason: &str) {
        self.add(step, LEFT_OUT, reason, 1);
    }

    /// Counts messages that stand so from now on, or no more.
    pub(crate) fn stands(&mut self, step: &str, state: &str, count: i64) {
        self.add(step, STANDS, state, count);
    }

    /// Counts a message that a person opened or clicked.
    pub(crate) fn touched(&mut self, step: &str, word: &str) {
        self.add(step, TOUCHED, word, 1);
    }

    /// Counts somebody who left.
    pub(crate) fn left(&mut self, how: How) {
        self.add(OUT, LEFT, how.as_str(), 1);
    }

    /// Counts somebody who was put onto another version.
    pub(crate) fn moved(&mut self) {
        self.add(OUT, LEFT, "moved", 1);
    }

    fn add(&mut self, step: &str, about: &'static str, word: &str, count: i64) {
        *self.0.entry((step.to_owned(), about, word.to_owned())).or_default() += count;
    }

    /// Writes them.
    pub(crate) async fn write(mut self, tx: &mut Tx, journey: JourneyId, number: i64) -> Result<()> {
        self.0.retain(|_, count| *count != 0);
        let journey_counts = rows!(
            "INSERT INTO journey_counts (tenant_id, journey_id, number, step, about, word, count) VALUES ",
            7,
            " ON CONFLICT (tenant_id, journey_id, number, step, about, word) DO UPDATE SET count = journey_counts.count + excluded.count"
        );
        let mut values = Vec::new();
        for ((step, about, word), count) in &self.0 {
            values.extend_from_slice(params![tx.tenant(), journey, number, step, *about, word, *count]);
        }
        tx.put_rows(journey_counts, &values).await
    }
}

/// Somebody who comes to the door of a journey.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Comes {
    pub contact_id: ContactId,
    /// When they came: when what they did happened, however late it is heard of.
    pub at: Time,
    /// The fact that leads them in, where one does.
    pub by: Option<FactId>,
    /// The shop's own event that it is: what was said of it fills in the texts.
    pub event: Option<EventId>,
}

impl Comes {
    /// People who are led in by hand or by a program.
    pub(crate) fn by_hand(people: &[ContactId], now: Time) -> Vec<Self> {
        people.iter().map(|contact_id| Self { contact_id: *contact_id, at: now, by: None, event: None }).collect()
    }
}

/// Leads people into a journey's live version, those whom its rule lets in; gives their ways. Of whoever comes twice the first time counts.
pub(crate) async fn enter(tx: &mut Tx, journey: &Journey, plan: &Plan, people: &[Comes], given: &Map<String, Value>) -> Result<Vec<Run>> {
    let Some(first) = plan.steps.first() else { return Ok(Vec::new()) };
    let entered = let_in(tx, journey.id, plan.again, people).await?;
    if entered.is_empty() {
        return Ok(Vec::new());
    }
    let now = tx.now();
    let events: Vec<EventId> = entered.iter().filter_map(|comes| comes.event).collect();
    let mut said = events::data_of(tx, &events).await?;
    let mut counts = Counts::default();
    let mut all = Vec::with_capacity(entered.len());
    for Comes { contact_id, at, by, event } in entered {
        let mut given = given.clone();
        let said = event.and_then(|event| said.remove(&event)).unwrap_or_default();
        // What a program says of an event does not stand in the place of whom it is about.
        given.extend(said.into_iter().filter(|(name, _)| !campaigns::THEIRS.contains(&name.as_str())));
        counts.walked(OUT, "came");
        counts.walked(&first.id, "came");
        all.push(Run {
            id: tx.id(),
            journey_id: journey.id,
            number: journey.live,
            contact_id,
            step: first.id.clone(),
            given: Json(given),
            gathered: 1,
            gathers: gathers(plan, 0),
            hears: hears(plan, 0),
            goal: plan.goal.clone(),
            heard: false,
            reached: false,
            entered_at: at,
            since: at,
            hears_from: at,
            by_fact: by,
            wakes_at: now,
            ended_at: None,
            how: None,
        });
    }
    put(tx, &all).await?;
    counts.write(tx, journey.id, journey.live).await?;
    tx.at_latest(now, WalkJourney { journey_id: journey.id }).await?;
    Ok(all)
}

/// What somebody at a step is waited for to do.
pub(crate) fn hears(plan: &Plan, at: usize) -> Option<String> {
    match &plan.steps.get(at)?.what {
        What::WaitFor { did, .. } => Some(did.clone()),
        _ => None,
    }
}

/// What begins to be gathered at a step.
pub(crate) fn gathers(plan: &Plan, at: usize) -> Option<String> {
    match &plan.steps.get(at)?.what {
        What::Digest { .. } => plan.entry.did.clone(),
        _ => None,
    }
}

/// Those of these people who are known and whom the rule lets in. One row each decides, whoever asks at once; and nobody is erased before
/// what they bring along is where that would find it.
async fn let_in(tx: &mut Tx, journey: JourneyId, again: Again, people: &[Comes]) -> Result<Vec<Comes>> {
    let ids: Vec<ContactId> = people.iter().map(|comes| comes.contact_id).collect();
    let known = contacts::hold_those(tx, &ids).await?;
    let mut first: BTreeMap<ContactId, Comes> = BTreeMap::new();
    for comes in people.iter().filter(|comes| known.contains(&comes.contact_id)) {
        first.entry(comes.contact_id).or_insert(*comes);
    }
    let free_by = |at: Time| match again {
        Again::Never => i64::MIN,
        Again::Always => i64::MAX,
        Again::AfterDays(days) => at.before(Duration::from_secs(u64::from(days) * 86_400)).0,
    };
    let journey_people = rows!(
        "INSERT INTO journey_people (tenant_id, journey_id, contact_id, inside, entered_at, times, free_by) VALUES ",
        7,
        " ON CONFLICT (tenant_id, journey_id, contact_id) DO UPDATE
            SET inside = TRUE, entered_at = excluded.entered_at, times = journey_people.times + 1, free_by = excluded.free_by
            WHERE NOT journey_people.inside AND journey_people.entered_at <= excluded.free_by RETURNING contact_id"
    );
    let mut values = Vec::with_capacity(first.len() * 7);
    for comes in first.values() {
        values.extend_from_slice(params![tx.tenant(), journey, comes.contact_id, true, comes.at, 1_i64, free_by(comes.at)]);
    }
    let inside: Vec<ContactId> = tx.all_rows(journey_people, &values).await?;
    let inside: HashSet<ContactId> = inside.into_iter().collect();
    Ok(first.into_values().filter(|comes| inside.contains(&comes.contact_id)).collect())
}

/// Writes how runs stand: new ones, and such as were there.
pub(crate) async fn put(tx: &mut Tx, all: &[Run]) -> Result<()> {
    let journey_runs = rows!(
        "INSERT INTO journey_runs (tenant_id, id, journey_id, number, contact_id, step, given, gathered, gathers, hears, goal, heard, reached, \
         entered_at, since, hears_from, by_fact, wakes_at, ended_at, how) VALUES ",
        20,
        " ON CONFLICT (tenant_id, id) DO UPDATE SET number = excluded.number, goal = excluded.goal, step = excluded.step,
            gathered = excluded.gathered, gathers = excluded.gathers, hears = excluded.hears, heard = excluded.heard,
            reached = excluded.reached, since = excluded.since, hears_from = excluded.hears_from, by_fact = excluded.by_fact,
            wakes_at = excluded.wakes_at, ended_at = excluded.ended_at, how = excluded.how"
    );
    let mut values = Vec::with_capacity(all.len() * 20);
    for run in all {
        values.extend_from_slice(params![
            tx.tenant(),
            run.id,
            run.journey_id,
            run.number,
            run.contact_id,
            &run.step,
            Value::Object(run.given.0.clone()),
            run.gathered,
            run.gathers.as_deref(),
            run.hears.as_deref(),
            run.goal.as_deref(),
            run.heard,
            run.reached,
            run.entered_at,
            run.since,
            run.hears_from,
            run.by_fact,
            run.wakes_at,
            run.ended_at,
            run.how.map(How::as_str)
        ]);
    }
    tx.put_rows(journey_runs, &values).await
}

/// Takes away what texts were filled in with on somebody's ways: it may say who they were.
pub(crate) async fn forget(tx: &mut Tx, contact: ContactId) -> Result<()> {
    tx.put(
        sql!("UPDATE journey_runs SET given = $3 WHERE tenant_id = $1 AND contact_id = $2"),
        params![tx.tenant(), contact, Value::Object(Map::new())],
    )
    .await
}

/// Notes that people are out of a journey.
pub(crate) async fn out(tx: &mut Tx, journey: JourneyId, people: &[ContactId]) -> Result<()> {
    tx.put_in(
        sql!(concat!(
            "UPDATE journey_people SET inside = FALSE WHERE tenant_id = $1 AND journey_id = $34 AND contact_id IN (",
            many!(),
            ")"
        )),
        people,
        params![journey],
    )
    .await
}

/// The runs of a journey that are to be looked at by then, their rows held until the commit; those that wait longest first.
pub(crate) async fn due(tx: &mut Tx, journey: JourneyId, by: Time, limit: i64) -> Result<Vec<Run>> {
    tx.all(
        runs!("WHERE tenant_id = $1 AND journey_id = $2 AND ended_at IS NULL AND wakes_at <= $3 ORDER BY wakes_at, id LIMIT $4 FOR UPDATE"),
        params![tx.tenant(), journey, by, limit],
    )
    .await
}

/// The runs of a journey that are on versions before one, after a place among them, their rows held until the commit.
pub(crate) async fn before(tx: &mut Tx, journey: JourneyId, number: i64, after: Option<Place>, limit: i64) -> Result<Vec<Run>> {
    let (version, run) = after.unwrap_or((0, JourneyRunId::from_uuid(Uuid::nil())));
    tx.all(
        runs!(
            "WHERE tenant_id = $1 AND journey_id = $2 AND ended_at IS NULL AND number < $3 AND (number, id) > ($4, $5)
             ORDER BY number, id LIMIT $6 FOR UPDATE"
        ),
        params![tx.tenant(), journey, number, version, run, limit],
    )
    .await
}

/// The runs that these people are in, their rows held until the commit: those as well that listen for nothing now, so that none begins to
/// meanwhile and misses what is being read.
pub(crate) async fn inside(tx: &mut Tx, people: &[ContactId]) -> Result<Vec<Run>> {
    tx.all_in(runs!("WHERE tenant_id = $1 AND ended_at IS NULL AND contact_id IN (", many!(), ") FOR UPDATE"), people, &[]).await
}

/// The runs that somebody is in, their rows held until the commit.
pub(crate) async fn of_contact(tx: &mut Tx, contact: ContactId) -> Result<Vec<Run>> {
    tx.all(runs!("WHERE tenant_id = $1 AND ended_at IS NULL AND contact_id = $2 FOR UPDATE"), params![tx.tenant(), contact]).await
}

/// A message of a step.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub message: MessageId,
    pub run: JourneyRunId,
    pub step: String,
}

/// Notes which messages are of which step.
pub(crate) async fn said(tx: &mut Tx, journey: JourneyId, number: i64, all: &[Said]) -> Result<()> {
    let journey_messages =
        rows!("INSERT INTO journey_messages (tenant_id, message_id, journey_id, number, step, run_id, state) VALUES ", 7, "");
    let mut values = Vec::with_capacity(all.len() * 7);
    for one in all {
        values.extend_from_slice(params![tx.tenant(), one.message, journey, number, &one.step, one.run, "queued"]);
    }
    tx.put_rows(journey_messages, &values).await
}

/// Ends runs, and counts it.
pub(crate) async fn end(tx: &mut Tx, all: &mut [Run], how: How) -> Result<()> {
    let now = tx.now();
    let mut counts: BTreeMap<(JourneyId, i64), Counts> = BTreeMap::new();
    let mut left: BTreeMap<JourneyId, Vec<ContactId>> = BTreeMap::new();
    for run in all.iter_mut() {
        close(run, now, how, counts.entry((run.journey_id, run.number)).or_default());
        left.entry(run.journey_id).or_default().push(run.contact_id);
    }
    put(tx, all).await?;
    for ((journey, number), counts) in counts {
        counts.write(tx, journey, number).await?;
    }
    for (journey, people) in left {
        out(tx, journey, &people).await?;
    }
    Ok(())
}

/// Ends a run.
pub(crate) fn close(run: &mut Run, now: Time, how: How, counts: &mut Counts) {
    counts.walked(&run.step, "went");
    counts.left(how);
    run.ended_at = Some(now);
    run.how = Some(how);
    run.hears = None;
    run.gathers = None;
}
