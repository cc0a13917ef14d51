//! WhatsApp by Meta's Cloud API.

use super::refused;
use crate::answer::{Answer, text};
use crate::classes::{Class, Failure};
use crate::letter::{File, Letter};
use crate::outcome::Outcome;
use crate::world::Channels;
use facts::TenantId;
use reqwest::multipart::{Form, Part};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// Where the account is kept among the credentials.
pub(crate) const NAME: &str = "meta";

/// How long an upload may take.
const UPLOAD: Duration = Duration::from_secs(25);

/// A tenant's number.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Account {
    pub access_token: String,
    pub phone_number_id: String,
    /// The business account that the number belongs to, which has the templates.
    #[serde(default)]
    pub waba_id: Option<String>,
    /// What its webhooks are signed with.
    #[serde(default)]
    pub app_secret: Option<String>,
    /// What Meta says when it asks whether a webhook is ours.
    #[serde(default)]
    pub verify_token: Option<String>,
}

/// Sends one message.
pub(crate) async fn send(channels: &Channels, tenant: TenantId, letter: &Letter, patience: Duration) -> store::Result<Outcome> {
    let Some(account) = channels.credentials.find::<Account>(tenant, NAME).await? else { return Ok(Outcome::NotConfigured) };
    let address = channels.credentials.address(tenant, NAME).await?;
    let number = format!("{address}/{}", account.phone_number_id);
    let media = match &letter.file {
        None => None,
        Some(file) => match upload(channels, &number, &account, file).await {
            Ok(media) => Some(media),
            Err(failure) => return Ok(Outcome::Failed(failure)),
        },
    };
    let post = channels.http.post(format!("{number}/messages")).bearer_auth(&account.access_token).json(&request(letter, media.as_deref()));
    Ok(channels.ask("WhatsApp", patience, post).await.and_then(|answer| read(&answer)).into())
}

/// Puts a file where Meta takes it from, and gives its id there. Nobody has been written to by then, so whatever goes wrong may be tried
/// again; what was put there twice is forgotten by Meta after a month.
async fn upload(channels: &Channels, number: &str, account: &Account, file: &File) -> Result<String, Failure> {
    let size = u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
    let part = Part::stream_with_length(file.bytes.clone(), size).file_name(file.name.clone());
    let part = part.mime_str(&file.kind).map_err(|_| Failure::new(Class::Permanent, format!("{} is no kind of file", file.kind)))?;
    let form = Form::new().text("messaging_product", "whatsapp").text("type", file.kind.clone()).part("file", part);
    let post = channels.http.post(format!("{number}/media")).bearer_auth(&account.access_token).multipart(form);
    let answer = channels.ask("WhatsApp", UPLOAD, post).await.map_err(nothing_sent)?;
    match text(&answer.json()["id"]).filter(|_| answer.is_success()) {
        Some(id) => Ok(id),
        None => Err(nothing_sent(failure(&answer))),
    }
}

/// That nobody knows what became of an upload says nothing of the message.
fn nothing_sent(failure: Failure) -> Failure {
    let class = if failure.class == Class::Unknown { Class::Transient } else { failure.class };
    Failure { class, reason: format!("its file was not taken: {}", failure.reason), ..failure }
}

/// How WhatsApp carries a file of a kind: it shows pictures, and gives everything else to be opened.
fn carrier(kind: &str) -> &'static str {
    if matches!(kind, "image/jpeg" | "image/png") { "image" } else { "document" }
}

/// The request's body. Our id goes along and comes back with every receipt; `media` is Meta's id of the letter's file.
fn request(letter: &Letter, media: Option<&str>) -> Value {
    let to = letter.address.trim_start_matches('+');
    let mut body = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": to,
        "biz_opaque_callback_data": letter.id,
    });
    match (&letter.template, letter.file.as_ref().zip(media)) {
        (None, Some((file, id))) => {
            let carrier = carrier(&file.kind);
            let mut carried = json!({"id": id});
            if let Some(caption) = letter.caption() {
                carried["caption"] = json!(caption);
            }
            if carrier == "document" {
                carried["filename"] = json!(file.name);
            }
            body["type"] = json!(carrier);
            body[carrier] = carried;
        }
        (None, None) => {
            body["type"] = json!("text");
            body["text"] = json!({"body": letter.body, "preview_url": false});
        }
        (Some(template), _) => {
            body["type"] = json!("template");
            body["template"] = json!({
                "name": template.name,
                "language": {"code": template.language},
                "components": components(&template.variables),
            });
        }
    }
    body
}

/// The variables as parameters of the body: by place where their names are numbers, else by name.
fn components(variables: &Map<String, Value>) -> Value {
    if variables.is_empty() {
        return json!([]);
    }
    let mut places: Vec<(u32, &String, &Value)> = Vec::new();
    for (name, value) in variables {
        places.push((name.parse().unwrap_or(0), name, value));
    }
    places.sort_by_key(|(place, ..)| *place);
    let by_place = places.iter().all(|(place, ..)| *place > 0);
    let parameters: Vec<Value> = places
        .iter()
        .map(|(_, name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if by_place { json!({"type": "text", "text": text}) } else { json!({"type": "text", "parameter_name": name, "text": text}) }
        })
        .collect();
    json!([{"type": "body", "parameters": parameters}])
}

/// The provider's id, or why it did not take it. That it took it means no more than that.
fn read(answer: &Answer) -> Result<Option<String>, Failure> {
    let said = answer.json();
    if answer.is_success() && !said["error"].is_object() {
        return Ok(text(&said["messages"][0]["id"]));
    }
    Err(failure(answer))
}

/// Why Meta would not do something.
pub(crate) fn failure(answer: &Answer) -> Failure {
    let error = &answer.json()["error"];
    let details = &error["error_data"]["details"];
    refused(answer, &error["code"], if details.is_string() { details } else { &error["message"] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::{ProviderTemplate, letter};
    use facts::messages::Channel;

    #[test]
    fn a_text_and_a_template() {
        let mut letter = letter(Channel::Whatsapp, "+919876543210");
        let body = request(&letter, None);
        assert_eq!((&body["to"], &body["type"], &body["text"]["body"]), (&json!("919876543210"), &json!("text"), &json!("Hello")));
        assert_eq!(body["biz_opaque_callback_data"], json!(letter.id));
        let variables = json!({"amount": "₹99.00", "count": 3}).as_object().cloned().unwrap();
        letter.template = Some(ProviderTemplate { name: "paid".to_owned(), language: "en".to_owned(), variables });
        let parameters = request(&letter, None)["template"]["components"][0]["parameters"].clone();
        assert_eq!(parameters[0], json!({"type": "text", "parameter_name": "amount", "text": "₹99.00"}));
        assert_eq!(parameters[1]["text"], "3");
        let numbered = json!({"10": "j", "2": "b", "1": "a"}).as_object().cloned().unwrap();
        let texts = components(&numbered)[0]["parameters"].as_array().unwrap().iter().map(|p| p["text"].clone()).collect::<Vec<_>>();
        assert_eq!(texts, ["a", "b", "j"]);
    }

    #[test]
    fn a_file_with_words_under_it() {
        let mut letter = letter(Channel::Whatsapp, "+919876543210");
        let file =
            |name: &str, kind: &str| File { name: name.to_owned(), kind: kind.to_owned(), bytes: bytes::Bytes::new(), link: String::new() };
        letter.file = Some(file("list.pdf", "application/pdf"));
        let body = request(&letter, Some("77"));
        assert_eq!((&body["type"], &body["text"]), (&json!("document"), &Value::Null));
        assert_eq!(body["document"], json!({"id": "77", "caption": "Hello", "filename": "list.pdf"}));
        letter.body = "list.pdf".to_owned();
        assert_eq!(request(&letter, Some("77"))["document"], json!({"id": "77", "filename": "list.pdf"}), "a name is no caption");
        letter.file = Some(file("mango.png", "image/png"));
        assert_eq!(request(&letter, Some("78"))["image"], json!({"id": "78", "caption": "list.pdf"}));
        assert_eq!(nothing_sent(Failure::new(Class::Unknown, "x")).class, Class::Transient);
    }

    #[test]
    fn answers() {
        let class = |status: u16, body: Value| {
            let answer = Answer { status, retry_after: None, body: body.to_string().into_bytes() };
            read(&answer).err().map(|failure| failure.class)
        };
        let error = |code: u32| json!({"error": {"code": code, "message": "m", "error_data": {"details": "d"}}});
        for (status, body, expected) in [
            (200, json!({"messages": [{"id": "wamid.1"}]}), None),
            (200, json!({}), None),
            (400, error(131_026), Some(Class::Permanent)),
            (400, error(131_056), Some(Class::PairLimited)),
            (400, error(130_429), Some(Class::RateLimited)),
            (400, error(131_050), Some(Class::Suppressed)),
            (500, error(131_016), Some(Class::Transient)),
            (401, error(190), Some(Class::Permanent)),
            (400, error(7), Some(Class::Permanent)),
            (503, json!(null), Some(Class::Transient)),
            (502, json!("<html>"), Some(Class::Unknown)),
        ] {
            assert_eq!(class(status, body.clone()), expected, "{status} {body}");
        }
    }
}
