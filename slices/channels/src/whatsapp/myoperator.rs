//! WhatsApp by MyOperator's public API.

use super::refused;
use crate::answer::{Answer, text};
use crate::classes::{Class, Failure};
use crate::letter::Letter;
use crate::outcome::Outcome;
use crate::world::Channels;
use facts::TenantId;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// Where the account is kept among the credentials.
const NAME: &str = "myoperator";

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

/// Sends one message.
pub(crate) async fn send(channels: &Channels, tenant: TenantId, letter: &Letter, patience: Duration) -> store::Result<Outcome> {
    let Some(account) = channels.credentials.find::<Account>(tenant, NAME).await? else { return Ok(Outcome::NotConfigured) };
    let address = channels.credentials.address(tenant, NAME).await?;
    let body = match request(&account, letter) {
        Ok(body) => body,
        Err(failure) => return Ok(Outcome::Failed(failure)),
    };
    let post = channels
        .http
        .post(format!("{address}/chat/messages"))
        .bearer_auth(&account.api_key)
        .header("X-MYOP-COMPANY-ID", &account.company_id)
        .header("Accept", "application/json")
        .json(&body);
    Ok(channels.ask("WhatsApp's provider", patience, post).await.and_then(|answer| read(&answer)).into())
}

/// The request's body.
fn request(account: &Account, letter: &Letter) -> Result<Value, Failure> {
    let wrong = || Failure::new(Class::Permanent, format!("{} is no phone number", letter.address));
    let number = phonenumber::parse(None, &letter.address).map_err(|_| wrong())?;
    let data = match &letter.template {
        None => json!({"type": "text", "context": {"body": letter.body, "preview_url": false}}),
        Some(template) => json!({
            "type": "template",
            "context": {"template_name": template.name, "language": template.language, "body": template.variables},
        }),
    };
    Ok(json!({
        "phone_number_id": account.phone_number_id,
        "customer_country_code": number.code().value().to_string(),
        "customer_number": number.national().to_string(),
        "data": data,
        "reply_to": null,
        "myop_ref_id": letter.id,
    }))
}

/// The provider's id, or why it did not take it.
fn read(answer: &Answer) -> Result<Option<String>, Failure> {
    let said = answer.json();
    let said_no = said["status"].as_str().is_some_and(|word| word != "success") || said["error"].is_object();
    if answer.is_success() && !said_no {
        return Ok(text(&said["data"]["message_id"]));
    }
    let of = if said["error"].is_object() { &said["error"] } else { &said };
    Err(refused(answer, &of["code"], &of["message"]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::{ProviderTemplate, letter};
    use facts::messages::Channel;

    fn account() -> Account {
        serde_json::from_value(json!({"api_key": "k", "company_id": "c", "phone_number_id": "p"})).unwrap()
    }

    #[test]
    fn a_text_and_a_template() {
        let mut letter = letter(Channel::Whatsapp, "+919876543210");
        let body = request(&account(), &letter).unwrap();
        assert_eq!((&body["customer_country_code"], &body["customer_number"]), (&json!("91"), &json!("9876543210")));
        assert_eq!(body["myop_ref_id"], json!(letter.id));
        assert_eq!(body["data"]["context"]["body"], "Hello");
        let variables = json!({"amount": "₹99.00"}).as_object().cloned().unwrap();
        letter.template = Some(ProviderTemplate { name: "payment_done".to_owned(), language: "en".to_owned(), variables });
        let body = request(&account(), &letter).unwrap();
        assert_eq!(body["data"]["context"]["template_name"], "payment_done");
        assert_eq!(body["data"]["context"]["body"]["amount"], "₹99.00");
    }

    #[test]
    fn answers() {
        let class = |status: u16, body: Value| {
            let answer = Answer { status, retry_after: None, body: body.to_string().into_bytes() };
            read(&answer).err().map(|failure| failure.class)
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
        let accepted = Answer { status: 200, retry_after: None, body: br#"{"status":"success","data":{"message_id":"m1"}}"#.to_vec() };
        assert_eq!(read(&accepted), Ok(Some("m1".to_owned())));
    }

    #[test]
    fn a_wait_is_passed_on() {
        let wait = Some(Duration::from_secs(9));
        let failure = read(&Answer { status: 429, retry_after: wait, body: b"{}".to_vec() }).unwrap_err();
        assert_eq!(failure.retry_after, wait);
    }
}
