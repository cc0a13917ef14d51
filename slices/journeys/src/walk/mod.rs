//! Walking: everybody who is due goes as far as they can, a page of them in one commit. Steps lead forward alone, so going through the plan
//! once, step by step, takes each of them all the way, with a few statements for each step whoever is at it.

mod send;
mod step;

use crate::model::{How, Journey, Run, State};
use crate::people::{self, Counts};
use crate::plan::{Plan, What, span};
use crate::{deeds, queries};
use contacts::Contact;
use facts::{ContactId, Time};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use store::{Result, Tx};

/// People who are walked on in one commit, at most.
const PAGE: i64 = 500;
/// How long whoever did something that nobody has read yet is left where they are.
const MOMENT: Duration = Duration::from_secs(1);
/// How long a line of messages is left alone that is full.
const PATIENCE: Duration = Duration::from_millis(500);

/// One page of people of one version.
pub(crate) struct Walk<'j> {
    journey: &'j Journey,
    number: i64,
    plan: &'j Plan,
    now: Time,
    /// The shop's own time zone.
    zone: &'j str,
    /// As they are at this moment: a step may change them.
    people: &'j mut HashMap<ContactId, Contact>,
    counts: Counts,
    /// Whether a line of messages is full.
    full: bool,
}

/// Somebody on their way.
struct Walker {
    run: Run,
    /// Where their step stands in the plan.
    at: usize,
    /// Whether they go no further for now.
    stays: bool,
    /// Whether they have just come to where they are listened for.
    listens: bool,
}

/// Walks the next page of a journey's people on; gives when the page after it is due.
pub(crate) async fn page(tx: &mut Tx, journey: &Journey) -> Result<Option<Time>> {
    let now = tx.now();
    if journey.state == State::Ended {
        let mut all = people::due(tx, journey.id, Time(i64::MAX), PAGE).await?;
        let more = i64::try_from(all.len()).unwrap_or(0) == PAGE;
        people::end(tx, &mut all, How::Ended).await?;
        return Ok(more.then_some(now));
    }
    if journey.state != State::Active {
        return Ok(None);
    }
    let due = people::due(tx, journey.id, now, PAGE).await?;
    let whole = i64::try_from(due.len()).unwrap_or(0) < PAGE;
    let due = read_of(tx, due).await?;
    let ids: Vec<ContactId> = due.iter().map(|run| run.contact_id).collect();
    let mut known: HashMap<ContactId, Contact> = contacts::those(tx, &ids).await?.into_iter().map(|person| (person.id, person)).collect();
    let zone = identity::tenant(tx).await?.time_zone;
    let mut versions: BTreeMap<i64, Vec<Run>> = BTreeMap::new();
    for run in due {
        versions.entry(run.number).or_default().push(run);
    }
    let mut full = false;
    // Few: those that somebody is still in.
    for (number, runs) in versions {
        let plan = queries::plan(tx, journey.id, number).await?;
        let walk = Walk { journey, number, plan: &plan, now, zone: &zone, people: &mut known, counts: Counts::default(), full: false };
        full |= walk.all(tx, runs).await?;
    }
    match (full, whole) {
        (true, _) => Ok(Some(now.after(PATIENCE))),
        (false, true) => queries::next(tx, journey.id).await,
        (false, false) => Ok(Some(now)),
    }
}

/// Those of whom all that they are listened for was read. Nobody walks while something of it waits: a wait that is over, or a message, would
/// not know of it. They are looked at a moment later.
async fn read_of(tx: &mut Tx, due: Vec<Run>) -> Result<Vec<Run>> {
    let waits = deeds::unread(tx, &due).await?;
    let (mut later, due): (Vec<Run>, Vec<Run>) = due.into_iter().partition(|run| waits.contains(&run.id));
    for run in &mut later {
        run.wakes_at = tx.now().after(MOMENT);
    }
    people::put(tx, &later).await?;
    Ok(due)
}

/// From when on what somebody does counts at the step after this one, where it took time. Where it took none it counts as it did before, and
/// where they were waited for, from what they did.
fn counts_from(left: &What, run: &Run, now: Time) -> Option<Time> {
    match left {
        What::Wait { minutes, .. } | What::Digest { minutes, .. } => Some(run.since.after(span(*minutes)).min(now)),
        What::WaitFor { .. } => (!run.heard).then_some(now),
        _ => run.heard.then_some(now),
    }
}

impl Walk<'_> {
    /// Takes all of them as far as they go; tells whether a line of messages is full.
    async fn all(mut self, tx: &mut Tx, runs: Vec<Run>) -> Result<bool> {
        let mut all: Vec<Walker> = runs
            .into_iter()
            .map(|run| Walker { at: self.plan.place(&run.step).unwrap_or(self.plan.steps.len()), run, stays: false, listens: false })
            .collect();
        for walker in &mut all {
            self.look(walker);
        }
        for at in 0..self.plan.steps.len() {
            let mut here: Vec<&mut Walker> = all.iter_mut().filter(|walker| walker.at == at && !walker.stays).collect();
            if !here.is_empty() {
                self.step(tx, at, &mut here).await?;
            }
        }
        let runs: Vec<Run> = all.into_iter().map(|walker| walker.run).collect();
        people::put(tx, &runs).await?;
        let gone: Vec<ContactId> = runs.iter().filter(|run| run.ended_at.is_some()).map(|run| run.contact_id).collect();
        people::out(tx, self.journey.id, &gone).await?;
        self.counts.write(tx, self.journey.id, self.number).await?;
        Ok(self.full)
    }

    /// Whether somebody walks at all: not whoever was erased, or has done what it was for.
    fn look(&mut self, walker: &mut Walker) {
        if !self.people.contains_key(&walker.run.contact_id) {
            self.out(walker, How::Erased);
        } else if walker.run.reached {
            self.out(walker, How::Goal);
        } else if walker.at >= self.plan.steps.len() {
            self.out(walker, How::Done);
        }
    }

    fn out(&mut self, walker: &mut Walker, how: How) {
        people::close(&mut walker.run, self.now, how, &mut self.counts);
        walker.stays = true;
    }

    fn stay(&self, walker: &mut Walker, until: Time) {
        walker.run.wakes_at = until;
        walker.stays = true;
    }

    fn go(&mut self, walker: &mut Walker, to: usize) {
        let Some(step) = self.plan.steps.get(to) else { return self.out(walker, How::Done) };
        self.counts.walked(&walker.run.step, "went");
        self.counts.walked(&step.id, "came");
        let (left, run) = (self.plan.steps.get(walker.at).map(|step| &step.what), &mut walker.run);
        if let Some(from) = left.and_then(|left| counts_from(left, run, self.now)) {
            (run.hears_from, run.by_fact) = (from, None);
        }
        // What was gathered is said.
        if matches!(left, Some(What::Send { .. })) {
            run.gathers = None;
        }
        let gathers = people::gathers(self.plan, to).filter(|_| run.gathers.is_none());
        run.step = step.id.clone();
        run.since = self.now;
        run.wakes_at = self.now;
        run.heard = false;
        run.hears = people::hears(self.plan, to);
        walker.at = to;
        walker.listens = run.hears.is_some() || gathers.is_some();
        run.gathers = gathers.or(run.gathers.take());
    }
}
