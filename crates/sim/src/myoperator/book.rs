//! What the exchange has written down about each call.

use crate::chat::{Channel, Content, Message, Status, Way};
use crate::faults::Provider;
use crate::record::{Ending, Span};
use facts::Time;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// One call of `POST /chat/messages`, and the message that came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// Whose call it was: a guest's by name, or the shop's that the simulation was started for.
    pub guest: Option<String>,
    /// The caller's own reference.
    pub myop_ref_id: Option<String>,
    /// The phone, as `+` and digits.
    pub number: String,
    /// What it says.
    pub content: Content,
    /// The message's id, once the provider took it; `None` where it was refused or is not decided yet.
    pub message_id: Option<String>,
    /// How far the message is.
    pub status: Status,
    /// When it came, by the simulation's clock.
    pub at: Time,
    /// How the call ended.
    #[serde(serialize_with = "ending")]
    pub span: Span,
}

impl From<Call> for Message {
    fn from(call: Call) -> Self {
        Self {
            provider: Provider::MyOperator,
            channel: Channel::Whatsapp,
            guest: call.guest,
            way: Way::Out,
            phone: call.number,
            sender: "myoperator".to_owned(),
            reference: call.myop_ref_id,
            content: call.content,
            message_id: call.message_id,
            status: call.status,
            code: None,
            at: call.at,
        }
    }
}

/// Instants mean nothing outside this process; how a call ended does.
fn ending<S: serde::Serializer>(span: &Span, serializer: S) -> Result<S::Ok, S::Error> {
    let ending: Ending = span.ending;
    ending.serialize(serializer)
}

#[derive(Default)]
pub(super) struct Book {
    calls: Vec<Call>,
    by_reference: HashMap<String, Vec<usize>>,
    by_message: HashMap<String, usize>,
    /// Hashes of the references of accepted messages: eight bytes each, for benchmarks of millions.
    seen: HashSet<u64>,
    accepted: u64,
    repeated: u64,
}

impl Book {
    pub(super) fn calls(&self) -> &[Call] {
        &self.calls
    }

    pub(super) fn accepted(&self) -> u64 {
        self.accepted
    }

    pub(super) fn repeated(&self) -> u64 {
        self.repeated
    }

    pub(super) fn with_reference(&self, reference: &str) -> Vec<Call> {
        let lines = self.by_reference.get(reference).map(Vec::as_slice).unwrap_or_default();
        lines.iter().filter_map(|line| self.calls.get(*line)).cloned().collect()
    }

    /// Writes a call down; returns its line.
    pub(super) fn open(&mut self, call: Call) -> usize {
        let line = self.calls.len();
        if let Some(reference) = &call.myop_ref_id {
            self.by_reference.entry(reference.clone()).or_default().push(line);
        }
        self.calls.push(call);
        line
    }

    pub(super) fn close(&mut self, line: usize, how: Ending) {
        if let Some(call) = self.calls.get_mut(line) {
            call.span.close(how);
        }
    }

    /// The message is taken. `line` is `None` where only counts are kept.
    pub(super) fn accept(&mut self, line: Option<usize>, reference: Option<&str>, message_id: &str) {
        self.accepted += 1;
        if let Some(reference) = reference {
            let mut hasher = DefaultHasher::new();
            reference.hash(&mut hasher);
            self.repeated += u64::from(!self.seen.insert(hasher.finish()));
        }
        if let Some((line, call)) = line.and_then(|line| Some((line, self.calls.get_mut(line)?))) {
            call.message_id = Some(message_id.to_owned());
            call.status = Status::Accepted;
            self.by_message.insert(message_id.to_owned(), line);
        }
    }

    /// Moves a message forward, never back.
    pub(super) fn advance(&mut self, message_id: &str, status: Status) {
        if let Some(call) = self.by_message.get(message_id).and_then(|line| self.calls.get_mut(*line)) {
            call.status = call.status.max(status);
        }
    }

    pub(super) fn message(&self, message_id: &str) -> Option<&Call> {
        self.by_message.get(message_id).and_then(|line| self.calls.get(*line))
    }
}
