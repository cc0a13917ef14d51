//! A person whom a merchant sells to or writes to.

use facts::{ContactId, Time};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use store::Json;
use utoipa::ToSchema;

/// A person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Contact {
    /// Their id.
    #[schema(value_type = String, example = "con_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: ContactId,
    /// What they are called.
    pub name: Option<String>,
    /// Their number, as E.164.
    #[schema(example = "+919876543210")]
    pub phone: Option<String>,
    /// Their address, in lower case.
    #[schema(example = "asha@example.com")]
    pub email: Option<String>,
    /// The language that they are written to in (BCP 47).
    #[schema(example = "hi-IN")]
    pub locale: Option<String>,
    /// The time zone that they live by (IANA).
    #[schema(example = "Asia/Kolkata")]
    pub time_zone: Option<String>,
    /// What else is known of them: plain values by name.
    #[serde(deserialize_with = "map")]
    #[schema(value_type = Object)]
    pub attributes: Map<String, Value>,
    /// When they became known.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

fn map<'de, D: Deserializer<'de>>(d: D) -> Result<Map<String, Value>, D::Error> {
    Ok(Json::deserialize(d)?.0)
}

/// What somebody said about a person, as they wrote it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewContact {
    /// What they are called.
    pub name: Option<String>,
    /// Their number, in any writing.
    pub phone: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// The language that they are written to in.
    pub locale: Option<String>,
    /// The time zone that they live by.
    pub time_zone: Option<String>,
    /// What else is known of them.
    pub attributes: Map<String, Value>,
}
