//! What happens to journeys.

use crate::{ContactId, Fact, Id, JourneyId, JourneyRunId, WebhookEndpointId};
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

/// Somebody has come to a step of a journey that tells an endpoint so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyCalled {
    /// The journey.
    pub journey_id: JourneyId,
    /// Their pass through it.
    pub run_id: JourneyRunId,
    /// The step.
    pub step: String,
    /// Who it is.
    pub contact_id: ContactId,
    /// The endpoint that it goes to, and to no other.
    pub endpoint_id: WebhookEndpointId,
}

impl Fact for JourneyCalled {
    const KIND: &'static str = "journey.called";
    fn about(&self) -> Option<Uuid> {
        Some(self.journey_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}
