//! People meet a variant.

use crate::model::{Experiment, Exposure, State, Whole};
use crate::rows::Growth;
use crate::{queries, rows, variant_of};
use facts::{ContactId, ExperimentId, Id, VisitorId};
use std::collections::BTreeMap;
use std::time::Duration;
use store::{Error, Result, Tx};

/// How long a day is.
const DAY: u64 = 86_400;

/// Tells for each of these people, in their order, the place of the variant that is theirs, and notes that they met it: call it in the transaction that
/// shows it to them. Their first meeting is the one that counts. Of an experiment that was stopped everybody gets the variant that was chosen, or the
/// control where none was, and nothing is noted. Whoever falls to a variant with `holdout` is to get nothing.
///
/// # Errors
/// `not_found`; `experiment_state` where it has not begun.
pub async fn expose(tx: &mut Tx, id: ExperimentId, people: &[ContactId]) -> Result<Vec<usize>> {
    let whole = queries::whole(tx, id).await?;
    match whole.experiment.state {
        State::Draft => Err(Error::conflict("experiment_state", "This experiment has not begun: start it, and show its variants then.")),
        State::Stopped => Ok(vec![usize::try_from(whole.experiment.chosen.unwrap_or(0)).unwrap_or(0); people.len()]),
        State::Running => {
            let weights = whole.weights();
            let places: Vec<usize> = people.iter().map(|person| variant_of(id, *person, &weights)).collect();
            note(tx, &whole, people.iter().copied().zip(places.iter().copied()).collect()).await?;
            Ok(places)
        }
    }
}

/// Notes who met what, each person once and in the order of their ids, so that two who note the same people wait for each other and never both.
async fn note(tx: &mut Tx, whole: &Whole, met: BTreeMap<ContactId, usize>) -> Result<()> {
    let mut exposures = Vec::new();
    for (person, place) in met {
        exposures.push(Exposure { contact_id: Some(person), ..met_by_nobody(tx, &whole.experiment, place) });
    }
    let mut growth = Growth::new();
    for place in rows::note(tx, &exposures).await? {
        growth.entry((whole.experiment.id, place)).or_default().0 += 1;
    }
    rows::count(tx, &growth).await
}

/// Notes that a browser of the shop met the price that it is asked: its first meeting counts.
///
/// # Errors
/// `not_found`; whatever the engine refuses.
pub(crate) async fn expose_visitor(tx: &mut Tx, id: ExperimentId, visitor: VisitorId) -> Result<()> {
    let whole = queries::whole(tx, id).await?;
    if whole.experiment.state != State::Running {
        return Ok(());
    }
    let place = stats::place_of(id.uuid().as_bytes(), visitor.uuid().as_bytes(), &whole.weights());
    let met = Exposure { visitor_id: Some(visitor), ..met_by_nobody(tx, &whole.experiment, place) };
    if rows::note_visitor(tx, &met).await? {
        rows::count(tx, &Growth::from([((id, met.place), (1, 0))])).await?;
    }
    Ok(())
}

/// A meeting, but for who it was.
fn met_by_nobody(tx: &mut Tx, experiment: &Experiment, place: usize) -> Exposure {
    let days = Duration::from_secs(u64::try_from(experiment.within_days).unwrap_or(0) * DAY);
    Exposure {
        id: tx.id(),
        experiment_id: experiment.id,
        contact_id: None,
        visitor_id: None,
        place: i64::try_from(place).unwrap_or(0),
        goal: experiment.goal.clone(),
        at: tx.now(),
        counts_until: tx.now().after(days),
        converted: false,
        about: None,
    }
}
