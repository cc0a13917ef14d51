//! WhatsApp, by whoever carries it.

pub(crate) mod gateway;
pub(crate) mod meta;
pub(crate) mod myoperator;
pub(crate) mod templates;

use crate::answer::{Answer, text};
use crate::classes::{Class, Failure, by_status, by_whatsapp_code};
use serde_json::Value;

/// What an answer that is no success means: by WhatsApp's code where it names one that is known, else by its status.
fn refused(answer: &Answer, code: &Value, words: &Value) -> Failure {
    let code = text(code).unwrap_or_default();
    let words = text(words).unwrap_or_default();
    // A status in the place of a code says no more than the status itself.
    match by_whatsapp_code(&code, &words).filter(|_| code != answer.status.to_string()) {
        Some(failure) => failure.retry_after(answer.retry_after),
        None if answer.is_success() => Failure::new(Class::Permanent, format!("WhatsApp refused this message ({code}: {words})")),
        // Whoever reads it can look the code up, whether a table here has it or not.
        None if code.is_empty() || code == answer.status.to_string() => by_status(answer.status, &words, answer.retry_after),
        None => by_status(answer.status, format!("{code} {words}").trim_end(), answer.retry_after),
    }
}
