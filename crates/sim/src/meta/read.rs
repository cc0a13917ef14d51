//! What a call of the messages endpoint says, read as strictly as Graph does.

use super::fill::Given;
use super::wire::Refused;
use crate::names::e164;
use serde::Deserialize;
use serde_json::Value;

/// The longest plain text, in characters.
const LONGEST: usize = 4_096;
/// The longest words under a picture or above buttons, in characters.
const LONGEST_CAPTION: usize = 1_024;
/// The longest reference that comes back in statuses, in characters.
const LONGEST_REFERENCE: usize = 512;

/// What a call asks for.
pub(super) enum Wish {
    /// Show the customer that a message was read.
    MarkRead(String),
    /// Send this.
    Send(Outgoing),
}

/// A message on its way out.
pub(super) struct Outgoing {
    /// As the caller wrote it.
    pub(super) to: String,
    /// The same as `+` and digits.
    pub(super) phone: String,
    pub(super) reference: Option<String>,
    pub(super) said: Said,
}

pub(super) enum Said {
    Text(String),
    Template { name: String, language: String, given: Vec<Given> },
    Media { source: Source, caption: Option<String>, name: Option<String> },
}

/// Where a picture or a file lies.
pub(super) enum Source {
    Uploaded(String),
    Link(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    messaging_product: String,
    #[serde(default)]
    recipient_type: Option<String>,
    #[serde(default)]
    to: String,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    context: Option<Context>,
    #[serde(default)]
    biz_opaque_callback_data: Option<String>,
    text: Option<Text>,
    template: Option<Template>,
    image: Option<Attached>,
    video: Option<Attached>,
    audio: Option<Attached>,
    document: Option<Attached>,
    sticker: Option<Attached>,
    interactive: Option<Value>,
    status: Option<String>,
    message_id: Option<String>,
    #[serde(rename = "typing_indicator")]
    _typing_indicator: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Context {
    message_id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    body: String,
    #[serde(default, rename = "preview_url")]
    _preview_url: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    name: String,
    language: Language,
    #[serde(default)]
    components: Vec<Given>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Language {
    code: String,
    #[serde(default, rename = "policy")]
    _policy: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attached {
    id: Option<String>,
    link: Option<String>,
    caption: Option<String>,
    filename: Option<String>,
}

/// Reads a call's body.
pub(super) fn wish(body: &[u8]) -> Result<Wish, Refused> {
    let raw: Raw = serde_json::from_slice(body).map_err(|error| Refused::parameter(error.to_string()))?;
    if raw.messaging_product != "whatsapp" {
        return Err(Refused::parameter("The parameter messaging_product is required."));
    }
    match (raw.status.as_deref(), &raw.message_id) {
        (Some("read"), Some(id)) => return Ok(Wish::MarkRead(id.clone())),
        (None, None) => {}
        _ => return Err(Refused::parameter("status: read, with a message_id")),
    }
    if raw.recipient_type.as_deref().is_some_and(|kind| kind != "individual") {
        return Err(Refused::parameter("recipient_type: individual"));
    }
    if raw.context.as_ref().is_some_and(|context| context.message_id.is_empty()) {
        return Err(Refused::parameter("context: message_id is empty"));
    }
    if raw.biz_opaque_callback_data.as_ref().is_some_and(|text| text.chars().count() > LONGEST_REFERENCE) {
        return Err(Refused::parameter(format!("biz_opaque_callback_data: at most {LONGEST_REFERENCE} characters")));
    }
    let (to, phone) = (raw.to.clone(), number(&raw.to)?);
    let reference = raw.biz_opaque_callback_data.clone();
    Ok(Wish::Send(Outgoing { to, phone, reference, said: said(raw)? }))
}

/// A recipient as `+` and digits; a plus, spaces and dashes are no harm.
pub(super) fn number(to: &str) -> Result<String, Refused> {
    let digits = to.bytes().filter(u8::is_ascii_digit).count();
    let plain = to.chars().all(|letter| letter.is_ascii_digit() || "+ -()".contains(letter));
    match digits {
        0 if to.is_empty() => Err(Refused::code(131_008, "The parameter to is required.")),
        7..=15 if plain => Ok(e164(to)),
        _ => Err(Refused::code(131_009, "to: a phone number with its country code")),
    }
}

fn said(raw: Raw) -> Result<Said, Refused> {
    let kind = raw.kind.as_deref().unwrap_or("text");
    let missing = || Refused::code(131_008, format!("The parameter {kind} is required."));
    match kind {
        "text" => words("text.body", raw.text.ok_or_else(missing)?.body, LONGEST).map(Said::Text),
        "template" => {
            let template = raw.template.ok_or_else(missing)?;
            Ok(Said::Template { name: template.name, language: template.language.code, given: template.components })
        }
        "image" => attached(raw.image.ok_or_else(missing)?),
        "video" => attached(raw.video.ok_or_else(missing)?),
        "audio" => attached(raw.audio.ok_or_else(missing)?),
        "document" => attached(raw.document.ok_or_else(missing)?),
        "sticker" => attached(raw.sticker.ok_or_else(missing)?),
        "interactive" => interactive(&raw.interactive.ok_or_else(missing)?),
        other => Err(Refused::code(131_051, format!("Message type {other} is not supported here."))),
    }
}

fn words(name: &str, text: String, longest: usize) -> Result<String, Refused> {
    match text.chars().count() {
        0 => Err(Refused::code(131_008, format!("The parameter {name} is required."))),
        length if length > longest => Err(Refused::parameter(format!("{name}: at most {longest} characters"))),
        _ => Ok(text),
    }
}

fn attached(attached: Attached) -> Result<Said, Refused> {
    let source = match (attached.id, attached.link) {
        (Some(id), None) => Source::Uploaded(id),
        (None, Some(link)) if link.starts_with("https://") || link.starts_with("http://") => Source::Link(link),
        _ => return Err(Refused::parameter("either the id of what was uploaded or a link to it")),
    };
    let caption = attached.caption.map(|text| words("caption", text, LONGEST_CAPTION)).transpose()?;
    Ok(Said::Media { source, caption, name: attached.filename })
}

/// Up to three buttons, a list, or a link, under some words.
fn interactive(value: &Value) -> Result<Said, Refused> {
    let kind = value["type"].as_str().unwrap_or_default();
    let action = &value["action"];
    let fits = match kind {
        "button" => action["buttons"].as_array().is_some_and(|buttons| (1..=3).contains(&buttons.len())),
        "list" => action["sections"].as_array().is_some_and(|sections| !sections.is_empty()),
        "cta_url" => action["parameters"]["url"].is_string(),
        _ => false,
    };
    if !fits {
        return Err(Refused::code(131_009, "interactive: one to three buttons, a list with sections, or a cta_url"));
    }
    words("interactive.body.text", value["body"]["text"].as_str().unwrap_or_default().to_owned(), LONGEST_CAPTION).map(Said::Text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn code(body: Value) -> Option<u32> {
        wish(body.to_string().as_bytes()).err().map(|refused| refused.code)
    }

    #[test]
    fn what_is_understood() {
        let text = |body: String| json!({"messaging_product": "whatsapp", "to": "919876543210", "type": "text", "text": {"body": body}});
        for (body, expected) in [
            (text("Hello".into()), None),
            (text(String::new()), Some(131_008)),
            (text("a".repeat(4_097)), Some(100)),
            (json!({"to": "919876543210", "text": {"body": "x"}}), Some(100)),
            (json!({"messaging_product": "whatsapp", "text": {"body": "x"}}), Some(131_008)),
            (json!({"messaging_product": "whatsapp", "to": "12", "text": {"body": "x"}}), Some(131_009)),
            (json!({"messaging_product": "whatsapp", "to": "919876543210", "type": "location"}), Some(131_051)),
            (json!({"messaging_product": "whatsapp", "to": "919876543210", "type": "image", "image": {}}), Some(100)),
            (json!({"messaging_product": "whatsapp", "to": "919876543210", "colour": "red"}), Some(100)),
            (json!({"messaging_product": "whatsapp", "status": "read"}), Some(100)),
            (json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.x"}), None),
        ] {
            assert_eq!(code(body.clone()), expected, "{body}");
        }
    }
}
