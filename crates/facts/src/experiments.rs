//! What happens to experiments: comparisons of variants of one thing.

use crate::{ExperimentId, Fact, Id};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An experiment was written, begun, or stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExperimentMoved {
    /// The experiment.
    pub experiment_id: ExperimentId,
    /// What it is called.
    pub name: String,
    /// The state that it reached: `draft`, `running`, `stopped`, or `deleted`.
    pub state: String,
}

impl Fact for ExperimentMoved {
    const KIND: &'static str = "experiment.moved";
    fn about(&self) -> Option<Uuid> {
        Some(self.experiment_id.uuid())
    }
}

/// Somebody chose the variant that everybody gets from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExperimentDecided {
    /// The experiment.
    pub experiment_id: ExperimentId,
    /// What it is called.
    pub name: String,
    /// The name of the variant that was chosen.
    pub variant: String,
    /// What the experiment said by then, such as `winner` or `no_winner_yet`.
    pub verdict: String,
}

impl Fact for ExperimentDecided {
    const KIND: &'static str = "experiment.decided";
    fn about(&self) -> Option<Uuid> {
        Some(self.experiment_id.uuid())
    }
}
