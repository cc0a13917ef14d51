//! What happens to the addresses that a tenant's events are sent to.

use crate::{Change, Fact, Id, WebhookEndpointId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

crate::words! {
    /// A step in the life of an endpoint.
    pub enum EndpointStep {
        /// It was made.
        Made = "made",
        /// Its address, its words or what it wants was changed.
        Changed = "changed",
        /// It got a new secret; the old one signs along for a day.
        Rotated = "rotated",
        /// Events go there again.
        Enabled = "enabled",
        /// No more events go there.
        Disabled = "disabled",
        /// It is no more.
        Removed = "removed",
    }
}

/// Where a tenant's events go was changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WebhookEndpointChanged {
    /// The endpoint.
    pub endpoint_id: WebhookEndpointId,
    /// The host it is on; the whole address may hold what only the two of them should know.
    pub host: String,
    /// What was done.
    pub step: EndpointStep,
    /// Why, where nobody asked for it: `gone` or `failing`.
    pub reason: Option<String>,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for WebhookEndpointChanged {
    const KIND: &'static str = "webhook.endpoint_changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.endpoint_id.uuid())
    }
}

/// Somebody wanted to see an event arrive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WebhookTest {
    /// The endpoint that it goes to, and to no other.
    pub endpoint_id: WebhookEndpointId,
}

impl Fact for WebhookTest {
    const KIND: &'static str = "webhook.test";
    fn about(&self) -> Option<Uuid> {
        Some(self.endpoint_id.uuid())
    }
}

/// Events were sent to an endpoint once more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WebhooksReplayed {
    /// The endpoint.
    pub endpoint_id: WebhookEndpointId,
    /// How many.
    pub deliveries: i64,
}

impl Fact for WebhooksReplayed {
    const KIND: &'static str = "webhook.replayed";
    fn about(&self) -> Option<Uuid> {
        Some(self.endpoint_id.uuid())
    }
}
