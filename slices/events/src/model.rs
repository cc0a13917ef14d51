//! An event, and the names that there have been.

use facts::{ContactId, EventId, Time};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::Json;
use utoipa::ToSchema;

/// Something that somebody did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ContactEvent)]
pub struct Event {
    /// Which one it is.
    #[schema(value_type = String, example = "evt_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: EventId,
    /// What the shop calls it.
    #[schema(example = "service_due")]
    pub name: String,
    /// Who did it.
    #[schema(value_type = String, example = "con_01h2xcejqtf2nbrexx3vqjhp41")]
    pub contact_id: ContactId,
    /// What else was said of it: plain values by name.
    #[schema(value_type = Object, example = json!({"machine": "RO filter"}))]
    pub data: Json<Map<String, Value>>,
    /// When it was told.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
}

/// A name that there has been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EventName)]
pub struct Known {
    /// What the shop calls it.
    #[schema(example = "service_due")]
    pub name: String,
    /// How often it has happened.
    pub count: i64,
    /// When it did first.
    #[schema(value_type = String, format = DateTime)]
    pub first_at: Time,
    /// When it did last.
    #[schema(value_type = String, format = DateTime)]
    pub last_at: Time,
}
