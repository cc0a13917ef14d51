//! A segment.

use crate::filter::{self, Filter, Needs};
use facts::{ContactId, SegmentId, Time};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use store::{Error, Json, Result};

/// The longest name, in characters.
const NAME: usize = 80;
/// The most segments of a tenant: each change of a person is held against all of them.
pub(crate) const MOST: i64 = 200;

facts::words! {
    /// Whether a segment is whole.
    pub enum State {
        /// Everybody is held against its filter, which is new or was changed. Who is in it and who is not may still be otherwise.
        Building = "building",
        /// Whoever fits is in it, and nobody else.
        Ready = "ready",
    }
}

/// A set of contacts that follows from a filter.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Segment {
    /// Its id.
    pub id: SegmentId,
    /// What it is called. No other of the tenant's is called so, however it is written.
    pub name: String,
    #[serde(deserialize_with = "kept")]
    pub(crate) filter: Filter,
    /// Whether it is whole.
    pub state: State,
    /// How many are in it.
    pub contacts: i64,
    /// Counts the filters that it had: a build of an older one ends by itself.
    pub(crate) version: i64,
    /// Up to whom the build is.
    pub(crate) after_id: Option<ContactId>,
    /// How many the build has looked at, of how many there were when it began.
    pub(crate) looked_at: i64,
    pub(crate) of_contacts: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it was whole for the first time after its filter was said.
    pub built_at: Option<Time>,
}

fn kept<'de, D: Deserializer<'de>>(d: D) -> std::result::Result<Filter, D::Error> {
    let Json(value) = Json::<Value>::deserialize(d)?;
    filter::read("filter", &value).map_err(serde::de::Error::custom)
}

impl Segment {
    /// Whether whoever fits is in it, and nobody else.
    pub fn is_ready(&self) -> bool {
        self.state == State::Ready
    }

    pub(crate) fn needs(&self) -> Needs {
        Needs::of(&self.filter)
    }

    /// What is told of it where it changes.
    pub(crate) fn told(&self) -> Value {
        serde_json::json!({"name": self.name, "filter": filter::write(&self.filter)})
    }
}

/// A segment's name as it may be kept.
///
/// # Errors
/// `name` is empty or too long.
pub(crate) fn name(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > NAME || text.chars().any(char::is_control) {
        return Err(Error::field("name", format!("1 to {NAME} characters, on one line")));
    }
    Ok(text.to_owned())
}

/// By what two names are the same.
pub(crate) fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
