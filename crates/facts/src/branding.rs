//! What happens to how a shop looks.

use crate::{Change, Fact};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Somebody changed how the shop and its mail look.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BrandingChanged {
    /// What changed, by field: `display_name`, `primary_colour`, `logo` … A logo is told by its SHA-256.
    pub changes: Vec<Change>,
}

impl Fact for BrandingChanged {
    const KIND: &'static str = "branding.changed";
    fn about(&self) -> Option<Uuid> {
        None
    }
}
