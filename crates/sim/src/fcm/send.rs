//! `POST /v1/projects/{project}/messages:send`.

use super::account::PROJECT;
use super::wire::Refused;
use super::{Fcm, check};
use crate::config::Keep;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use facts::Time;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// One push that was taken.
#[derive(Clone, Debug, Serialize)]
pub struct FcmPush {
    /// Google's name for it.
    pub name: String,
    /// The device, topic or condition that it went to.
    pub target: String,
    /// The title of what is shown, if anything is.
    pub title: Option<String>,
    /// The words of what is shown.
    pub body: Option<String>,
    /// What the app gets beside it.
    pub data: Map<String, Value>,
    /// The whole message as it came.
    pub message: Map<String, Value>,
    /// When, by the simulation's clock.
    pub at: Time,
}

pub(super) async fn send(State(fcm): State<Fcm>, Path(project): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let parsed: Value = serde_json::from_slice(&body).unwrap_or_default();
    let who: Vec<String> = parsed["message"]["token"].as_str().map(str::to_owned).into_iter().collect();
    let deed = async { fcm.take(&headers, &project, &body).unwrap_or_else(IntoResponse::into_response) };
    fcm.0.door.pass("POST /v1/projects/{project}/messages:send", &who, |status| Refused::by_fault(status).into_response(), deed).await
}

impl Fcm {
    fn take(&self, headers: &HeaderMap, project: &str, body: &[u8]) -> Result<Response, Refused> {
        if !self.knows(headers) {
            return Err(Refused::signed_out());
        }
        if project != PROJECT {
            return Err(Refused::other_project());
        }
        let (message, only_look) = check::message(body)?;
        let text = |name: &str| message.get(name).and_then(Value::as_str);
        if let Some(token) = text("token") {
            if let Some(refused) = Refused::asked(token) {
                return Err(refused);
            }
            if self.0.state.lock().uninstalled.contains(token) {
                return Err(Refused::unregistered());
            }
        }
        if only_look {
            return Ok(Json(json!({"name": format!("projects/{project}/messages/fake_message_id")})).into_response());
        }
        let target = ["token", "topic", "condition", "fid"].into_iter().find_map(text).unwrap_or_default().to_owned();
        let name = format!("projects/{project}/messages/0:{}%{}", self.0.names.digits(16), self.0.names.hex(16));
        if self.0.keep == Keep::Everything {
            let shown = |field: &str| message.get("notification").and_then(|shown| shown[field].as_str()).map(str::to_owned);
            let data = message.get("data").and_then(Value::as_object).cloned().unwrap_or_default();
            let (title, body) = (shown("title"), shown("body"));
            let push = FcmPush { name: name.clone(), target, title, body, data, message, at: (self.0.clock)() };
            self.0.state.lock().pushes.push(push);
        }
        Ok(Json(json!({ "name": name })).into_response())
    }
}
