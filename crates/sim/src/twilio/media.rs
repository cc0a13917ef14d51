//! What customers send along: asked for with the account, and handed over at an address elsewhere that asks for none.

use super::Twilio;
use super::wire::Refused;
use crate::door::status;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};

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
    fn leads(&self, headers: &HeaderMap, account: &str, media: &str) -> Result<Response, Refused> {
        self.whose(headers, account)?;
        if !self.0.state.lock().media.contains_key(media) {
            return Err(Refused::code(20404));
        }
        Ok(Redirect::temporary(&format!("{}/media/{media}", self.0.base)).into_response())
    }
}
