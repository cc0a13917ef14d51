//! `POST /chat/messages`.

use super::Phones;
use super::book::Call;
use super::receipts::About;
use crate::chat::{Content, Status};
use crate::config::{GUEST_COMPANY, Keep};
use crate::faults::{Ask, Provider, Reject, ending};
use crate::names::e164;
use crate::record::{Span, Watch};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    phone_number_id: String,
    customer_country_code: String,
    customer_number: String,
    data: Data,
    #[serde(default, rename = "reply_to")]
    _reply_to: Option<String>,
    myop_ref_id: Option<String>,
    /// Some of the vendor's pages list it as required, others do not know it.
    #[serde(default, rename = "waba_id")]
    _waba_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
enum Data {
    Text {
        context: TextContext,
    },
    Template {
        context: TemplateContext,
    },
    Image {
        link: String,
        filename: Option<String>,
        caption: Option<String>,
        #[serde(default, rename = "mime_type")]
        _mime_type: Option<String>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextContext {
    body: String,
    #[serde(default, rename = "preview_url")]
    _preview_url: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplateContext {
    template_name: String,
    language: String,
    #[serde(default)]
    body: Map<String, Value>,
    #[serde(default, rename = "header")]
    _header: Option<Value>,
    #[serde(default, rename = "buttons")]
    _buttons: Option<Vec<Value>>,
}

pub(super) async fn send(State(phones): State<Phones>, headers: HeaderMap, body: Bytes) -> Response {
    let guest = match phones.whose(&headers) {
        Ok(guest) => guest,
        Err(no) => return *no,
    };
    let request = match phones.read(&body) {
        Ok(request) => request,
        Err(wrong) => return refusal(400, &wrong),
    };
    let number = e164(&format!("{}{}", request.customer_country_code, request.customer_number));
    let reference = request.myop_ref_id;
    let line = phones.open(guest.clone(), &number, reference.as_deref(), request.data);
    let watch = Watch::new(|how| {
        if let Some(line) = line {
            phones.0.book.lock().close(line, how);
        }
    });
    let ask = Ask { provider: Provider::MyOperator, call: "POST /chat/messages", who: std::slice::from_ref(&number) };
    let deed = async { phones.accept(guest, line, &number, reference.as_deref()) };
    let answer = phones.0.faults.around(&ask, refuse, deed).await;
    watch.ended(ending(&answer));
    answer
}

fn refuse(reject: &Reject) -> Response {
    match (&reject.body, reject.status) {
        (Some(body), status) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [(header::CONTENT_TYPE, "application/json")], body.clone()).into_response()
        }
        // Seen from the real one, when it cannot tell whose account this is.
        (None, 500) => (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "message": null }))).into_response(),
        (None, 429) => refusal(429, "Too many requests"),
        (None, 401) => refusal(401, "Unauthorized"),
        (None, status) => refusal(status, "The message was refused"),
    }
}

fn refusal(status: u16, message: &str) -> Response {
    let body = json!({"status": "error", "code": status.to_string(), "message": message, "data": null});
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, Json(body)).into_response()
}

impl Phones {
    /// Whose call it is: a guest's by name, or the shop's. 401 without the right key, 403 with another company's number.
    fn whose(&self, headers: &HeaderMap) -> Result<Option<String>, Box<Response>> {
        let says = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let account = &self.0.account;
        if says("authorization").strip_prefix("Bearer ") != Some(&account.api_key) {
            return Err(refusal(401, "Unauthorized").into());
        }
        let company = says("x-myop-company-id");
        match company.strip_prefix(GUEST_COMPANY) {
            Some(guest) => Ok(Some(guest.to_owned())),
            None if company == account.company_id => Ok(None),
            None => Err(refusal(403, "Forbidden").into()),
        }
    }

    fn read(&self, body: &[u8]) -> Result<Request, String> {
        let request: Request = serde_json::from_slice(body).map_err(|wrong| wrong.to_string())?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if request.phone_number_id != self.0.account.phone_number_id {
            return Err("phone_number_id is not one of this company's".into());
        }
        if !digits(&request.customer_country_code) || !digits(&request.customer_number) {
            return Err("customer_country_code and customer_number must be digits".into());
        }
        Ok(request)
    }

    fn open(&self, guest: Option<String>, number: &str, reference: Option<&str>, data: Data) -> Option<usize> {
        if self.0.keep == Keep::Counts {
            return None;
        }
        let call = Call {
            guest,
            myop_ref_id: reference.map(str::to_owned),
            number: number.to_owned(),
            content: content(data),
            message_id: None,
            status: Status::None,
            at: (self.0.clock)(),
            span: Span::open(),
        };
        Some(self.0.book.lock().open(call))
    }

    fn accept(&self, guest: Option<String>, line: Option<usize>, number: &str, reference: Option<&str>) -> Response {
        let message_id = format!("wamid.{}", self.0.names.fresh(24));
        self.0.book.lock().accept(line, reference, &message_id);
        self.report_later(About {
            guest,
            message_id: message_id.clone(),
            number: number.to_owned(),
            myop_ref_id: reference.map(str::to_owned),
        });
        Json(json!({
            "status": "success", "code": "200", "message": "Message accepted",
            "data": {"message_id": message_id},
        }))
        .into_response()
    }
}

fn content(data: Data) -> Content {
    match data {
        Data::Text { context } => Content::Text { body: context.body },
        Data::Template { context } => {
            Content::Template { name: context.template_name, language: context.language, variables: in_order(context.body) }
        }
        Data::Image { link, caption, filename, .. } => Content::Media { link, caption, name: filename },
    }
}

/// Numbered variables by their number, so that `10` comes after `2`.
fn in_order(body: Map<String, Value>) -> Vec<(String, String)> {
    let words = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let mut variables: Vec<_> = body.into_iter().map(|(name, value)| (name, words(value))).collect();
    variables.sort_by_key(|(name, _)| name.parse::<u32>().unwrap_or(u32::MAX));
    variables
}
