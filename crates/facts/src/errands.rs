//! What people do about errands that were given up.

use crate::{ErrandId, Fact, Id};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An errand that was given up is not carried out any more: a person dropped it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrandDropped {
    /// The errand.
    pub errand_id: ErrandId,
    /// What it was to do, such as `deliver_webhook`.
    pub name: String,
    /// What it was for, where errands of its name tell: the slice that sent it knows how to read that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

impl Fact for ErrandDropped {
    const KIND: &'static str = "errand.dropped";
    fn about(&self) -> Option<Uuid> {
        Some(self.errand_id.uuid())
    }
}
