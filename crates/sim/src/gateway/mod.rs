//! A small WhatsApp gateway, as merchants rent or run beside a phone. There is no standard for them; this is the least that they
//! have in common.
//!
//! - The shop sends: `POST {url}` with `{"to": "+919876543210", "message": "Your order …", "id": "our own id"}` as JSON, and
//!   `Authorization: Bearer <token>` where a token was agreed. 2xx with `{"id": "gw_…"}` means that the gateway has the message; any
//!   other status that it has not, with `{"error": "why"}`.
//! - The gateway reports: `POST` to the shop's address with `{"id": "gw_…", "ref": "our own id", "status": "sent"}` and the same
//!   `Authorization`. `status` is `sent`, `delivered`, `read` or `failed`; with `failed` comes `"error": "why"`.
//! - What a customer writes comes the same way: `{"id": "gw_…", "from": "+919876543210", "message": "…", "status": "received"}`.
//!
//! It knows no repeats: who sends a message two times is heard two times. A number of `+91 99` and eight digits that are an HTTP
//! status (`+91 99000 00503`) is refused with it, any other such number fails on its way.

use crate::chat::{Channel, Chats, Content, Message, Status, Way, asked_code, by_themselves};
use crate::config::{Clock, Receipts, SimConfig};
use crate::courier::{Courier, Delivery, Mishap, Parcel};
use crate::door::{Door, status};
use crate::faults::{Faults, Provider};
use crate::names::{Names, e164};
use crate::record::{ApiCall, Shared};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::post;
use axum::{Router, body::Bytes};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The longest message, in characters.
const LONGEST: usize = 4_096;

/// The gateway: what was recorded, and the customers' hands. Cloning gives another hand on the same one.
#[derive(Clone)]
pub struct Gateway(Arc<Office>);

struct Office {
    token: String,
    clock: Clock,
    names: Arc<Names>,
    door: Door,
    courier: Courier,
    chats: Chats,
    habit: Shared<Receipts>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    to: String,
    message: String,
    id: Option<String>,
}

type Refused = (u16, String);

impl Gateway {
    pub(crate) fn new(config: &SimConfig, names: Arc<Names>, faults: Faults, courier: Courier, chats: Chats) -> Self {
        Self(Arc::new(Office {
            token: config.gateway_token.clone(),
            clock: Arc::clone(&config.clock),
            names,
            door: Door::new(Provider::Gateway, faults, config.keep),
            courier,
            chats,
            habit: Shared::new(config.receipts),
        }))
    }

    pub(crate) fn courier(&self) -> &Courier {
        &self.0.courier
    }

    /// Every message that was taken, oldest first.
    pub fn sent(&self) -> Vec<Message> {
        self.0.chats.taken(Provider::Gateway)
    }

    /// What customers wrote, oldest first.
    pub fn received(&self) -> Vec<Message> {
        self.0.chats.received(Provider::Gateway)
    }

    /// The calls, oldest first.
    pub fn calls(&self) -> Vec<ApiCall> {
        self.0.door.calls("POST /")
    }

    /// What phones report by themselves from now on.
    pub fn set_receipts(&self, habit: Receipts) {
        *self.0.habit.lock() = habit;
    }

    /// The reports that were sent, with what became of them.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.0.courier.log()
    }

    /// The next so many reports meet this.
    pub fn next_webhooks(&self, many: u32, mishap: Mishap) {
        self.0.courier.next(many, mishap);
    }

    /// From now on reports are lost: nothing is posted for them, now or later.
    pub fn webhooks_off(&self) {
        self.0.courier.set_off(true);
    }

    /// The phone reports now that a message is sent, delivered, read or failed. Returns whether there is such a message.
    pub fn status(&self, id: &str, status: Status) -> bool {
        let Some(message) = self.0.chats.advance(id, status, None) else { return false };
        let mut told = json!({"id": id, "ref": message.reference, "status": status.word()});
        if status == Status::Failed {
            told["error"] = json!("the number is not on WhatsApp");
        }
        self.post(message.guest, status.word(), &told);
        true
    }

    /// A customer writes to the shop, or to a guest. Gives the message's id.
    pub fn inbound(&self, guest: Option<&str>, from: &str, body: &str) -> String {
        let id = format!("gw_{}", self.0.names.fresh(16));
        let phone = e164(from);
        let told = json!({"id": id, "from": phone, "message": body, "status": "received"});
        let content = Content::Text { body: body.to_owned() };
        let mut message = self.message(guest.map(str::to_owned), Way::In, phone, content);
        message.message_id = Some(id.clone());
        message.status = Status::Delivered;
        self.0.chats.write(message);
        self.post(guest.map(str::to_owned), "received", &told);
        id
    }

    fn message(&self, guest: Option<String>, way: Way, phone: String, content: Content) -> Message {
        Message {
            provider: Provider::Gateway,
            channel: Channel::Whatsapp,
            guest,
            way,
            phone,
            sender: "gateway".to_owned(),
            reference: None,
            content,
            message_id: None,
            status: Status::None,
            code: None,
            at: (self.0.clock)(),
        }
    }

    fn post(&self, guest: Option<String>, event: &str, told: &Value) {
        let json = HeaderValue::from_static("application/json");
        let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, json)]);
        if let Ok(value) = HeaderValue::from_str(&format!("Bearer {}", self.0.token)) {
            headers.insert(header::AUTHORIZATION, value);
        }
        let event_id = self.0.names.fresh(20);
        self.0.courier.send(Parcel { guest, to: None, event_id, event: event.to_owned(), headers, body: Bytes::from(told.to_string()) });
    }

    async fn pass(&self, guest: Option<String>, headers: HeaderMap, body: Bytes) -> Response {
        let request: Result<Request, _> = serde_json::from_slice(&body);
        let who: Vec<String> = request.iter().map(|request| e164(&request.to)).collect();
        let request = request.map_err(|error| (400, error.to_string()));
        let answered = |(number, words): Refused| (status(number), Json(json!({"error": words}))).into_response();
        let deed = async { request.and_then(|request| self.take(guest, &headers, request)).unwrap_or_else(answered) };
        self.0.door.pass("POST /", &who, |number| answered((number, "refused by a fault".to_owned())), deed).await
    }

    fn take(&self, guest: Option<String>, headers: &HeaderMap, request: Request) -> Result<Response, Refused> {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        if given.and_then(|text| text.strip_prefix("Bearer ")) != Some(&self.0.token) {
            return Err((401, "the token is wrong".to_owned()));
        }
        let phone = e164(&request.to);
        if !request.to.starts_with('+') || !(8..=16).contains(&phone.len()) {
            return Err((400, "to: + and the number with its country code".to_owned()));
        }
        if request.message.is_empty() || request.message.chars().count() > LONGEST {
            return Err((400, format!("message: 1 to {LONGEST} characters")));
        }
        let asked = asked_code(&phone);
        if let Some(code) = asked.and_then(|code| u16::try_from(code).ok()).filter(|code| (400..600).contains(code)) {
            return Err((code, "asked for by the number".to_owned()));
        }
        let id = format!("gw_{}", self.0.names.fresh(16));
        let mut message = self.message(guest, Way::Out, phone, Content::Text { body: request.message });
        message.reference = request.id;
        let line = self.0.chats.write(message);
        self.0.chats.accept(line, &id);
        self.report_later(id.clone(), asked);
        Ok(Json(json!({ "id": id })).into_response())
    }

    /// What the phone reports by itself.
    fn report_later(&self, id: String, doom: Option<u32>) {
        let (gateway, habit) = (self.clone(), *self.0.habit.lock());
        by_themselves(&self.0.courier, habit, doom, &[Status::Sent, Status::Delivered, Status::Read], move |status, _| {
            gateway.status(&id, status);
        });
    }
}

async fn of_shop(State(gateway): State<Gateway>, headers: HeaderMap, body: Bytes) -> Response {
    gateway.pass(None, headers, body).await
}

async fn of_guest(State(gateway): State<Gateway>, Path(guest): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    gateway.pass(Some(guest), headers, body).await
}

/// The gateway's address; a guest's ends in the guest's name.
pub(crate) fn routes(gateway: Gateway) -> Router {
    Router::new().route("/", post(of_shop)).route("/{guest}", post(of_guest)).with_state(gateway)
}
