//! What providers say when they call: what became of a message, and what people write.

mod gateway;
mod mail;
mod meta;
mod myoperator;
mod twilio;

pub use mail::{is_mail, kept};
pub use twilio::call_about;

use crate::answer::text;
use crate::provider::Provider;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use facts::consent::Scope;
use facts::messages::Channel;
use facts::{MessageId, Time};
use serde_json::Value;

facts::words! {
    /// What a provider says became of a message, from the least to the last word.
    pub enum Status {
        /// It left the provider.
        Sent = "sent",
        /// It could not be delivered.
        Failed = "failed",
        /// It is on the phone.
        Delivered = "delivered",
        /// It has been seen.
        Read = "read",
    }
}

/// One thing that a provider says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Of a message of ours.
    Receipt(Receipt),
    /// Somebody has written.
    Written(Written),
    /// Somebody has told the provider what they do not want any more, or want again.
    Wish(Wish),
    /// Whoever got this message of ours called it spam.
    Complaint(MessageId),
    /// The provider thinks otherwise of a template.
    Template(TemplateWord),
}

/// A provider's word on one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The same for the same word, however often it is said.
    pub event_id: String,
    /// Our own id, where the provider passed it back.
    pub reference: Option<MessageId>,
    /// The provider's id.
    pub provider_id: Option<String>,
    /// What became of the message.
    pub status: Status,
    /// The provider's code of a failure.
    pub code: Option<String>,
    /// Its words.
    pub detail: Option<String>,
    /// When it happened, as the provider says.
    pub at: Option<Time>,
}

/// What somebody has written to the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The provider's id of it: the same however often it is told.
    pub provider_id: String,
    /// By which channel it came.
    pub channel: Channel,
    /// The sender's number as the provider writes it.
    pub from: String,
    /// The sender's own name there, where it is told.
    pub name: Option<String>,
    /// What it says; empty where it is a file alone.
    pub text: String,
    /// What came with it.
    pub files: Vec<Enclosed>,
    /// Which message of ours it answers, by the provider's id.
    pub answers: Option<String>,
    /// When it was written, as the provider says.
    pub at: Option<Time>,
}

/// A file that came with what somebody wrote. It lies with the provider until it is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosed {
    /// The provider's id or address of it.
    pub reference: String,
    /// What it is said to be, such as `image/jpeg`; may be empty.
    pub kind: String,
    /// What its sender calls it, where that is told.
    pub name: Option<String>,
    /// SHA-256 of its bytes, in hex, where that is told.
    pub sha256: Option<String>,
}

/// What somebody has told the provider that they want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// On which channel.
    pub channel: Channel,
    /// Their number as the provider writes it.
    pub from: String,
    /// Of what.
    pub scope: Scope,
    /// Whether it is to stop; else it may go on.
    pub stop: bool,
}

/// What the provider says of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateWord {
    /// Its name there.
    pub name: String,
    /// Its language there.
    pub language: String,
    /// What it says.
    pub(crate) thought: Thought,
}

/// What a provider thinks of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Thought {
    /// Whether it may be sent, and why.
    Status(crate::templates::Status, Option<String>),
    /// How people take it.
    Quality(crate::templates::Quality),
    /// What it is for.
    Category(crate::templates::Category),
}

/// Everything that a call says. One that is about something else says nothing.
pub fn read(provider: Provider, body: &[u8]) -> Vec<Word> {
    match provider {
        Provider::Twilio => return twilio::read(body),
        Provider::Smtp => return mail::read(body),
        _ => {}
    }
    let said: Value = serde_json::from_slice(body).unwrap_or_default();
    match provider {
        // Some of MyOperator's accounts get Meta's own body passed on.
        Provider::Meta | Provider::Myoperator if said["entry"].is_array() => meta::read(&said),
        Provider::Myoperator => myoperator::read(&said).into_iter().collect(),
        Provider::Gateway => gateway::read(&said).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The provider's id of the whole call, where it has one; else what the call is, so that the same call is the same.
pub fn event_id(provider: Provider, body: &[u8]) -> String {
    let named = match provider {
        Provider::Smtp => mail::event_id(body),
        Provider::Twilio => twilio::event_id(body),
        _ => None,
    };
    if let Some(named) = named {
        return named;
    }
    let said: Value = if provider == Provider::Myoperator { serde_json::from_slice(body).unwrap_or_default() } else { Value::Null };
    text(&said["event_id"]).unwrap_or_else(|| store::secret::sha256(body))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A voice message that was played has been read.
fn status(word: &str) -> Option<Status> {
    match word.to_ascii_lowercase().as_str() {
        "played" | "seen" => Some(Status::Read),
        "undelivered" => Some(Status::Failed),
        word => word.parse().ok(),
    }
}

/// The first of the errors that a word of Meta's names: code and details.
fn failure(said: &Value) -> (Option<String>, Option<String>) {
    let first = list(&said["errors"]).next().unwrap_or(&Value::Null);
    let detail = text(&first["error_data"]["details"]).or_else(|| text(&first["title"])).or_else(|| text(&first["message"]));
    (text(&first["code"]), detail)
}

/// RFC 3339, or seconds since 1970.
fn moment(value: &Value) -> Option<Time> {
    let text = text(value)?;
    let seconds = text.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1_000)).map(Time);
    seconds.or_else(|| text.parse().ok())
}

/// A digest as a provider writes it, in hex or base64; in hex, where it is one.
pub(crate) fn digest(said: &Value) -> Option<String> {
    let said = said.as_str()?.trim();
    if said.len() == 64 && said.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(said.to_ascii_lowercase());
    }
    let bytes = STANDARD.decode(said).ok().filter(|bytes| bytes.len() == 32)?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A longer text, as people write them: without NUL, which PostgreSQL does not keep, and bounded.
fn written(value: &str) -> String {
    value.chars().filter(|letter| *letter != '\0').take(4_096).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn digests_in_hex_and_base64() {
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for said in [hex, &hex.to_uppercase(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="] {
            assert_eq!(digest(&json!(said)).as_deref(), Some(hex), "{said}");
        }
        for nothing in [json!(null), json!(""), json!("abc"), json!("YWJj"), json!(7)] {
            assert_eq!(digest(&nothing), None, "{nothing}");
        }
    }
}
