//! Pictures and files: uploaded, described, fetched by an address that lasts five minutes, and taken away.

use super::Meta;
use super::wire::{Answer, Refused};
use crate::chat::Enclosed;
use crate::door::status;
use axum::Json;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The largest body of an upload, in bytes.
pub(super) const LARGEST: usize = 100 * 1024 * 1024;
/// For how many milliseconds an address of a file is good.
const LIFETIME: i64 = 5 * 60 * 1_000;
/// What may be uploaded, and up to which size in bytes.
const KINDS: [(&str, usize); 15] = [
    ("image/jpeg", 5 << 20),
    ("image/png", 5 << 20),
    ("image/webp", 512 << 10),
    ("video/mp4", 16 << 20),
    ("video/3gpp", 16 << 20),
    ("audio/aac", 16 << 20),
    ("audio/mpeg", 16 << 20),
    ("audio/ogg", 16 << 20),
    ("application/pdf", 100 << 20),
    ("text/plain", 100 << 20),
    ("application/msword", 100 << 20),
    ("application/vnd.ms-excel", 100 << 20),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", 100 << 20),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 100 << 20),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", 100 << 20),
];

pub(super) struct Media {
    kind: String,
    bytes: Bytes,
}

#[derive(Deserialize)]
pub(super) struct Until {
    until: i64,
}

pub(super) async fn upload(State(meta): State<Meta>, Path(id): Path<String>, headers: HeaderMap, form: Multipart) -> Response {
    let deed = async { meta.upload(&headers, &id, form).await.into_response() };
    meta.0.door.pass("POST /{phone_number_id}/media", &[], |status| Refused::by_fault(status).into_response(), deed).await
}

pub(super) async fn describe(State(meta): State<Meta>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let deed = async { meta.describe(&headers, &id).into_response() };
    meta.0.door.pass("GET /{media_id}", &[], |status| Refused::by_fault(status).into_response(), deed).await
}

pub(super) async fn delete(State(meta): State<Meta>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let deed = async { meta.delete(&headers, &id).into_response() };
    meta.0.door.pass("DELETE /{media_id}", &[], |status| Refused::by_fault(status).into_response(), deed).await
}

pub(super) async fn download(State(meta): State<Meta>, Path(id): Path<String>, Query(until): Query<Until>, headers: HeaderMap) -> Response {
    let deed = async { meta.download(&headers, &id, until.until).unwrap_or_else(IntoResponse::into_response) };
    meta.0.door.pass("GET /media", &[], |status| Refused::by_fault(status).into_response(), deed).await
}

impl Meta {
    async fn upload(&self, headers: &HeaderMap, id: &str, mut form: Multipart) -> Answer {
        self.whose(headers)?;
        self.is_sender(id)?;
        let (mut file, mut kind, mut product) = (None, None, String::new());
        let cut = |error: axum::extract::multipart::MultipartError| Refused::parameter(error.body_text());
        while let Some(field) = form.next_field().await.map_err(cut)? {
            match field.name().unwrap_or_default() {
                "file" => {
                    kind = kind.or_else(|| field.content_type().map(str::to_owned));
                    file = Some(field.bytes().await.map_err(cut)?);
                }
                "type" => kind = Some(field.text().await.map_err(cut)?),
                "messaging_product" => product = field.text().await.map_err(cut)?,
                _ => {}
            }
        }
        if product != "whatsapp" {
            return Err(Refused::parameter("The parameter messaging_product is required."));
        }
        let (Some(file), Some(kind)) = (file, kind) else { return Err(Refused::parameter("file, and its type")) };
        let essence = kind.split(';').next().unwrap_or_default().trim().to_owned();
        let Some((_, largest)) = KINDS.iter().find(|(known, _)| *known == essence) else {
            return Err(Refused::parameter(format!("Param file must be a file with one of the known types: not {essence}")));
        };
        if file.is_empty() || file.len() > *largest {
            return Err(Refused::parameter(format!("file: 1 to {largest} bytes for {essence}")));
        }
        Ok(Json(json!({"id": self.keep_media(essence, file)})))
    }

    /// Keeps a file; gives its id.
    pub(super) fn keep_media(&self, kind: String, bytes: Bytes) -> String {
        let id = self.0.names.digits(16);
        self.0.state.lock().media.insert(id.clone(), Media { kind, bytes });
        id
    }

    /// What lies behind the link of a message, with what it is said to be.
    pub fn enclosed(&self, link: &str) -> Option<Enclosed> {
        let state = self.0.state.lock();
        let media = state.media.get(link.rsplit('/').next()?)?;
        Some(Enclosed { name: None, kind: media.kind.clone(), bytes: media.bytes.clone(), digest: None })
    }

    fn describe(&self, headers: &HeaderMap, id: &str) -> Answer {
        self.whose(headers)?;
        self.media(id).map(Json).ok_or_else(|| Refused::no_object(id))
    }

    /// What Graph says of a file; its address works from now for five minutes.
    pub(super) fn media(&self, id: &str) -> Option<Value> {
        let state = self.0.state.lock();
        let media = state.media.get(id)?;
        let until = (self.0.clock)().millis() + LIFETIME;
        Some(json!({
            "messaging_product": "whatsapp", "id": id, "mime_type": media.kind, "file_size": media.bytes.len(),
            "sha256": hex::encode(Sha256::digest(&media.bytes)), "url": format!("{}/media/{id}?until={until}", self.0.base),
        }))
    }

    fn delete(&self, headers: &HeaderMap, id: &str) -> Answer {
        self.whose(headers)?;
        match self.0.state.lock().media.remove(id) {
            Some(_) => Ok(Json(json!({"success": true}))),
            None => Err(Refused::no_object(id)),
        }
    }

    fn download(&self, headers: &HeaderMap, id: &str, until: i64) -> Result<Response, Refused> {
        self.whose(headers)?;
        let state = self.0.state.lock();
        match state.media.get(id) {
            Some(media) if (self.0.clock)().millis() <= until => {
                Ok(([(header::CONTENT_TYPE, media.kind.clone())], media.bytes.clone()).into_response())
            }
            _ => Ok(status(404).into_response()),
        }
    }
}
