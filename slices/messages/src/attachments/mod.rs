//! Files that came with what somebody wrote, and those that go with messages.
//!
//! The row is written in the commit that tells of the file, so it stands for bytes that may be on their way: whoever deletes it sends for
//! them, and an errand that comes back with bytes for a row that is gone does so again.

mod fetch;
mod kinds;
mod link;
mod rows;

pub use fetch::FetchAgain;
pub(crate) use fetch::FetchAttachment;
pub use kinds::{LARGEST, title};
pub(crate) use link::{link_to, routes};
pub use rows::{attach, attachment, attachments};
pub(crate) use rows::{carried, forget, keep};

use facts::{FileId, MessageId, ReceivedId};
use serde::{Deserialize, Serialize};

facts::words! {
    /// How far a file is.
    pub enum Fetched {
        /// Its bytes are asked for.
        Waiting = "waiting",
        /// They are here.
        Kept = "kept",
        /// They could not be had.
        Failed = "failed",
    }
}

/// A file that came with what somebody wrote, or that goes with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its id, under which its bytes lie as well.
    pub id: FileId,
    /// What it came with.
    pub received_id: Option<ReceivedId>,
    /// The message that carries it.
    pub message_id: Option<MessageId>,
    /// Who has it; empty where it was attached here.
    pub provider: String,
    /// The provider's id or address of it.
    pub reference: String,
    /// What it is called; empty where it has no name.
    pub name: String,
    /// What it is, such as `image/jpeg`: what the provider says until the bytes are here.
    pub kind: String,
    /// The digest that the provider told, in hex; empty where it told none.
    pub told_sha256: String,
    /// SHA-256 of the bytes in hex; empty until they are here.
    pub sha256: String,
    /// In bytes; 0 until they are here.
    pub size: i64,
    /// How far it is.
    pub state: Fetched,
    /// Why it could not be had.
    pub reason: Option<String>,
}

impl From<Attachment> for files::Attached {
    fn from(it: Attachment) -> Self {
        let (name, shown) = (it.file_name(), it.is_shown());
        Self { id: it.id, name, media_type: it.kind, size: it.size, sha256: it.sha256, shown }
    }
}

impl Attachment {
    /// Whether a browser may show it where it stands: a picture of a kind in which nothing can be run.
    pub fn is_shown(&self) -> bool {
        kinds::is_picture(&self.kind)
    }

    /// What it is in a word, with its name where it has one: `Picture`, `Document: price-list.pdf`.
    pub fn title(&self) -> String {
        kinds::title(&self.kind, &self.name)
    }

    /// What it is called when it is saved.
    pub fn file_name(&self) -> String {
        kinds::called(&self.name, &self.kind)
    }
}
