//! What customers send along: listed and asked for with the account, and handed over at an address elsewhere that asks for none.

use super::Twilio;
use super::list::rfc2822;
use super::wire::{Answer, Refused};
use crate::chat::{Content, Way};
use crate::door::status;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};

pub(super) async fn list(State(twilio): State<Twilio>, Path((account, sid)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let deed = async { twilio.listed(&headers, &account, &sid).unwrap_or_else(IntoResponse::into_response) };
    twilio.0.door.pass("GET /Messages/{sid}/Media.json", &[], |status| Refused::by_fault(status).into_response(), deed).await
}

pub(super) async fn fetch(
    State(twilio): State<Twilio>,
    Path((account, _, media)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let deed = async { twilio.leads(&headers, &account, &media).unwrap_or_else(IntoResponse::into_response) };
    twilio.0.door.pass("GET /Media/{sid}", &[], |status| Refused::by_fault(status).into_response(), deed).await
}

pub(super) async fn lies(State(twilio): State<Twilio>, Path(media): Path<String>, headers: HeaderMap) -> Response {
    // Whoever follows the address brings no account: it is another house's.
    if headers.contains_key(header::AUTHORIZATION) {
        return status(400).into_response();
    }
    match twilio.0.state.lock().media.get(&media) {
        Some(file) => ([(header::CONTENT_TYPE, file.kind.clone())], file.bytes.clone()).into_response(),
        None => status(404).into_response(),
    }
}

impl Twilio {
    /// What came with a message.
    fn listed(&self, headers: &HeaderMap, account: &str, sid: &str) -> Answer {
        let whose = self.whose(headers, account)?;
        let found = self.0.chats.find(sid).filter(|message| message.guest == whose && message.way == Way::In);
        let message = found.ok_or_else(|| Refused::code(20404))?;
        let path = format!("/2010-04-01/Accounts/{account}/Messages/{sid}/Media");
        let media: Vec<Value> = match &message.content {
            Content::Media { link, .. } => {
                let media = link.rsplit('/').next().unwrap_or_default();
                let kind = self.0.state.lock().media.get(media).map_or_else(|| "image/png".to_owned(), |file| file.kind.clone());
                let at = rfc2822(message.at);
                vec![json!({
                    "sid": media, "account_sid": account, "parent_sid": sid, "content_type": kind, "date_created": at, "date_updated": at,
                    "uri": format!("{path}/{media}.json"),
                })]
            }
            _ => Vec::new(),
        };
        let first = format!("{path}.json?PageSize=50&Page=0");
        Ok(Json(json!({
            "media_list": media, "page": 0, "page_size": 50, "start": 0, "end": 0, "uri": first, "first_page_uri": first, "next_page_uri": null,
            "previous_page_uri": null,
        }))
        .into_response())
    }

    fn leads(&self, headers: &HeaderMap, account: &str, media: &str) -> Result<Response, Refused> {
        self.whose(headers, account)?;
        if !self.0.state.lock().media.contains_key(media) {
            return Err(Refused::code(20404));
        }
        Ok(Redirect::temporary(&format!("{}/media/{media}", self.0.base)).into_response())
    }
}
