//! `POST /{id}`: one push.

use super::{Webpush, decrypt, vapid};
use crate::config::Keep;
use crate::door::status;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use facts::Time;
use serde::{Serialize, Serializer};

/// The largest body that a service has to take, in bytes.
const LARGEST: usize = 4_096;
const URGENCIES: [&str; 4] = ["very-low", "low", "normal", "high"];
/// The longest name of a topic, in letters of base64url.
const LONGEST_TOPIC: usize = 32;

/// One push that was taken.
#[derive(Clone, Debug, Serialize)]
pub struct WebPush {
    /// Where it went.
    pub endpoint: String,
    /// What the browser read, where it could and there was anything.
    #[serde(serialize_with = "words")]
    pub plain: Option<Vec<u8>>,
    /// Why it could not: then it showed nothing, and the shop does not hear of it.
    pub unreadable: Option<&'static str>,
    /// For how many seconds the service would have kept it.
    pub ttl: u64,
    /// `very-low`, `low`, `normal` or `high`.
    pub urgency: String,
    /// Which earlier push it replaces, as long as that waits.
    pub topic: Option<String>,
    /// Who sent it, as it says.
    pub sender: String,
    /// When, by the simulation's clock.
    pub at: Time,
}

impl WebPush {
    /// What the browser read, as text; empty where it read nothing.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.plain.as_deref().unwrap_or_default()).into_owned()
    }
}

/// Text where it is one, else base64.
fn words<S: Serializer>(plain: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
    let text = plain.as_ref().map(|bytes| String::from_utf8(bytes.clone()).unwrap_or_else(|_| STANDARD.encode(bytes)));
    text.serialize(serializer)
}

/// A refusal in words.
type Refused = (u16, &'static str);

pub(super) async fn receive(State(webpush): State<Webpush>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let answered = |(number, words): Refused| (status(number), words).into_response();
    let deed = async { webpush.take(&id, &headers, &body).unwrap_or_else(answered) };
    let usual = |number| answered((number, "refused by a fault"));
    webpush.0.door.pass("POST /{id}", std::slice::from_ref(&id), usual, deed).await
}

impl Webpush {
    fn take(&self, id: &str, headers: &HeaderMap, body: &[u8]) -> Result<Response, Refused> {
        let browser = self.0.desk.lock().browsers.get(id).cloned().ok_or((404, "no such subscription"))?;
        if browser.gone {
            return Err((410, "the subscription has ended"));
        }
        let says = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let now = (self.0.clock)();
        let sender = vapid::sender(says("authorization"), &self.0.origin, browser.shop.as_deref(), now)?;
        let ttl: u64 = says("ttl").and_then(|text| text.parse().ok()).ok_or((400, "TTL is missing, or no number of seconds"))?;
        let urgency = says("urgency").unwrap_or("normal");
        if !URGENCIES.contains(&urgency) {
            return Err((400, "Urgency: very-low, low, normal or high"));
        }
        let topic = says("topic").map(str::to_owned);
        if topic.as_deref().is_some_and(|topic| !is_topic(topic)) {
            return Err((400, "Topic: up to 32 letters of base64url"));
        }
        if body.len() > LARGEST {
            return Err((413, "more than 4096 bytes"));
        }
        if !body.is_empty() && says("content-encoding") != Some("aes128gcm") {
            return Err((400, "Content-Encoding: aes128gcm"));
        }
        let endpoint = format!("{}/webpush/{id}", self.0.origin);
        if self.0.keep == Keep::Everything {
            // The service cannot look into a body, and takes one that no browser can read.
            let read = if body.is_empty() { Ok(None) } else { decrypt::opened(&browser.key, &browser.auth, body).map(Some) };
            let (plain, unreadable) = match read {
                Ok(plain) => (plain, None),
                Err(wrong) => (None, Some(wrong)),
            };
            let urgency = urgency.to_owned();
            self.0.desk.lock().pushes.push(WebPush { endpoint: endpoint.clone(), plain, unreadable, ttl, urgency, topic, sender, at: now });
        }
        let location = format!("{endpoint}/message/{}", self.0.names.fresh(12));
        Ok((StatusCode::CREATED, [(header::LOCATION, location)]).into_response())
    }
}

fn is_topic(topic: &str) -> bool {
    (1..=LONGEST_TOPIC).contains(&topic.len()) && topic.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
