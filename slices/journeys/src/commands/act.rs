//! Beginning a journey, holding it, ending it.

use super::save::experiments_fit;
use super::state;
use crate::model::{Act, Journey, State};
use crate::rows;
use crate::timers::{BringOver, WalkJourney};
use facts::JourneyId;
use store::{Command, Error, Result, Tx};

/// Does something with a journey.
#[derive(Debug, Clone)]
pub(crate) struct MoveJourney {
    pub id: JourneyId,
    pub act: Act,
}

impl Command for MoveJourney {
    const NAME: &'static str = "move_journey";
    type Out = Journey;

    async fn run(&self, tx: &mut Tx) -> Result<Journey> {
        let mut journey = rows::held(tx, self.id).await?;
        journey.state = journey.state.after(self.act)?;
        match self.act {
            Act::Begin => begin(tx, &mut journey).await?,
            Act::End => journey.enters = None,
            Act::Pause | Act::Resume => {}
        }
        rows::update(tx, &journey).await?;
        tx.at_latest(tx.now(), WalkJourney { journey_id: journey.id }).await?;
        state(tx, &journey, journey.state.as_str()).await?;
        Ok(journey)
    }
}

/// Its draft becomes the version that people enter. Whoever is in it stays on theirs.
async fn begin(tx: &mut Tx, journey: &mut Journey) -> Result<()> {
    let plan = &journey.draft.0;
    plan.check()?;
    // A few at the most.
    for experiment in experiments_fit(tx, plan).await? {
        if experiments::state(tx, experiment).await?.is_none_or(|state| state == experiments::State::Draft) {
            return Err(Error::conflict("experiment_state", "A split goes by an experiment that has not begun: start that first."));
        }
    }
    journey.live += 1;
    journey.enters = rows::enters(plan);
    journey.begun_at = journey.begun_at.or(Some(tx.now()));
    rows::insert_version(tx, journey.id, journey.live, plan).await
}

/// Puts whoever is on an earlier version of a journey onto the one that people enter now.
pub(crate) struct BringAll(pub JourneyId);

impl Command for BringAll {
    const NAME: &'static str = "bring_all";
    type Out = Journey;

    async fn run(&self, tx: &mut Tx) -> Result<Journey> {
        let journey = rows::held(tx, self.0).await?;
        if !matches!(journey.state, State::Active | State::Paused) {
            return Err(Error::conflict("journey_state", "Nobody is on their way in this journey."));
        }
        tx.at(tx.now(), BringOver { journey_id: journey.id, number: journey.live, after: None }).await?;
        state(tx, &journey, "brought_over").await?;
        Ok(journey)
    }
}

/// Takes a journey away that was never begun.
pub(crate) struct DeleteJourney(pub JourneyId);

impl Command for DeleteJourney {
    const NAME: &'static str = "delete_journey";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let journey = rows::held(tx, self.0).await?;
        if journey.state != State::Draft {
            return Err(Error::conflict("journey_state", "People have been in this journey, so it is kept: end it."));
        }
        rows::delete(tx, journey.id).await?;
        state(tx, &journey, "deleted").await
    }
}
