//! What happens to journeys.

use crate::{Fact, Id, JourneyId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A journey was written, begun, held, or ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyMoved {
    /// The journey.
    pub journey_id: JourneyId,
    /// What it is called.
    pub name: String,
    /// The state that it reached: `draft`, `active`, `paused`, `ended`, or `deleted`.
    pub state: String,
    /// The number of the version that people enter; 0 where it was never begun.
    pub live: i64,
}

impl Fact for JourneyMoved {
    const KIND: &'static str = "journey.moved";
    fn about(&self) -> Option<Uuid> {
        Some(self.journey_id.uuid())
    }
}
