//! What customers do on their phones: they write, press buttons, send pictures, and have enough of marketing.

use super::Meta;
use super::webhooks::DISPLAYED;
use crate::chat::{Channel, Content, Message, Status, Way};
use crate::faults::Provider;
use crate::names::e164;
use bytes::Bytes;
use serde_json::json;

/// A picture of one pixel, which customers send.
const PICTURE: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\
                        \0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

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
                let media = self.keep_media("image/png".to_owned(), Bytes::from_static(PICTURE));
                let described = self.media(&media).unwrap_or_default();
                told["type"] = json!("image");
                told["image"] = json!({"id": media, "mime_type": "image/png", "sha256": described["sha256"], "caption": caption});
            }
        }
        let now = (self.0.clock)();
        self.0.lines.heard(guest, &self.0.account.phone_number_id, &phone, now);
        self.0.chats.write(Message {
            provider: Provider::Meta,
            channel: Channel::Whatsapp,
            guest: guest.map(str::to_owned),
            way: Way::In,
            phone: phone.clone(),
            sender: self.0.account.phone_number_id.clone(),
            reference: None,
            content,
            message_id: Some(id.clone()),
            status: Status::Delivered,
            code: None,
            at: now,
        });
        let contact = json!({"profile": {"name": name_of(digits)}, "wa_id": digits, "user_id": format!("IN.{digits}")});
        self.announce(guest, "messages", self.value(json!({"contacts": [contact], "messages": [told]})));
        id
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
