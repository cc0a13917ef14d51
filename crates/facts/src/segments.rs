//! What happens to segments: sets of contacts that follow from a filter.

use crate::{Change, ContactId, Fact, Id, SegmentId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A segment was made, changed, or taken away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SegmentSaved {
    /// The segment.
    pub segment_id: SegmentId,
    /// What it is called.
    pub name: String,
    /// Whether it is there from now on.
    pub live: bool,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for SegmentSaved {
    const KIND: &'static str = "segment.saved";
    fn about(&self) -> Option<Uuid> {
        Some(self.segment_id.uuid())
    }
}

/// Everybody was held against a segment's filter, which is new or was changed: from now on it is whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SegmentBuilt {
    /// The segment.
    pub segment_id: SegmentId,
    /// What it is called.
    pub name: String,
    /// How many are in it.
    pub contacts: i64,
}

impl Fact for SegmentBuilt {
    const KIND: &'static str = "segment.built";
    fn about(&self) -> Option<Uuid> {
        Some(self.segment_id.uuid())
    }
}

/// The most people whom one [`SegmentChanged`] names.
pub const SEGMENT_CHANGED_AT_ONCE: usize = 250;

/// Some people came into a segment that is whole, or left it. Of those whom it was built with nothing is stated: they may be a
/// million.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SegmentChanged {
    /// The segment.
    pub segment_id: SegmentId,
    /// Who is in it and was not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entered: Vec<ContactId>,
    /// Who was in it and is no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<ContactId>,
}

impl Fact for SegmentChanged {
    const KIND: &'static str = "segment.changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.segment_id.uuid())
    }
}
