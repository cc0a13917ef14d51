//! Files that a page's form sends, as `multipart/form-data`.

use crate::extract::whole;
use crate::{App, Failure};
use axum::body::Body;
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::{HeaderMap, header};
use store::{Error, Kind, Result};

/// Parts that a form may have.
const PARTS: usize = 20;

/// A form with files. Its CSRF token has been checked by the route's guard: it is the form's first part.
///
/// It lies in memory, so its route sets a limit for the body, below two megabytes.
#[derive(Debug, Clone)]
pub struct Upload(Vec<Sent>);

/// One part of the form.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The name of its field.
    pub name: String,
    /// What the browser takes it for, such as `image/png`; empty where it does not say.
    pub content_type: String,
    /// What it is.
    pub bytes: Bytes,
}

impl Upload {
    /// The file of a field; `None` where nobody chose one.
    pub fn file(&self, name: &str) -> Option<&Sent> {
        self.0.iter().find(|part| part.name == name && !part.bytes.is_empty())
    }
}

impl FromRequest<App> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &App) -> Result<Self, Failure> {
        let headers = request.headers().clone();
        let mut form = open(&headers, whole(request).await?).await?;
        let mut parts = Vec::new();
        while let Some(field) = form.next_field().await.map_err(broken)? {
            if parts.len() == PARTS {
                return Err(Error::new(Kind::Malformed, "malformed_form", "The form has too many parts.").into());
            }
            parts.push(read(field).await?);
        }
        Ok(Self(parts))
    }
}

/// Whether a request carries such a form.
pub(crate) fn is_multipart(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"))
}

/// The text of the form's first part, if that is its name. Browsers send the parts in the order of the page.
pub(crate) async fn first(headers: &HeaderMap, bytes: Bytes, name: &str) -> Result<Option<String>> {
    match open(headers, bytes).await?.next_field().await.map_err(broken)? {
        Some(field) if field.name() == Some(name) => field.text().await.map(Some).map_err(broken),
        _ => Ok(None),
    }
}

async fn open(headers: &HeaderMap, bytes: Bytes) -> Result<Multipart> {
    let mut request = Request::new(Body::from(bytes));
    *request.headers_mut() = headers.clone();
    let malformed = |_| Error::new(Kind::Malformed, "unsupported_media_type", "Send a form, with Content-Type: multipart/form-data.");
    Multipart::from_request(request, &()).await.map_err(malformed)
}

async fn read(field: Field<'_>) -> Result<Sent> {
    let name = field.name().unwrap_or_default().to_owned();
    let content_type = field.content_type().unwrap_or_default().to_owned();
    Ok(Sent { name, content_type, bytes: field.bytes().await.map_err(broken)? })
}

fn broken(error: MultipartError) -> Error {
    Error::new(Kind::Malformed, "malformed_form", "The form could not be read.").because(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(parts: &str) -> (HeaderMap, Bytes) {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "multipart/form-data; boundary=xx".parse().unwrap());
        (headers, Bytes::from(parts.replace('\n', "\r\n")))
    }

    #[tokio::test]
    async fn the_token_is_the_first_part_or_none() {
        let token = "--xx\nContent-Disposition: form-data; name=\"csrf\"\n\nsecret\n";
        let file = "--xx\nContent-Disposition: form-data; name=\"logo\"; filename=\"a.png\"\nContent-Type: image/png\n\nPNG\n";
        for (parts, found) in
            [(format!("{token}{file}--xx--\n"), Some("secret")), (format!("{file}{token}--xx--\n"), None), ("--xx--\n".to_owned(), None)]
        {
            let (headers, bytes) = form(&parts);
            assert!(is_multipart(&headers));
            assert_eq!(first(&headers, bytes, "csrf").await.unwrap().as_deref(), found, "{parts}");
        }
        let (headers, bytes) = form("no boundary anywhere");
        assert_eq!(first(&headers, bytes, "csrf").await.unwrap_err().code(), "malformed_form");
        assert_eq!(first(&HeaderMap::new(), Bytes::new(), "csrf").await.unwrap_err().code(), "unsupported_media_type");
    }
}
