//! What customers do on their phones: they write, press buttons, send pictures, and have enough of marketing.

use super::Meta;
use super::webhooks::DISPLAYED;
use crate::chat::{Channel, Content, Enclosed, Message, Status, Way};
use crate::faults::Provider;
use crate::names::e164;
use serde_json::{Value, json};

impl Meta {
    /// A customer writes to the shop, or to a guest: words, a press on a button, or a picture. Gives the message's id. The shop may
    /// answer freely for the next 24 hours.
    pub fn inbound(&self, guest: Option<&str>, from: &str, content: Content) -> String {
        let phone = e164(from);
        let id = format!("wamid.{}AA==", self.0.names.fresh(28));
        let digits = phone.trim_start_matches('+');
        let mut told = json!({"from": digits, "id": id, "timestamp": self.seconds()});
        match &content {
            Content::Text { body } | Content::Template { name: body, .. } => {
                told["type"] = json!("text");
                told["text"] = json!({"body": body});
            }
            Content::Button { text, payload } => {
                told["type"] = json!("button");
                told["button"] = json!({"text": text, "payload": payload});
                told["context"] = json!({"from": DISPLAYED, "id": self.last_to(guest, &phone)});
            }
            Content::Media { caption, .. } => {
                told["type"] = json!("image");
                told["image"] = self.told_of(&Enclosed::picture(), caption.as_deref());
            }
        }
        self.arrives(guest, phone, content, told);
        id
    }

    /// A customer sends a file to the shop, or to a guest. Gives the message's id.
    pub fn sends(&self, guest: Option<&str>, from: &str, file: &Enclosed, caption: Option<&str>) -> String {
        let phone = e164(from);
        let id = format!("wamid.{}AA==", self.0.names.fresh(28));
        let mut told = json!({"from": phone.trim_start_matches('+'), "id": id, "timestamp": self.seconds(), "type": file.carrier()});
        told[file.carrier()] = self.told_of(file, caption);
        let link = format!("{}/media/{}", self.0.base, told[file.carrier()]["id"].as_str().unwrap_or_default());
        let content = Content::Media { link, caption: caption.map(str::to_owned), name: file.name.clone() };
        self.arrives(guest, phone, content, told);
        id
    }

    /// Keeps a file, and gives what a call tells of it.
    fn told_of(&self, file: &Enclosed, caption: Option<&str>) -> Value {
        let media = self.keep_media(file.kind.clone(), file.bytes.clone());
        let described = self.media(&media).unwrap_or_default();
        let digest = file.digest.as_ref().map_or_else(|| described["sha256"].clone(), |digest| json!(digest));
        let mut told = json!({"id": media, "mime_type": file.kind, "sha256": digest});
        if let Some(caption) = caption {
            told["caption"] = json!(caption);
        }
        if let Some(name) = &file.name {
            told["filename"] = json!(name);
        }
        told
    }

    /// Writes down what a customer says, and tells the shop.
    fn arrives(&self, guest: Option<&str>, phone: String, content: Content, told: Value) {
        let digits = phone.trim_start_matches('+').to_owned();
        let now = (self.0.clock)();
        self.0.lines.heard(guest, &self.0.account.phone_number_id, &phone, now);
        self.0.chats.write(Message {
            provider: Provider::Meta,
            channel: Channel::Whatsapp,
            guest: guest.map(str::to_owned),
            way: Way::In,
            phone,
            sender: self.0.account.phone_number_id.clone(),
            reference: None,
            content,
            message_id: told["id"].as_str().map(str::to_owned),
            status: Status::Delivered,
            code: None,
            at: now,
        });
        let contact = json!({"profile": {"name": name_of(&digits)}, "wa_id": digits, "user_id": format!("IN.{digits}")});
        self.announce(guest, "messages", self.value(json!({"contacts": [contact], "messages": [told]})));
    }

    /// The newest message to a phone, which a press on a button answers.
    fn last_to(&self, guest: Option<&str>, phone: &str) -> Option<String> {
        let sent = self.0.chats.taken(Provider::Meta);
        sent.into_iter().rev().find(|message| message.guest.as_deref() == guest && message.phone == phone)?.message_id
    }

    /// A customer stops marketing messages, or wants them again.
    pub fn prefers(&self, guest: Option<&str>, phone: &str, marketing: bool) {
        let phone = e164(phone);
        self.0.lines.stop(guest, &self.0.account.phone_number_id, &phone, !marketing);
        let wa_id = phone.trim_start_matches('+');
        let word = if marketing { "resume" } else { "stop" };
        let preference = json!({
            "wa_id": wa_id, "detail": format!("User requested to {word} marketing messages"), "category": "marketing_messages", "value": word,
            "timestamp": (self.0.clock)().seconds(),
        });
        let contact = json!({"profile": {"name": name_of(wa_id)}, "wa_id": wa_id});
        self.announce(guest, "user_preferences", self.value(json!({"contacts": [contact], "user_preferences": [preference]})));
    }
}

fn name_of(digits: &str) -> String {
    format!("Customer {}", digits.get(digits.len().saturating_sub(4)..).unwrap_or_default())
}
