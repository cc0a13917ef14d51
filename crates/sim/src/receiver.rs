//! Programs that take a tenant's own webhooks, as Standard Webhooks tells receivers to. Any name is one:
//! `POST /receiver/{name}`. What they verify with shares no line with what Origin signs with.

use crate::config::Clock;
use crate::faults::{Ask, Faults, Provider, Reject, ending};
use crate::record::{Ending, Shared, Watch};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::post;
use axum::{Router, body::Bytes};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use facts::Time;
use ring::hmac;
use serde::Serialize;
use std::collections::HashMap;

/// By how many seconds a timestamp may be off.
const TOLERANCE: i64 = 300;

/// One call, as it came.
#[derive(Clone, Debug, Serialize)]
pub struct Received {
    /// Which program was called.
    pub name: String,
    /// When.
    pub at: Time,
    /// The header `webhook-id`.
    pub id: String,
    /// The header `webhook-timestamp`.
    pub timestamp: String,
    /// The signatures of the header `webhook-signature`.
    pub signatures: Vec<String>,
    /// The body as it came.
    pub body: String,
    /// How many of the signatures are right, by the secrets that the program trusts.
    pub verified: usize,
    /// How it ended.
    pub ending: Ending,
}

impl Received {
    /// The body as JSON; null where it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// The programs. Cloning gives another hand on the same ones.
#[derive(Clone)]
pub struct Receiver {
    clock: Clock,
    faults: Faults,
    desk: Shared<Desk>,
}

#[derive(Default)]
struct Desk {
    secrets: HashMap<String, Vec<String>>,
    calls: Vec<Received>,
}

impl Receiver {
    pub(crate) fn new(clock: Clock, faults: Faults) -> Self {
        Self { clock, faults, desk: Shared::new(Desk::default()) }
    }

    /// A program trusts these secrets from now on, and answers 401 to what is signed by none of them. One that trusts
    /// nobody takes everything.
    pub fn trust(&self, name: &str, secrets: &[&str]) {
        let secrets = secrets.iter().map(|secret| (*secret).to_owned()).collect();
        self.desk.lock().secrets.insert(name.to_owned(), secrets);
    }

    /// Every call of a program, oldest first, refused ones too.
    pub fn calls(&self, name: &str) -> Vec<Received> {
        self.desk.lock().calls.iter().filter(|call| call.name == name).cloned().collect()
    }

    /// Writes a call down; gives its place, and whether its program takes it.
    fn open(&self, name: String, headers: &HeaderMap, body: &[u8]) -> (usize, bool) {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let mut call = Received {
            name,
            at: (self.clock)(),
            id: text("webhook-id"),
            timestamp: text("webhook-timestamp"),
            signatures: text("webhook-signature").split_whitespace().map(str::to_owned).collect(),
            body: String::from_utf8_lossy(body).into_owned(),
            verified: 0,
            ending: Ending::Open,
        };
        let mut desk = self.desk.lock();
        let secrets = desk.secrets.get(&call.name).cloned();
        call.verified =
            call.signatures.iter().filter(|signature| secrets.iter().flatten().any(|secret| fits(&call, secret, signature, body))).count();
        let taken = secrets.is_none() || call.verified > 0;
        desk.calls.push(call);
        (desk.calls.len() - 1, taken)
    }
}

/// Whether a signature is right by a secret, and fresh. Versions that are not known are no signatures.
fn fits(call: &Received, secret: &str, signature: &str, body: &[u8]) -> bool {
    let fresh = call.timestamp.parse().is_ok_and(|at: i64| (call.at.seconds() - at).abs() <= TOLERANCE);
    let key = secret.strip_prefix("whsec_").and_then(|text| STANDARD.decode(text).ok());
    let tag = signature.strip_prefix("v1,").and_then(|text| STANDARD.decode(text).ok());
    let (Some(key), Some(tag)) = (key, tag) else { return false };
    let signed = [call.id.as_bytes(), b".", call.timestamp.as_bytes(), b".", body].concat();
    fresh && hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &key), &signed, &tag).is_ok()
}

async fn take(State(receiver): State<Receiver>, Path(name): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let (place, taken) = receiver.open(name.clone(), &headers, &body);
    let watch = Watch::new(|how| {
        // It is told of the end, and then of the future's being dropped.
        if let Some(call) = receiver.desk.lock().calls.get_mut(place).filter(|call| call.ending == Ending::Open) {
            call.ending = how;
        }
    });
    let ask = Ask { provider: Provider::Receiver, call: "POST /{name}", who: std::slice::from_ref(&name) };
    let answer = receiver
        .faults
        .around(&ask, refuse, async move {
            if taken { "taken".into_response() } else { (StatusCode::UNAUTHORIZED, "signed by nobody I trust").into_response() }
        })
        .await;
    watch.ended(ending(&answer));
    answer
}

/// A refusal; one that leads elsewhere says where, in its body.
fn refuse(reject: &Reject) -> Response {
    let status = StatusCode::from_u16(reject.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = reject.body.clone().unwrap_or_else(|| "refused by a fault".to_owned());
    match status.is_redirection() {
        true => (status, [(header::LOCATION, body)]).into_response(),
        false => (status, body).into_response(),
    }
}

async fn list(State(receiver): State<Receiver>, Path(name): Path<String>) -> Json<Vec<Received>> {
    Json(receiver.calls(&name))
}

/// `POST` takes a webhook, `GET` lists what arrived.
pub(crate) fn routes(receiver: Receiver) -> Router {
    Router::new().route("/{name}", post(take).get(list)).with_state(receiver)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_vector() {
        let body = r#"{"type":"order.created","timestamp":"2023-01-19T00:13:51Z","data":{"id":"o_1"}}"#;
        let secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";
        let signature = "v1,i4X1KDFujvY+Gtwgw/xLQ3iIr1X2OnZkcnYlZgm6OEk=";
        let call = |at| Received {
            name: "a".into(),
            at: Time(at * 1_000),
            id: "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W".into(),
            timestamp: "1674087231".into(),
            signatures: Vec::new(),
            body: String::new(),
            verified: 0,
            ending: Ending::Open,
        };
        let now = call(1_674_087_231);
        assert!(fits(&now, secret, signature, body.as_bytes()));
        assert!(fits(&call(1_674_087_231 + TOLERANCE), secret, signature, body.as_bytes()));
        assert!(!fits(&call(1_674_087_232 + TOLERANCE), secret, signature, body.as_bytes()), "too old");
        for at in 0..body.len() * 8 {
            let mut other = body.as_bytes().to_vec();
            other[at / 8] ^= 1 << (at % 8);
            assert!(!fits(&now, secret, signature, &other), "bit {at}");
        }
        for wrong in ["", "v1a,i4X1KDFujvY+Gtwgw/xLQ3iIr1X2OnZkcnYlZgm6OEk=", "v1,", "v1,AAAA"] {
            assert!(!fits(&now, secret, wrong, body.as_bytes()), "{wrong}");
        }
    }
}
