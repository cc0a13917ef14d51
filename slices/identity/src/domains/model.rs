//! A domain.

use facts::Time;
use serde::Deserialize;

facts::words! {
    /// How far the proof of a domain is.
    pub enum State {
        /// Its record is being looked for.
        Pending = "pending",
        /// It leads to the shop.
        Verified = "verified",
        /// Its record was not there for a week.
        Failed = "failed",
    }
}

facts::words! {
    /// Why a domain is not verified, or may soon not be.
    pub enum Reason {
        /// There is no record under the name.
        NoRecord = "no_record",
        /// There are records, and none is ours.
        WrongRecord = "wrong_record",
        /// Nobody answered for the domain.
        NoAnswer = "no_answer",
        /// Another shop has proved it.
        Taken = "taken",
    }
}

impl Reason {
    /// What that means, and what to do.
    pub(crate) fn says(self) -> &'static str {
        match self {
            Reason::NoRecord => "There is no such record yet. After you add it, it can take an hour until everybody sees it.",
            Reason::WrongRecord => "There is a record, but not this one. Copy the value again, whole, without quotes.",
            Reason::NoAnswer => "Nobody answers for this domain. Check that it is registered and that its name servers work.",
            Reason::Taken => "Another shop here has proved this domain. It has to be removed there first.",
        }
    }
}

/// A domain, as its row keeps it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Domain {
    pub domain: String,
    pub token: String,
    pub state: State,
    pub reason: Option<Reason>,
    /// From when on its record has been looked for; a failed one is looked for anew when somebody asks.
    pub asked_at: Time,
    pub checked_at: Option<Time>,
    /// When its record was last there.
    pub seen_at: Option<Time>,
    pub verified_at: Option<Time>,
    pub created_at: Time,
}

impl Domain {
    /// The name of the record that proves it.
    pub(crate) fn record_name(&self) -> String {
        format!("_origin.{}", self.domain)
    }

    /// The text of the record that proves it.
    pub(crate) fn record_text(&self) -> String {
        format!("origin-verification={}", self.token)
    }

    /// As people read it: `xn--…` in its own letters.
    pub(crate) fn for_people(&self) -> String {
        idna::domain_to_unicode(&self.domain).0
    }
}
