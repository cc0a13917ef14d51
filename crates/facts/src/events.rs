//! What the shop's own programs say that people did.

use crate::{ContactId, EventId, Fact, Id};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Somebody did something of which a program of the shop's told. What else it said stands with the event, not here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventHappened {
    /// The event.
    pub event_id: EventId,
    /// Who did it.
    pub contact_id: ContactId,
    /// What the shop calls it, such as `service_due`.
    pub name: String,
}

impl Fact for EventHappened {
    const KIND: &'static str = "event.happened";
    fn about(&self) -> Option<Uuid> {
        Some(self.event_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}
