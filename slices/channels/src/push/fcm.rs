//! Push to apps by Firebase Cloud Messaging, HTTP v1.

use super::tokens::ServiceAccount;
use crate::answer::{Answer, text};
use crate::classes::{Class, Failure, by_fcm_code, by_status};
use crate::devices::{self, Kind};
use crate::letter::Letter;
use crate::outcome::Outcome;
use crate::world::Channels;
use facts::TenantId;
use facts::consent::Scope;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// Where the account is kept among the credentials.
const NAME: &str = "fcm";
/// Where Google gives access tokens is known under this name.
const TOKENS: &str = "fcm_token";

#[derive(Deserialize)]
struct Account {
    /// The file that Google's console gives, as text.
    service_account: String,
}

/// Sends one message to one device.
pub(crate) async fn send(channels: &Channels, tenant: TenantId, letter: &Letter, patience: Duration) -> store::Result<Outcome> {
    let Some(device) = devices::addressed(channels, tenant, letter, Kind::Fcm).await? else { return Ok(Outcome::NotConfigured) };
    let Some(account) = channels.credentials.find::<Account>(tenant, NAME).await? else { return Ok(Outcome::NotConfigured) };
    let address = channels.credentials.address(tenant, NAME).await?;
    let Ok(account) = serde_json::from_str::<ServiceAccount>(&account.service_account) else {
        let words = "the service account is not the file that Google gives: check the settings";
        return Ok(Outcome::Failed(Failure::new(Class::Permanent, words).elsewhere(true)));
    };
    let tokens = channels.credentials.address(tenant, TOKENS).await?;
    let token = match channels.tokens.of(channels, &tokens, &account).await {
        Ok(token) => token,
        Err(failure) => return Ok(Outcome::Failed(failure)),
    };
    let post = channels
        .http
        .post(format!("{address}/v1/projects/{}/messages:send", account.project_id))
        .bearer_auth(token)
        .json(&request(&device.endpoint, letter));
    Ok(channels.ask("Firebase", patience, post).await.and_then(|answer| read(&answer)).into())
}

fn request(token: &str, letter: &Letter) -> Value {
    json!({"message": {
        "token": token,
        "notification": {"title": letter.subject, "body": letter.body},
        "data": {"message_id": letter.id.to_string()},
        "android": {"priority": if letter.hasty { "HIGH" } else { "NORMAL" }},
    }})
}

fn read(answer: &Answer) -> Result<Option<String>, Failure> {
    let said = answer.json();
    if answer.is_success() {
        return Ok(text(&said["name"]));
    }
    let error = &said["error"];
    let details = error["details"].as_array().into_iter().flatten();
    let code = details.clone().find_map(|detail| text(&detail["errorCode"])).unwrap_or_default();
    let words = text(&error["message"]).unwrap_or_default();
    let Some(mut failure) = by_fcm_code(&code, &words, answer.retry_after) else {
        return Err(by_status(answer.status, &words, answer.retry_after));
    };
    // A payload may be wrong as well as a token: only a token that is said to be at fault is taken away.
    let names_token =
        details.flat_map(|detail| detail["fieldViolations"].as_array().into_iter().flatten()).any(|at| at["field"] == "message.token");
    let gone = matches!(code.as_str(), "UNREGISTERED" | "SENDER_ID_MISMATCH") || (code == "INVALID_ARGUMENT" && names_token);
    failure.suppress = gone.then_some(Scope::All);
    Err(failure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers() {
        let read = |status: u16, body: Value| read(&Answer { status, retry_after: None, body: body.to_string().into_bytes() });
        let error = |code: &str, more: Value| json!({"error": {"message": "m", "status": "NOT_FOUND", "details": [{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}, more]}});
        assert_eq!(read(200, json!({"name": "projects/p/messages/1"})), Ok(Some("projects/p/messages/1".to_owned())));
        let at_token = json!({"fieldViolations": [{"field": "message.token"}]});
        for (status, body, class, gone) in [
            (404, error("UNREGISTERED", Value::Null), Class::Permanent, true),
            (403, error("SENDER_ID_MISMATCH", Value::Null), Class::Permanent, true),
            (400, error("INVALID_ARGUMENT", Value::Null), Class::Permanent, false),
            (400, error("INVALID_ARGUMENT", at_token), Class::Permanent, true),
            (429, error("QUOTA_EXCEEDED", Value::Null), Class::RateLimited, false),
            (503, error("UNAVAILABLE", Value::Null), Class::Transient, false),
            (401, json!({"error": {"message": "token"}}), Class::Permanent, false),
        ] {
            let failure = read(status, body.clone()).unwrap_err();
            assert_eq!((failure.class, failure.suppress.is_some()), (class, gone), "{status} {body}");
        }
    }
}
