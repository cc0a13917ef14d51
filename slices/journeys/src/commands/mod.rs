//! What people do with journeys.

mod act;
mod enrol;
mod save;
mod steps;

pub(crate) use act::{BringAll, DeleteJourney, MoveJourney};
pub(crate) use enrol::{Enrol, EnrolAudience, TakeOut};
pub(crate) use save::SaveJourney;
pub(crate) use steps::PutStep;

use crate::model::Journey;
use facts::journeys::JourneyMoved;
use store::{Result, Tx};

/// States how a journey stands.
async fn state(tx: &mut Tx, journey: &Journey, state: &str) -> Result<()> {
    let moved = JourneyMoved { journey_id: journey.id, name: journey.name.clone(), state: state.to_owned(), live: journey.live };
    tx.state(moved).await.map(drop)
}
