//! One request to a provider over HTTP, and what came back or did not.

use crate::classes::{Class, Failure};
use crate::world::Channels;
use http::HeaderMap;
use reqwest::RequestBuilder;
use serde_json::Value;
use std::error::Error as _;
use std::time::Duration;

/// The most of an answer that is read from an address that somebody typed, in bytes.
const MOST: usize = 64 * 1024;

/// An answer of whatever status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    /// When the provider says it may be asked again.
    pub retry_after: Option<Duration>,
    pub body: Vec<u8>,
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON; null where it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

impl Channels {
    /// Asks once. `who` names the provider in what a person reads.
    ///
    /// # Errors
    /// No answer came whole: nobody has it where the connection was never made; else the provider may.
    pub(crate) async fn ask(&self, who: &str, patience: Duration, request: RequestBuilder) -> Result<Answer, Failure> {
        let answer = request.timeout(patience).send().await.map_err(|error| unanswered(who, &error))?;
        let status = answer.status().as_u16();
        let retry_after = self.wait(answer.headers());
        match answer.bytes().await {
            Ok(bytes) => Ok(Answer { status, retry_after, body: bytes.to_vec() }),
            // Whatever a success would have said is lost, and it may have been one.
            Err(error) if (200..300).contains(&status) => {
                Err(Failure::new(Class::Unknown, format!("the answer of {who} was cut off ({})", plain(&error))))
            }
            Err(_) => Ok(Answer { status, retry_after, body: Vec::new() }),
        }
    }

    /// The same at an address that others may have typed, which only public hosts are behind. At most [`MOST`] bytes are read of an answer.
    ///
    /// # Errors
    /// As [`Self::ask`]; an address that is not gone to.
    pub(crate) async fn ask_outside(&self, who: &str, patience: Duration, request: http::Request<Vec<u8>>) -> Result<Answer, Failure> {
        match self.outside.ask(request, MOST, patience).await {
            Ok(answer) => {
                let (status, retry_after) = (answer.status().as_u16(), self.wait(answer.headers()));
                Ok(Answer { status, retry_after, body: answer.into_body() })
            }
            Err(error) => {
                let never_made =
                    error.source().and_then(|cause| cause.downcast_ref::<reqwest::Error>()).is_some_and(reqwest::Error::is_connect);
                let class = match error.code() {
                    "address_refused" => Class::Permanent,
                    _ if never_made => Class::Transient,
                    _ => Class::Unknown,
                };
                let failure = Failure::new(class, format!("{who}: {}", error.message()));
                Err(failure.elsewhere(class == Class::Permanent))
            }
        }
    }

    /// What a provider asks to be left alone for.
    pub(crate) fn wait(&self, headers: &HeaderMap) -> Option<Duration> {
        web::http::wait(headers, self.db.clock().now())
    }
}

/// No answer came. Where the connection was never made nobody has the message; else the provider may.
fn unanswered(who: &str, error: &reqwest::Error) -> Failure {
    if error.is_builder() {
        return Failure::new(Class::Permanent, format!("{who}'s address is wrong: check the settings ({})", plain(error)));
    }
    let (class, meaning) = if error.is_connect() {
        (Class::Transient, "cannot be reached")
    } else if error.is_timeout() {
        (Class::Unknown, "did not answer in time")
    } else {
        (Class::Unknown, "lost the connection")
    };
    Failure::new(class, format!("{who} {meaning} ({})", plain(error)))
}

/// The innermost words: the outer ones repeat the address.
fn plain(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

/// A text, or a number as one; nothing for what is empty. At most 300 characters, without NUL, which PostgreSQL does not keep.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(words(text)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What a provider said, fit to be kept.
pub(crate) fn words(said: &str) -> String {
    said.chars().filter(|letter| !letter.is_control()).take(300).collect()
}
