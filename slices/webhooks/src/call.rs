//! One signed call of a tenant's address, as whoever sends something there makes it.

use crate::sign;
use facts::Time;
use http::{HeaderMap, Request, header};
use std::time::{Duration, Instant};
use store::{Error, Result};
use web::http::Outside;

/// How long a receiver may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// What is read of an answer, in bytes.
const MOST: usize = 4_096;

/// What is posted, and where to.
pub struct Posting<'a> {
    /// The address that a tenant typed.
    pub url: &'a str,
    /// Under which id: the same at each try, so that the receiver can tell.
    pub id: &'a str,
    /// When this try is made.
    pub at: Time,
    /// The secrets that sign, the newest first.
    pub secrets: &'a [String],
    /// The JSON.
    pub body: Vec<u8>,
}

/// What came back.
pub struct Called {
    /// The HTTP status; none where nobody answered.
    pub status: Option<u16>,
    /// How long the receiver wants to be left alone, as it says it.
    pub retry_after: Option<String>,
    /// What came to nothing, in a word: `refused` or `no_answer`; nothing where somebody answered.
    pub trouble: Option<&'static str>,
    /// Whether the receiver may have it: it answered, or was reached and never said so.
    pub reached: bool,
    /// What was answered, shortened, or why nobody did.
    pub answer: String,
    /// Until then.
    pub took: Duration,
}

/// Makes the call. Whatever comes of it is no error.
///
/// # Errors
/// A secret that is none, an address that cannot be one.
pub async fn call(outside: &Outside, posting: Posting<'_>) -> Result<Called> {
    let secrets = posting.secrets.iter().map(String::as_str);
    let signatures = sign::signatures(secrets, posting.id, posting.at.seconds(), &posting.body)?;
    let mut request = Request::post(posting.url);
    for (name, value) in headers(posting.id, posting.at, &signatures) {
        request = request.header(name, value);
    }
    let request = request.body(posting.body).map_err(Error::internal)?;
    let began = Instant::now();
    let answer = outside.ask(request, MOST, PATIENCE).await;
    Ok(called(answer, began.elapsed()))
}

/// What is sent along: shown on the page of a delivery as well.
pub(crate) fn headers(id: &str, at: Time, signatures: &str) -> [(&'static str, String); 4] {
    [
        (header::CONTENT_TYPE.as_str(), "application/json".to_owned()),
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", at.seconds().to_string()),
        ("webhook-signature", signatures.to_owned()),
    ]
}

fn called(answer: Result<http::Response<Vec<u8>>>, took: Duration) -> Called {
    match answer {
        Ok(answer) => {
            let status = answer.status().as_u16();
            Called {
                status: Some(status),
                retry_after: retry_after(answer.headers()),
                trouble: None,
                reached: true,
                answer: readable(answer.body()),
                took,
            }
        }
        Err(error) => {
            let trouble = if error.code() == "address_refused" { "refused" } else { "no_answer" };
            let reached = !matches!(error.code(), "address_refused" | "outside_unreached");
            Called { status: None, retry_after: None, trouble: Some(trouble), reached, answer: error.message().to_owned(), took }
        }
    }
}

fn retry_after(headers: &HeaderMap) -> Option<String> {
    headers.get(header::RETRY_AFTER)?.to_str().ok().map(str::to_owned)
}

/// An answer as it may be kept and shown: text, without what no text has in it.
fn readable(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_an_answer_can_be_shown() {
        assert_eq!(readable(b"a\0b\x1b[31m\n\xff"), "ab[31m\n\u{fffd}");
    }
}
