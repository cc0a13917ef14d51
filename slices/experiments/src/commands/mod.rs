//! What people do with experiments.

mod act;
mod enrol;
mod save;

pub(crate) use act::{Decide, DeleteExperiment, MoveExperiment};
pub(crate) use enrol::{Enrol, Given};
pub(crate) use save::{NewVariant, SaveExperiment};

use crate::model::Experiment;
use facts::experiments::ExperimentMoved;
use store::{Result, Tx};

/// States how an experiment stands.
async fn state(tx: &mut Tx, experiment: &Experiment, state: &str) -> Result<()> {
    let moved = ExperimentMoved { experiment_id: experiment.id, name: experiment.name.clone(), state: state.to_owned() };
    tx.state(moved).await.map(drop)
}
