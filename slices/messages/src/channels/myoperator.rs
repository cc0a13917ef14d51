//! WhatsApp by MyOperator's public API.

use super::Outcome;
use crate::classes::{Class, Failure, by_code, by_status};
use crate::model::Message;
use crate::world::World;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// How long an answer is waited for. What is out longer counts as unknown.
const PATIENCE: Duration = Duration::from_secs(15);

/// A tenant's account.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Account {
    pub api_key: String,
    pub company_id: String,
    pub phone_number_id: String,
    /// What the provider's webhooks carry, where one was agreed.
    #[serde(default)]
    pub webhook_token: Option<String>,
}

/// Sends one message, by the provider at this address.
pub(crate) async fn send(world: &World, address: &str, account: &Account, message: &Message) -> Outcome {
    let body = match request(account, message) {
        Ok(body) => body,
        Err(failure) => return Outcome::Failed(failure),
    };
    let sent = world
        .http
        .post(format!("{address}/chat/messages"))
        .bearer_auth(&account.api_key)
        .header("X-MYOP-COMPANY-ID", &account.company_id)
        .header("Accept", "application/json")
        .timeout(PATIENCE)
        .json(&body)
        .send()
        .await;
    let answer = match sent {
        Ok(answer) => answer,
        Err(error) => return Outcome::Failed(unanswered(&error)),
    };
    let status = answer.status();
    let retry_after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()).and_then(|text| text.trim().parse().ok());
    match answer.bytes().await {
        Ok(bytes) => read(status.as_u16(), &bytes, retry_after.map(Duration::from_secs)),
        // Whatever a success would have said is lost, and it may have been one.
        Err(error) if status.is_success() => {
            Outcome::Failed(Failure::new(Class::Unknown, format!("the answer of WhatsApp was cut off ({})", plain(&error))))
        }
        Err(_) => Outcome::Failed(by_status(status.as_u16(), "", retry_after.map(Duration::from_secs))),
    }
}

/// The request's body.
fn request(account: &Account, message: &Message) -> Result<Value, Failure> {
    let wrong = || Failure::new(Class::Permanent, format!("{} is no phone number", message.address));
    let number = phonenumber::parse(None, &message.address).map_err(|_| wrong())?;
    let data = match &message.provider_template {
        None => json!({"type": "text", "context": {"body": message.body, "preview_url": false}}),
        Some(name) => json!({
            "type": "template",
            "context": {"template_name": name, "language": crate::template::LOCALE, "body": message.variables.0},
        }),
    };
    Ok(json!({
        "phone_number_id": account.phone_number_id,
        "customer_country_code": number.code().value().to_string(),
        "customer_number": number.national().to_string(),
        "data": data,
        "reply_to": null,
        "myop_ref_id": message.id,
    }))
}

/// No answer came. Where the connection was never made nobody has the message; else the provider may.
fn unanswered(error: &reqwest::Error) -> Failure {
    if error.is_builder() {
        return Failure::new(Class::Permanent, format!("WhatsApp's address is wrong: check the settings ({})", plain(error)));
    }
    let (class, meaning) = if error.is_connect() {
        (Class::Transient, "WhatsApp's provider cannot be reached")
    } else if error.is_timeout() {
        (Class::Unknown, "WhatsApp's provider did not answer in time")
    } else {
        (Class::Unknown, "the connection to WhatsApp's provider was lost")
    };
    Failure::new(class, format!("{meaning} ({})", plain(error)))
}

/// The innermost words: the outer ones repeat the address.
fn plain(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

/// What an answer comes to.
fn read(status: u16, bytes: &[u8], retry_after: Option<Duration>) -> Outcome {
    let body: Value = serde_json::from_slice(bytes).unwrap_or(Value::Null);
    let success = (200..300).contains(&status);
    let code = text(&body["error"]["code"]).or_else(|| text(&body["code"])).unwrap_or_default();
    let words = text(&body["error"]["message"]).or_else(|| text(&body["message"])).unwrap_or_default();
    let said_no = body["status"].as_str().is_some_and(|word| word != "success") || body["error"].is_object();
    if success && !said_no {
        return Outcome::Accepted { provider_id: text(&body["data"]["message_id"]) };
    }
    // A status in the place of a code says no more than the status itself.
    let coded = by_code(&code, &words).filter(|_| code != status.to_string());
    let failure = match coded {
        Some(failure) => failure.retry_after(retry_after),
        None if success => Failure::new(Class::Permanent, format!("WhatsApp refused this message ({code}: {words})")),
        None => by_status(status, &words, retry_after),
    };
    Outcome::Failed(failure)
}

/// A text, or a number as one; nothing for what is empty.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.chars().filter(|letter| *letter != '\0').take(300).collect()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::State;
    use crate::tests::message;

    fn account() -> Account {
        serde_json::from_value(json!({"api_key": "k", "company_id": "c", "phone_number_id": "p"})).unwrap()
    }

    #[test]
    fn a_text_and_a_template() {
        let mut message = message(State::Queued);
        let body = request(&account(), &message).unwrap();
        assert_eq!((&body["customer_country_code"], &body["customer_number"]), (&json!("91"), &json!("9876543210")));
        assert_eq!(body["myop_ref_id"], json!(message.id));
        assert_eq!(body["data"]["context"]["body"], "Hello");
        message.provider_template = Some("payment_done".to_owned());
        message.variables.0.insert("amount".to_owned(), json!("₹99.00"));
        let body = request(&account(), &message).unwrap();
        assert_eq!(body["data"]["context"]["template_name"], "payment_done");
        assert_eq!(body["data"]["context"]["body"]["amount"], "₹99.00");
    }

    #[test]
    fn answers() {
        let class = |status: u16, body: Value| match read(status, body.to_string().as_bytes(), None) {
            Outcome::Failed(failure) => Some(failure.class),
            _ => None,
        };
        for (status, body, expected) in [
            (200, json!({"status": "success", "code": "200", "data": {"message_id": "m1"}}), None),
            (200, json!({"status": "success", "code": "200", "message": "ok"}), None),
            (200, json!({"status": "error", "code": "131026", "message": "x"}), Some(Class::Permanent)),
            (200, json!({"status": "error", "code": "nonsense"}), Some(Class::Permanent)),
            (400, json!({"status": "error", "code": "131056"}), Some(Class::PairLimited)),
            (400, json!({"error": {"code": 130429, "message": "slow down"}}), Some(Class::RateLimited)),
            (400, json!({"status": "error", "code": "400", "message": "bad"}), Some(Class::Permanent)),
            (400, json!({"status": "error", "code": "CHAT_0302"}), Some(Class::Permanent)),
            (401, json!({"status": "error", "code": "401"}), Some(Class::Permanent)),
            (429, json!({"status": "error", "code": "429"}), Some(Class::RateLimited)),
            (500, json!({"message": null}), Some(Class::Transient)),
            (504, json!("<html>"), Some(Class::Unknown)),
        ] {
            assert_eq!(class(status, body.clone()), expected, "{status} {body}");
        }
        let accepted = read(200, br#"{"status":"success","data":{"message_id":"m1"}}"#, None);
        assert_eq!(accepted, Outcome::Accepted { provider_id: Some("m1".to_owned()) });
    }

    #[test]
    fn a_wait_is_passed_on() {
        let Outcome::Failed(failure) = read(429, b"{}", Some(Duration::from_secs(9))) else { panic!("refused") };
        assert_eq!(failure.retry_after, Some(Duration::from_secs(9)));
    }
}
