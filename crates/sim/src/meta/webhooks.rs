//! What Meta tells the shop: how far messages are, what customers wrote, and what became of templates.

use super::Meta;
use super::codes;
use super::wire::Whose;
use crate::chat::{Content, Message, Status};
use crate::courier::Parcel;
use axum::http::{HeaderMap, HeaderValue, header};
use bytes::Bytes;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fmt::Write;

/// How the shop's number is written.
pub(super) const DISPLAYED: &str = "15550783881";
/// One change, as an entry of a webhook has it.
pub(super) struct Change {
    whose: Whose,
    field: &'static str,
    value: Value,
}

impl Meta {
    /// The phone reports now that a message is sent, delivered or read. Returns whether there is such a message.
    pub fn status(&self, message_id: &str, status: Status) -> bool {
        self.report(message_id, status, None)
    }

    /// The message fails on its way, with a code of Meta's. Returns whether there is such a message.
    pub fn fail(&self, message_id: &str, code: u32) -> bool {
        self.report(message_id, Status::Failed, Some(code))
    }

    pub(super) fn report(&self, id: &str, status: Status, code: Option<u32>) -> bool {
        let Some(message) = self.0.chats.advance(id, status, code) else { return false };
        let mut told = json!({
            "id": id, "status": status.word(), "timestamp": self.seconds(), "recipient_id": message.phone.trim_start_matches('+'),
        });
        if let Some(reference) = &message.reference {
            told["biz_opaque_callback_data"] = json!(reference);
        }
        let category = self.category(&message);
        match (status, code) {
            (Status::Sent | Status::Delivered, _) => {
                told["pricing"] = json!({"billable": category != "service", "pricing_model": "PMP", "category": category});
            }
            (Status::Failed, code) => {
                let code = code.unwrap_or(131_026);
                let title = codes::known(code).map_or("Unknown", |known| known.title);
                told["errors"] = json!([{
                    "code": code, "title": title, "message": title, "error_data": {"details": title},
                    "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
                }]);
            }
            _ => {}
        }
        self.announce(message.guest.as_deref(), "messages", self.value(json!({"statuses": [told]})));
        true
    }

    fn category(&self, message: &Message) -> String {
        let Content::Template { name, language, .. } = &message.content else { return "service".to_owned() };
        let mut state = self.0.state.lock();
        let template = state.templates.find(message.guest.as_deref(), name, language);
        template.map_or_else(|| "utility".to_owned(), |template| template.category.to_lowercase())
    }

    /// From now on webhooks are held back.
    pub fn hold_webhooks(&self) {
        self.0.state.lock().held.get_or_insert_default();
    }

    /// Sends what was held back, all of an account's in one call; the newest first, if `backwards`.
    pub fn release_webhooks(&self, backwards: bool) {
        let mut held = self.0.state.lock().held.take().unwrap_or_default();
        if backwards {
            held.reverse();
        }
        let mut accounts: BTreeMap<Whose, Vec<Change>> = BTreeMap::new();
        held.into_iter().for_each(|change| accounts.entry(change.whose.clone()).or_default().push(change));
        accounts.into_iter().for_each(|(whose, changes)| self.post(whose, changes));
    }

    /// Meta asks the shop's address whether it wants webhooks, as it does on set-up. Returns whether it gave the right answer.
    pub async fn verify(&self, guest: Option<&str>) -> bool {
        self.verify_with(guest, &self.0.account.verify_token).await
    }

    /// The same with a token that may be wrong.
    pub async fn verify_with(&self, guest: Option<&str>, token: &str) -> bool {
        let challenge = self.0.names.digits(10);
        let query = [("hub.mode", "subscribe"), ("hub.verify_token", token), ("hub.challenge", challenge.as_str())];
        self.0.courier.ask(guest, &query).await == Some((200, challenge))
    }

    pub(super) fn seconds(&self) -> String {
        (self.0.clock)().seconds().to_string()
    }

    /// A value with what each one of messages carries.
    pub(super) fn value(&self, mut value: Value) -> Value {
        value["messaging_product"] = json!("whatsapp");
        value["metadata"] = json!({"display_phone_number": DISPLAYED, "phone_number_id": self.0.account.phone_number_id});
        value
    }

    pub(super) fn announce(&self, guest: Option<&str>, field: &'static str, value: Value) {
        let change = Change { whose: guest.map(str::to_owned), field, value };
        let mut state = self.0.state.lock();
        if let Some(held) = &mut state.held {
            return held.push(change);
        }
        drop(state);
        self.post(change.whose.clone(), vec![change]);
    }

    fn post(&self, guest: Whose, changes: Vec<Change>) {
        let event = changes.first().map(|change| change.field.to_owned()).unwrap_or_default();
        let body = escaped(
            &json!({"object": "whatsapp_business_account", "entry": entries(&self.0.account.waba_id, (self.0.clock)().seconds(), changes)})
                .to_string(),
        );
        let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        if let Ok(value) = HeaderValue::from_str(&self.webhook_signature(&body)) {
            headers.insert("x-hub-signature-256", value);
        }
        let event_id = self.0.names.fresh(20);
        self.0.courier.send(Parcel { guest, to: None, event_id, event, headers, body: Bytes::from(body) });
    }

    /// What `X-Hub-Signature-256` says of a body.
    pub fn webhook_signature(&self, body: &str) -> String {
        signature(&self.0.account.app_secret, body.as_bytes())
    }
}

/// The entries of one call: two changes each, and neighbouring statuses in one change.
fn entries(waba_id: &str, at: i64, changes: Vec<Change>) -> Vec<Value> {
    let mut told: Vec<Value> = Vec::new();
    for change in changes {
        let before = told.last_mut().and_then(|last| last.pointer_mut("/value/statuses")).and_then(Value::as_array_mut);
        match (before, change.value["statuses"].as_array()) {
            (Some(before), Some(statuses)) => before.extend(statuses.iter().cloned()),
            _ => told.push(json!({"field": change.field, "value": change.value})),
        }
    }
    told.chunks(2).map(|pair| json!({"id": waba_id, "time": at, "changes": pair})).collect()
}

/// JSON with every letter outside ASCII written as `\uXXXX`, as Meta writes it.
fn escaped(json: &str) -> String {
    json.chars().fold(String::with_capacity(json.len()), |mut out, letter| {
        if letter.is_ascii() {
            out.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
        out
    })
}

/// HMAC takes keys of any length, so nothing can fail.
fn signature(secret: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
    mac.map(|mac| format!("sha256={}", hex::encode(mac.chain_update(body).finalize().into_bytes()))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metas_vector() {
        let body = br#"{"object":"whatsapp_business_account","entry":[]}"#;
        assert_eq!(signature("meta_app_secret", body), "sha256=e6ad1226d7dbb376b93779e72f6ea6cc56d514dbcb4b3fa023b679f8f0220325");
    }

    #[test]
    fn letters_are_escaped_and_read_the_same() {
        let value = json!({"text": "₹99 नमस्ते 🎉 \"quoted\""});
        let escaped = escaped(&value.to_string());
        assert!(escaped.is_ascii());
        assert!(escaped.contains("\\u20b999") && escaped.contains("\\ud83c\\udf89"));
        assert_eq!(serde_json::from_str::<Value>(&escaped).unwrap(), value);
    }

    #[test]
    fn neighbouring_statuses_travel_together() {
        let status = |id: &str| Change { whose: None, field: "messages", value: json!({"statuses": [{"id": id}]}) };
        let other = Change { whose: None, field: "messages", value: json!({"messages": []}) };
        let entries = entries("1", 1_700_000_000, vec![status("a"), status("b"), other, status("c")]);
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0]["changes"][0]["value"]["statuses"].as_array().unwrap().len(), 2);
        assert_eq!(entries[1]["changes"][0]["value"]["statuses"][0]["id"], "c");
    }
}
