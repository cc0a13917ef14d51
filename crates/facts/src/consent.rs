//! What people say about being written to.

use crate::messages::Channel;
use crate::{ContactId, ContactImportId, Fact, Id};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

crate::words! {
    /// Which messages a word is about.
    pub enum Scope {
        /// All but what the person asks for themselves, such as a code.
        All = "all",
        /// Those that sell something.
        Marketing = "marketing",
    }
}

crate::words! {
    /// How a word on being written to reached us.
    pub enum How {
        /// A program of the shop said so.
        Api = "api",
        /// It came with a list of people.
        Import = "import",
        /// The person filled in a form of the shop.
        Form = "form",
        /// The person chose it on the page of what they get.
        PreferencePage = "preference_page",
        /// The person's mail program said it with its own button (RFC 8058).
        OneClick = "one_click",
        /// The person wrote a word such as STOP.
        StopWord = "stop_word",
        /// The person wrote a word such as START.
        StartWord = "start_word",
        /// Somebody of the shop noted it.
        ByHand = "by_hand",
        /// The provider of the channel said so.
        Provider = "provider",
    }
}

/// An address is written to otherwise than before.
///
/// The address is not in it: a fact is kept for ever and goes out by webhooks, and whoever needs the address has the contact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsentChanged {
    /// Whose address it is, where they are known.
    pub contact_id: Option<ContactId>,
    /// On which channel.
    pub channel: Channel,
    /// Which messages.
    pub scope: Scope,
    /// Whether they go there no more; else they may.
    pub stopped: bool,
    /// How that became known.
    pub how: How,
}

impl Fact for ConsentChanged {
    const KIND: &'static str = "consent.changed";
    fn about(&self) -> Option<Uuid> {
        self.contact_id.map(Id::uuid)
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// Some people agreed to be sold to, as whoever imported them says. In place of a [`ConsentChanged`] for each of their addresses: a file has a
/// million of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsentImported {
    /// The import.
    pub import_id: ContactImportId,
    /// Those of whom nothing was known before on one of their addresses; up to 250 of them.
    pub contacts: Vec<ContactId>,
}

impl Fact for ConsentImported {
    const KIND: &'static str = "consent.imported";
    fn about(&self) -> Option<Uuid> {
        Some(self.import_id.uuid())
    }
}
