//! Classes of failure, and the tables that put every provider's codes into them.

mod fcm;
mod http;
mod smtp;
mod twilio;
mod whatsapp;

pub(crate) use fcm::by_fcm_code;
pub(crate) use http::by_status;
pub(crate) use smtp::{by_reply, by_report, enhanced};
pub(crate) use twilio::by_twilio_code;
pub(crate) use whatsapp::by_whatsapp_code;

use crate::provider::Provider;
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
pub struct Failure {
    /// What follows from it.
    pub class: Class,
    /// In plain words, with the provider's code.
    pub reason: String,
    /// When the provider says it may be asked again.
    pub retry_after: Option<Duration>,
    /// What the address is not written to any more from now on.
    pub suppress: Option<Scope>,
    /// It is about the account, or about a template as it stands there, and not about the message: another provider may well take it.
    pub elsewhere: bool,
}

impl Failure {
    /// A failure of a class, in words.
    pub fn new(class: Class, reason: impl Into<String>) -> Self {
        Self { class, reason: reason.into(), retry_after: None, suppress: None, elsewhere: false }
    }

    /// With what the provider says about when to ask again.
    pub fn retry_after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }

    /// As one that another provider may not have: of the account or its templates, and not of the message.
    pub(crate) fn elsewhere(mut self, is: bool) -> Self {
        self.elsewhere = is;
        self
    }
}

/// A row of a provider's table: its codes, their class, and what a person should know.
type Row = (&'static [&'static str], Class, &'static str);

/// The failure of a row, with the provider's code and words beside its meaning.
fn of_row((_, class, meaning): &Row, code: &str, words: &str) -> Failure {
    let words = if words.is_empty() { String::new() } else { format!(": {words}") };
    Failure::new(*class, format!("{meaning} ({code}{words})"))
}

/// What a code of a provider's receipt means; `None` for one that no table knows.
pub fn meaning(provider: Provider, code: &str, words: &str) -> Option<Failure> {
    match provider {
        Provider::Meta | Provider::Myoperator | Provider::Gateway => by_whatsapp_code(code, words),
        Provider::Twilio => by_twilio_code(code, words),
        Provider::Smtp => by_report(code, words),
        Provider::Fcm | Provider::Webpush => None,
    }
}
