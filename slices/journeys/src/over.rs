//! Putting people onto the newest version of a journey, when somebody says so: each goes on from the step of the same name. Whoever is at a
//! step that is not there any more stays on their version, so nobody loses their way.

use crate::model::{Journey, OUT, Run};
use crate::people::{self, Counts, Place};
use crate::plan::{Plan, What};
use crate::queries;
use crate::timers::WalkJourney;
use facts::Time;
use std::collections::BTreeMap;
use std::mem::discriminant;
use store::{Result, Tx};

/// People who are looked at in one commit, at most.
const PAGE: i64 = 500;

/// Brings the next page over; gives up to whom it looked, where there may be more.
pub(crate) async fn page(tx: &mut Tx, journey: &Journey, after: Option<Place>) -> Result<Option<Place>> {
    let (now, plan) = (tx.now(), queries::plan(tx, journey.id, journey.live).await?);
    let all = people::before(tx, journey.id, journey.live, after, PAGE).await?;
    let last = all.last().map(|run| (run.number, run.id)).filter(|_| i64::try_from(all.len()).unwrap_or(0) == PAGE);
    let mut versions: BTreeMap<i64, Vec<Run>> = BTreeMap::new();
    for run in all {
        versions.entry(run.number).or_default().push(run);
    }
    let (mut new, mut brought) = (Counts::default(), Vec::new());
    // Few: those that somebody is still in.
    for (number, runs) in versions {
        let (before, mut old) = (queries::plan(tx, journey.id, number).await?, Counts::default());
        for mut run in runs {
            if put(&mut run, &before, &plan, journey.live, now) {
                old.walked(&run.step, "went");
                old.moved();
                new.walked(&run.step, "came");
                new.walked(OUT, "came");
                brought.push(run);
            }
        }
        old.write(tx, journey.id, number).await?;
    }
    people::put(tx, &brought).await?;
    new.write(tx, journey.id, journey.live).await?;
    if !brought.is_empty() {
        tx.at_latest(now, WalkJourney { journey_id: journey.id }).await?;
    }
    Ok(last)
}

/// Puts one onto the new plan, where it has their step; tells whether it has. They are looked at at once, since the step may hold them for a
/// shorter time than before, but whoever has a place in the line of a throttle keeps it.
fn put(run: &mut Run, before: &Plan, plan: &Plan, number: i64, now: Time) -> bool {
    let Some(at) = plan.place(&run.step) else { return false };
    let what = |plan: &Plan| plan.place(&run.step).and_then(|at| plan.steps.get(at)).map(|step| discriminant(&step.what));
    let same = what(before) == what(plan);
    let queued = same && matches!(plan.steps.get(at).map(|step| &step.what), Some(What::Throttle { .. }));
    run.number = number;
    run.goal = plan.goal.clone();
    run.hears = people::hears(plan, at);
    run.gathers = people::gathers(plan, at).or(run.gathers.take());
    run.heard &= same;
    if !queued {
        run.wakes_at = now;
    }
    true
}
