//! Extractors that say what was wrong, and where.

use crate::{App, Failure};
use axum::body::Body as RawBody;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use http::request::Parts;
use http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use store::{Error, Key, Kind, Result};

/// The largest body that a route takes which does not say otherwise, in bytes.
pub const BODY_LIMIT: usize = 1 << 20;

/// A JSON body, read into `T`, together with the hash that idempotency compares.
#[derive(Debug, Clone)]
pub struct Body<T> {
    /// What it says.
    pub value: T,
    /// SHA-256 over the body with its fields in order, in hex.
    pub hash: String,
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &App) -> Result<Self, Failure> {
        if !is_json(request.headers()) {
            return Err(Error::new(Kind::Malformed, "unsupported_media_type", "Send JSON, with Content-Type: application/json.").into());
        }
        let bytes = whole(request).await?;
        let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(malformed_json)?;
        // Serde would take a list for the fields in their order.
        if !value.is_object() {
            return Err(Error::invalid("invalid_field", "The body is not an object.").with_field("body", "an object").into());
        }
        let hash = store::secret::sha256(value.to_string());
        Ok(Self { value: typed(value)?, hash })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") || essence.to_ascii_lowercase().ends_with("+json")
}

fn malformed_json(error: serde_json::Error) -> Error {
    Error::new(Kind::Malformed, "malformed_json", format!("The body is not JSON: {error}."))
}

/// Reads a JSON value into `T`, naming the field that does not fit.
///
/// # Errors
/// `invalid_field` with the path of the field.
pub fn typed<T: DeserializeOwned>(value: serde_json::Value) -> Result<T> {
    if let Some(field) = nul_in(&value) {
        return Err(nul().with_field(field.trim_start_matches('.'), "without the character NUL"));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { "body".to_owned() } else { path };
        let message = error.inner().to_string();
        Error::invalid("invalid_field", format!("{path}: {message}")).with_field(path, message)
    })
}

/// What is read and thrown away of a body that is too large, so that its sender hears the answer and not a broken
/// connection; in bytes.
const PATIENCE: usize = 16 << 20;

/// A NUL is in no text that people write, and PostgreSQL keeps none.
fn nul() -> Error {
    Error::invalid("invalid_text", "A text contains the character NUL (U+0000), which no text may.")
}

/// Where a value has one, as a dotted path with a dot in front.
fn nul_in(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) => text.contains('\0').then(String::new),
        serde_json::Value::Array(items) => items.iter().enumerate().find_map(|(at, item)| Some(format!(".{at}{}", nul_in(item)?))),
        serde_json::Value::Object(fields) => fields
            .iter()
            .find_map(|(name, value)| if name.contains('\0') { Some(String::new()) } else { Some(format!(".{name}{}", nul_in(value)?)) }),
        _ => None,
    }
}

/// Reads `name=value&…`, of a query or a form.
fn pairs<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    if url::form_urlencoded::parse(bytes).any(|(name, value)| name.contains('\0') || value.contains('\0')) {
        return Err(nul());
    }
    let reader = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(bytes));
    serde_path_to_error::deserialize(reader).map_err(wrong_text)
}

/// The whole body as it came.
///
/// # Errors
/// `body_too_large`, or a caller that stopped sending.
pub(crate) async fn whole(request: Request) -> Result<Bytes> {
    let limit = request.extensions().get::<BodyLimit>().map_or(BODY_LIMIT, |limit| limit.0);
    let mut parts = request.into_body().into_data_stream();
    let (mut bytes, mut seen) = (BytesMut::new(), 0);
    while let Some(part) = parts.next().await {
        let part = part.map_err(|error| Error::new(Kind::Malformed, "body_incomplete", "The body did not arrive whole.").because(error))?;
        seen += part.len();
        if seen <= limit {
            bytes.extend_from_slice(&part);
        } else if seen > limit + PATIENCE {
            break;
        }
    }
    if seen > limit {
        return Err(Error::new(Kind::TooLarge, "body_too_large", format!("The body is larger than {limit} bytes.")));
    }
    Ok(bytes.freeze())
}

/// The same request with its body read: an answer that comes before the body was read would break the connection
/// under its sender, so no handler is given the choice.
///
/// # Errors
/// As [`whole`].
pub(crate) async fn read_in(request: Request) -> Result<Request> {
    let (parts, body) = request.into_parts();
    let mut bounded = Request::new(body);
    if let Some(limit) = parts.extensions.get::<BodyLimit>() {
        bounded.extensions_mut().insert(*limit);
    }
    let bytes = whole(bounded).await?;
    Ok(Request::from_parts(parts, RawBody::from(bytes)))
}

/// The largest body that the route takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyLimit(pub usize);

/// The raw bytes of a body, for signatures.
pub struct Raw(pub Bytes);

impl FromRequest<App> for Raw {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &App) -> Result<Self, Failure> {
        Ok(Self(whole(request).await?))
    }
}

/// A form of a page, read into `T`. Its CSRF token has been checked by the route's guard.
#[derive(Debug, Clone)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Form<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &App) -> Result<Self, Failure> {
        Ok(Self(pairs(&whole(request).await?)?))
    }
}

/// The query of an address, read into `T`.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        Ok(Self(pairs(parts.uri.query().unwrap_or_default().as_bytes())?))
    }
}

fn wrong_text(error: serde_path_to_error::Error<serde_urlencoded::de::Error>) -> Error {
    let message = error.inner().to_string();
    match error.path().to_string() {
        path if path == "." => Error::invalid("invalid_field", message),
        path => Error::invalid("invalid_field", format!("{path}: {message}")).with_field(path, message),
    }
}

/// The one parameter of a path, such as the id in `/orders/{id}`. What does not read as `T` does not exist: 404.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: std::str::FromStr + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::not_found("path"))?;
        let last = params.iter().last().map(|(_, value)| value);
        last.filter(|text| !text.contains('\0'))
            .and_then(|text| text.parse().ok())
            .map(Self)
            .ok_or_else(|| Error::not_found("thing at this address").into())
    }
}

/// Two parameters of a path, in order.
#[derive(Debug, Clone, Copy)]
pub struct Path2<A, B>(pub A, pub B);

impl<A: std::str::FromStr + Send, B: std::str::FromStr + Send> FromRequestParts<App> for Path2<A, B> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let missing = || Error::not_found("thing at this address");
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| missing())?;
        let mut values = params.iter().map(|(_, value)| value).filter(|text| !text.contains('\0'));
        let first = values.next().and_then(|text| text.parse().ok()).ok_or_else(missing)?;
        let second = values.next().and_then(|text| text.parse().ok()).ok_or_else(missing)?;
        Ok(Self(first, second))
    }
}

/// The Idempotency-Key of a request, where it has one.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    given: Option<String>,
    scope: String,
}

impl IdempotencyKey {
    /// The key for the store; `None` when the caller sent none.
    pub fn optional(self, body_hash: &str) -> Option<Key> {
        let scope = self.scope;
        self.given.map(|key| Key { key, scope, body_hash: body_hash.to_owned() })
    }

    /// The key for the store, for routes that cannot do without.
    ///
    /// # Errors
    /// `idempotency_key_required`.
    pub fn required(self, body_hash: &str) -> Result<Key> {
        self.optional(body_hash).ok_or_else(|| {
            Error::new(
                Kind::Malformed,
                "idempotency_key_required",
                "Send an Idempotency-Key header: a text of your own, the same when you repeat this request.",
            )
        })
    }
}

impl FromRequestParts<App> for IdempotencyKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        let scope = format!("{} {}", parts.method, parts.uri.path());
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Self { given: None, scope }) };
        let fits = !value.is_empty() && value.len() <= 255 && value.as_bytes().iter().all(|byte| (0x20..0x7f).contains(byte));
        let text = value.to_str().ok().filter(|_| fits).ok_or_else(|| {
            Error::new(Kind::Malformed, "idempotency_key_malformed", "An Idempotency-Key is 1 to 255 printable ASCII characters.")
        })?;
        Ok(Self { given: Some(text.to_owned()), scope })
    }
}
