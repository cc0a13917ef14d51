//! What happens to contacts.

use crate::{Change, ContactId, ContactImportId, Fact, Id, ListId};
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

/// A list of people was made, changed, or taken away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListSaved {
    /// The list.
    pub list_id: ListId,
    /// What it is called.
    pub name: String,
    /// Whether it is there from now on.
    pub live: bool,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for ListSaved {
    const KIND: &'static str = "list.saved";
    fn about(&self) -> Option<Uuid> {
        Some(self.list_id.uuid())
    }
}

/// A person was put on a list, or taken off it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContactListed {
    /// The person.
    pub contact_id: ContactId,
    /// The list.
    pub list_id: ListId,
    /// Whether they are on it from now on.
    pub listed: bool,
}

impl Fact for ContactListed {
    const KIND: &'static str = "contact.listed";
    fn about(&self) -> Option<Uuid> {
        Some(self.contact_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// A person was given a tag, or lost it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContactTagged {
    /// The person.
    pub contact_id: ContactId,
    /// The tag, in small letters.
    pub tag: String,
    /// Whether they have it from now on.
    pub tagged: bool,
}

impl Fact for ContactTagged {
    const KIND: &'static str = "contact.tagged";
    fn about(&self) -> Option<Uuid> {
        Some(self.contact_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// The most people that one [`ContactsImported`] names.
pub const IMPORTED_AT_ONCE: usize = 250;

/// Some people became known from a file, or something about them changed because of it. In place of a [`ContactSaved`] for each:
/// a file has a million of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContactsImported {
    /// The import.
    pub import_id: ContactImportId,
    /// Who was not known before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub new: Vec<ContactId>,
    /// Who was known, and of whom something is said now that was not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<ContactId>,
    /// The list that all of them are on now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_id: Option<ListId>,
}

impl Fact for ContactsImported {
    const KIND: &'static str = "contact_import.taken";
    fn about(&self) -> Option<Uuid> {
        Some(self.import_id.uuid())
    }
}

/// Whoever imported some people says that they agreed to be sold to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContactsAgreed {
    /// The import.
    pub import_id: ContactImportId,
    /// Up to [`IMPORTED_AT_ONCE`] of its people.
    pub contacts: Vec<ContactId>,
    /// Where that comes from, in the words of whoever imports.
    pub source: String,
}

impl Fact for ContactsAgreed {
    const KIND: &'static str = "contact_import.agreed";
    fn about(&self) -> Option<Uuid> {
        Some(self.import_id.uuid())
    }
}

/// A file of people is taken in, or came to its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContactImportMoved {
    /// The import.
    pub import_id: ContactImportId,
    /// What the file is called.
    pub name: String,
    /// `taking`, `paused`, `done`, or `cancelled`.
    pub state: String,
    /// People who were not known before, so far.
    pub new: i64,
    /// People of whom something changed, so far.
    pub changed: i64,
    /// Lines that were left out.
    pub refused: i64,
    /// Where these people's consent comes from, in the words of whoever imports; nothing where none is claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<String>,
}

impl Fact for ContactImportMoved {
    const KIND: &'static str = "contact_import.moved";
    fn about(&self) -> Option<Uuid> {
        Some(self.import_id.uuid())
    }
}

/// A person was erased: nothing that tells who they are is kept but what the law asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContactErased {
    /// Who it was.
    pub contact_id: ContactId,
    /// Why, in the words of whoever erased them.
    pub reason: String,
}

impl Fact for ContactErased {
    const KIND: &'static str = "contact.erased";
    fn about(&self) -> Option<Uuid> {
        Some(self.contact_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// Two records of one person became one: what was kept under one of them is kept under the other from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContactMerged {
    /// Who stays.
    pub contact_id: ContactId,
    /// Under which id nobody is known any more.
    pub merged_id: ContactId,
}

impl Fact for ContactMerged {
    const KIND: &'static str = "contact.merged";
    fn about(&self) -> Option<Uuid> {
        Some(self.contact_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// A while has passed since two records became one: what was still on its way under the old id has arrived, and is brought over as well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContactMergeSettled {
    /// Who stayed.
    pub contact_id: ContactId,
    /// The id that was theirs as well.
    pub merged_id: ContactId,
}

impl Fact for ContactMergeSettled {
    const KIND: &'static str = "contact.merge_settled";
    fn about(&self) -> Option<Uuid> {
        Some(self.contact_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}
