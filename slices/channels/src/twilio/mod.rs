//! SMS and WhatsApp by Twilio.

mod listed;
mod sign;

pub use listed::{Listed, Listing, Mark};
pub(crate) use sign::{Signed, is_genuine};

use crate::answer::{Answer, text};
use crate::classes::{Class, Failure, by_status, by_twilio_code};
use crate::letter::Letter;
use crate::outcome::Outcome;
use crate::world::Channels;
use facts::TenantId;
use facts::messages::Channel;
use serde::Deserialize;
use std::time::Duration;

/// Where the account is kept among the credentials.
pub(crate) const NAME: &str = "twilio";
/// The longest text that Twilio takes, in characters.
const LONGEST: usize = 1_600;
/// What the numbers begin with whose operators know senders by their header.
const INDIA: &str = "+91";

/// A tenant's account.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Account {
    pub account_sid: String,
    pub auth_token: String,
    /// Whom SMS come from: a number, or a messaging service.
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    messaging_service_sid: Option<String>,
    /// Whom SMS to India come from: the header that is registered there (DLT) and with Twilio, together with the texts that go by it.
    #[serde(default)]
    dlt_header: Option<String>,
    /// The number that WhatsApp messages come from.
    #[serde(default)]
    whatsapp_from: Option<String>,
}

/// Sends one message. Twilio knows no idempotency key, so an answer that is lost leaves it unknown.
pub(crate) async fn send(channels: &Channels, tenant: TenantId, letter: &Letter, patience: Duration) -> store::Result<Outcome> {
    let Some(account) = channels.credentials.find::<Account>(tenant, NAME).await? else { return Ok(Outcome::NotConfigured) };
    let Some(mut form) = form(&account, letter) else { return Ok(Outcome::NotConfigured) };
    if letter.body.chars().count() > LONGEST && letter.template.is_none() {
        return Ok(Outcome::Failed(Failure::new(Class::Permanent, format!("the text has more than {LONGEST} characters"))));
    }
    // Our id comes back with each receipt, in its address.
    form.push(("StatusCallback", format!("{}/webhooks/twilio/{tenant}?ref={}", channels.public_url, letter.id)));
    let address = channels.credentials.address(tenant, NAME).await?;
    let post = channels
        .http
        .post(format!("{address}/Accounts/{}/Messages.json", account.account_sid))
        .basic_auth(&account.account_sid, Some(&account.auth_token))
        .form(&form);
    Ok(channels.ask("Twilio", patience, post).await.and_then(|answer| read(&answer)).into())
}

/// The fields of the request; nothing where the account has no sender for the channel.
fn form(account: &Account, letter: &Letter) -> Option<Vec<(&'static str, String)>> {
    let mut form = match letter.channel {
        Channel::Whatsapp => {
            let from = account.whatsapp_from.as_ref()?;
            vec![("To", format!("whatsapp:{}", letter.address)), ("From", format!("whatsapp:{from}"))]
        }
        _ => {
            let header = account.dlt_header.as_ref().filter(|_| letter.address.starts_with(INDIA));
            let sender = match (header, &account.messaging_service_sid, &account.from) {
                (Some(header), ..) => ("From", header.clone()),
                (None, Some(service), _) => ("MessagingServiceSid", service.clone()),
                (None, None, from) => ("From", from.clone()?),
            };
            vec![("To", letter.address.clone()), sender]
        }
    };
    match (letter.template.as_ref().filter(|_| letter.channel == Channel::Whatsapp), &letter.file) {
        (Some(template), _) => {
            form.push(("ContentSid", template.name.clone()));
            form.push(("ContentVariables", serde_json::Value::Object(template.variables.clone()).to_string()));
        }
        (None, Some(file)) => {
            form.push(("MediaUrl", file.link.clone()));
            form.extend(letter.caption().map(|words| ("Body", words.to_owned())));
        }
        (None, None) => form.push(("Body", letter.body.clone())),
    }
    Some(form)
}

fn read(answer: &Answer) -> Result<Option<String>, Failure> {
    let said = answer.json();
    if answer.is_success() {
        return match (text(&said["error_code"]), said["status"].as_str()) {
            (Some(code), Some("failed" | "undelivered")) => Err(refused(answer, &code, &text(&said["error_message"]).unwrap_or_default())),
            _ => Ok(text(&said["sid"])),
        };
    }
    Err(refused(answer, &text(&said["code"]).unwrap_or_default(), &text(&said["message"]).unwrap_or_default()))
}

fn refused(answer: &Answer, code: &str, words: &str) -> Failure {
    match by_twilio_code(code, words) {
        Some(failure) => failure.retry_after(answer.retry_after),
        None if answer.is_success() => Failure::new(Class::Permanent, format!("Twilio refused this message ({code}: {words})")),
        None => by_status(answer.status, words, answer.retry_after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::{File, ProviderTemplate, letter};
    use serde_json::{Value, json};

    fn account(fields: Value) -> Account {
        let mut all = json!({"account_sid": "AC1", "auth_token": "t"});
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        serde_json::from_value(all).unwrap()
    }

    #[test]
    fn senders_and_texts() {
        let mut letter = letter(Channel::Sms, "+919876543210");
        assert!(form(&account(json!({})), &letter).is_none(), "no sender, no message");
        let has = |form: &[(&str, String)], name: &str| form.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
        let sms = form(&account(json!({"from": "+15550001111"})), &letter).unwrap();
        assert_eq!((has(&sms, "From").as_deref(), has(&sms, "Body").as_deref()), (Some("+15550001111"), Some("Hello")));
        let service = form(&account(json!({"from": "+15550001111", "messaging_service_sid": "MG1"})), &letter).unwrap();
        assert_eq!((has(&service, "From"), has(&service, "MessagingServiceSid").as_deref()), (None, Some("MG1")));
        let all = account(json!({"from": "+15550001111", "messaging_service_sid": "MG1", "dlt_header": "ASHAFR"}));
        let indian = form(&all, &letter).unwrap();
        assert_eq!((has(&indian, "From").as_deref(), has(&indian, "MessagingServiceSid")), (Some("ASHAFR"), None));
        letter.address = "+15550003333".to_owned();
        let american = form(&all, &letter).unwrap();
        assert_eq!((has(&american, "From"), has(&american, "MessagingServiceSid").as_deref()), (None, Some("MG1")));
        letter.address = "+919876543210".to_owned();
        letter.channel = Channel::Whatsapp;
        let variables = json!({"1": "x"}).as_object().cloned().unwrap();
        letter.template = Some(ProviderTemplate { name: "HX1".to_owned(), language: "en".to_owned(), variables });
        let whatsapp = form(&account(json!({"whatsapp_from": "+15550002222"})), &letter).unwrap();
        assert_eq!(has(&whatsapp, "To").as_deref(), Some("whatsapp:+919876543210"));
        assert_eq!((has(&whatsapp, "ContentSid").as_deref(), has(&whatsapp, "Body")), (Some("HX1"), None));
        assert_eq!(has(&whatsapp, "ContentVariables").as_deref(), Some(r#"{"1":"x"}"#));
    }

    #[test]
    fn a_file_is_fetched_by_its_link() {
        let mut letter = letter(Channel::Whatsapp, "+919876543210");
        letter.body = "mango.png".to_owned();
        letter.file = Some(File {
            name: "mango.png".to_owned(),
            kind: "image/png".to_owned(),
            bytes: bytes::Bytes::new(),
            link: "https://shop.example/attachment?token=x".to_owned(),
        });
        let account = account(json!({"whatsapp_from": "+15550002222"}));
        let fields = |letter: &Letter| form(&account, letter).unwrap().split_off(2);
        let link = ("MediaUrl", "https://shop.example/attachment?token=x".to_owned());
        assert_eq!(fields(&letter), std::slice::from_ref(&link), "a name is no caption");
        letter.body = "These?".to_owned();
        assert_eq!(fields(&letter), [link, ("Body", "These?".to_owned())]);
    }

    #[test]
    fn answers() {
        let class = |status: u16, body: Value| {
            let answer = Answer { status, retry_after: None, body: body.to_string().into_bytes() };
            read(&answer).err().map(|failure| failure.class)
        };
        for (status, body, expected) in [
            (201, json!({"sid": "SM1", "status": "queued", "error_code": null}), None),
            (201, json!({"sid": "SM1", "status": "failed", "error_code": 30007}), Some(Class::Permanent)),
            (400, json!({"code": 21610, "message": "opted out"}), Some(Class::Suppressed)),
            (400, json!({"code": 21211, "message": "invalid"}), Some(Class::Permanent)),
            (429, json!({"code": 20429, "message": "slow down"}), Some(Class::RateLimited)),
            (401, json!({"code": 20003, "message": "no"}), Some(Class::Permanent)),
            (500, json!({}), Some(Class::Transient)),
            (504, json!({}), Some(Class::Unknown)),
        ] {
            assert_eq!(class(status, body.clone()), expected, "{status} {body}");
        }
    }
}
