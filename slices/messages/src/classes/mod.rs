//! Classes of failure, and the tables that put every provider's codes into them.

mod http;
mod smtp;
mod whatsapp;

pub(crate) use http::by_status;
pub(crate) use smtp::by_reply;
pub(crate) use whatsapp::by_code;

use facts::consent::Scope;
use std::time::Duration;

facts::words! {
    /// What a failure means for what follows.
    pub enum Class {
        /// The sender is too fast: its lane is silent for a while, and no try is counted.
        RateLimited = "rate_limited",
        /// This one recipient gets too much: only this message waits, and no try is counted.
        PairLimited = "pair_limited",
        /// It may work later: tried again on the schedule.
        Transient = "transient",
        /// It never works.
        Permanent = "permanent",
        /// The recipient does not want it.
        Suppressed = "suppressed",
        /// The provider may have it.
        Unknown = "unknown",
    }
}

/// What a failed call comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub class: Class,
    /// In plain words, with the provider's code.
    pub reason: String,
    /// When the provider says it may be asked again.
    pub retry_after: Option<Duration>,
    /// What the address is not written to any more from now on.
    pub suppress: Option<Scope>,
}

impl Failure {
    pub(crate) fn new(class: Class, reason: impl Into<String>) -> Self {
        Self { class, reason: reason.into(), retry_after: None, suppress: None }
    }

    pub(crate) fn retry_after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }
}
