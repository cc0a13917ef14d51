//! WhatsApp by a gateway of the tenant's own: the plain calls that small gateways take.
//!
//! A message is `POST {url}` with `{"to": "+91…", "message": "…", "id": "<our id>"}`, and a bearer token where one was agreed. An answer of 2xx
//! took it; `{"id": …}` in it is the gateway's id. Statuses come back as `{"ref": "<our id>", "id": …, "status": "sent|delivered|read|failed"}`,
//! what people write as `{"from": "+91…", "message": "…", "id": …}`.

use crate::answer::{Answer, text};
use crate::classes::{Class, Failure, by_status};
use crate::letter::Letter;
use crate::outcome::Outcome;
use crate::world::Channels;
use facts::TenantId;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// Where it is kept among the credentials.
const NAME: &str = "gateway";

/// A tenant's gateway.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Account {
    pub url: String,
    /// What its calls carry, both ways.
    #[serde(default)]
    pub token: Option<String>,
}

/// Sends one message. The address is one that a tenant types, so it is gone to like one.
pub(crate) async fn send(channels: &Channels, tenant: TenantId, letter: &Letter, patience: Duration) -> store::Result<Outcome> {
    let Some(account) = channels.credentials.find::<Account>(tenant, NAME).await? else { return Ok(Outcome::NotConfigured) };
    let body = json!({"to": letter.address, "message": letter.body, "id": letter.id}).to_string().into_bytes();
    let mut post = http::Request::post(account.url.as_str()).header("content-type", "application/json");
    if let Some(token) = &account.token {
        post = post.header("authorization", format!("Bearer {token}"));
    }
    let asked = match post.body(body) {
        Ok(post) => channels.ask_outside("the WhatsApp gateway", patience, post).await,
        Err(error) => Err(Failure::new(Class::Permanent, format!("the gateway's address is wrong: check the settings ({error})"))),
    };
    Ok(asked.and_then(|answer| read(&answer)).into())
}

fn read(answer: &Answer) -> Result<Option<String>, Failure> {
    let said = answer.json();
    if answer.is_success() {
        return Ok(text(&said["id"]));
    }
    let words = text(&said["message"]).or_else(|| text(&said["error"])).unwrap_or_default();
    Err(by_status(answer.status, &words, answer.retry_after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers() {
        let read = |status: u16, body: &str| read(&Answer { status, retry_after: None, body: body.as_bytes().to_vec() });
        assert_eq!(read(202, r#"{"id": 7}"#), Ok(Some("7".to_owned())));
        assert_eq!(read(200, "OK"), Ok(None));
        for (status, class) in [(400, Class::Permanent), (429, Class::RateLimited), (500, Class::Transient), (504, Class::Unknown)] {
            assert_eq!(read(status, "{}").map_err(|failure| failure.class), Err(class), "{status}");
        }
    }
}
