//! What happens to contacts.

use crate::{Change, ContactId, Fact, Id};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A person became known, or something about them changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContactSaved {
    /// The person.
    pub contact_id: ContactId,
    /// Whether they were not known before.
    pub new: bool,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for ContactSaved {
    const KIND: &'static str = "contact.saved";
    fn about(&self) -> Option<Uuid> {
        Some(self.contact_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}
