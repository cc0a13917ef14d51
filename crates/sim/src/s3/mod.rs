//! Buckets that speak S3, as far as a program needs that puts files there: objects whole and in parts, ranges, lists, and
//! deleting. Any name is a bucket. What is not signed by its key is refused, and so are parts that S3 finds too small.

mod sign;

use crate::faults::{Ask, Faults, Provider, Reject};
use crate::record::Shared;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

pub use sign::{KEY_ID, SECRET};

/// The least bytes of a part that is not the last.
const LEAST: usize = 5 << 20;
/// Keys on one page of a list: few, so that whoever lists has to turn pages.
const PAGE: usize = 2;

/// The buckets. Cloning gives another hand on the same ones.
#[derive(Clone)]
pub struct Buckets {
    faults: Faults,
    shelf: Shared<Shelf>,
}

/// A bucket and a key in it.
type Place = (String, String);

/// An upload in parts.
struct Begun {
    place: Place,
    parts: BTreeMap<u32, Bytes>,
}

#[derive(Default)]
struct Shelf {
    /// By bucket and key.
    objects: BTreeMap<Place, Bytes>,
    /// Uploads that were begun, by their ids.
    uploads: HashMap<String, Begun>,
    /// Uploads so far.
    count: u64,
}

impl Buckets {
    pub(crate) fn new(faults: Faults) -> Self {
        Self { faults, shelf: Shared::new(Shelf::default()) }
    }

    /// The keys in a bucket, in their order.
    pub fn keys(&self, bucket: &str) -> Vec<String> {
        self.shelf.lock().objects.keys().filter(|(own, _)| own == bucket).map(|(_, key)| key.clone()).collect()
    }

    /// Uploads in parts that nobody has ended.
    pub fn open_uploads(&self) -> usize {
        self.shelf.lock().uploads.len()
    }

    /// Takes an object away behind everybody's back.
    pub fn lose(&self, bucket: &str, key: &str) -> bool {
        self.shelf.lock().objects.remove(&(bucket.to_owned(), key.to_owned())).is_some()
    }
}

pub(crate) fn routes(buckets: Buckets) -> Router {
    Router::new().route("/{bucket}", any(list)).route("/{bucket}/{*key}", any(object)).with_state(buckets)
}

/// An answer as S3 gives it when it refuses.
fn refused(status: StatusCode, code: &str) -> Response {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>{code}</Message></Error>");
    (status, [(header::CONTENT_TYPE, "application/xml")], body).into_response()
}

fn by_fault(reject: &Reject) -> Response {
    refused(StatusCode::from_u16(reject.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), "InternalError")
}

fn xml(body: String) -> Response {
    ([(header::CONTENT_TYPE, "application/xml")], format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{body}")).into_response()
}

fn etag(bytes: &[u8]) -> String {
    format!("\"{}\"", &hex::encode(Sha256::digest(bytes))[..32])
}

/// A query by names.
fn query(uri: &OriginalUri) -> HashMap<String, String> {
    url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect()
}

async fn list(
    State(buckets): State<Buckets>,
    Path(bucket): Path<String>,
    uri: OriginalUri,
    method: Method,
    headers: HeaderMap,
) -> Response {
    if let Some(code) = sign::fault(&method, &uri, &headers, b"") {
        return refused(StatusCode::FORBIDDEN, code);
    }
    if method != Method::GET {
        return refused(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed");
    }
    let ask = Ask { provider: Provider::S3, call: "GET /{bucket}", who: &[] };
    buckets.faults.around(&ask, by_fault, async { listed(&buckets, &bucket, &query(&uri)) }).await
}

fn listed(buckets: &Buckets, bucket: &str, query: &HashMap<String, String>) -> Response {
    let prefix = query.get("prefix").map_or("", String::as_str);
    let after = query.get("continuation-token").or(query.get("start-after")).map_or("", String::as_str);
    let shelf = buckets.shelf.lock();
    let mut found = shelf.objects.iter().filter(|((own, key), _)| own == bucket && key.starts_with(prefix) && key.as_str() > after);
    let page: Vec<_> = found.by_ref().take(PAGE).collect();
    let rows: String = page
        .iter()
        .map(|((_, key), bytes)| {
            let (size, etag) = (bytes.len(), etag(bytes).replace('"', "&quot;"));
            format!("<Contents><Key>{key}</Key><LastModified>2026-11-20T04:30:00.000Z</LastModified><ETag>{etag}</ETag><Size>{size}</Size></Contents>")
        })
        .collect();
    let next =
        page.last().filter(|_| found.next().is_some()).map(|((_, key), _)| format!("<NextContinuationToken>{key}</NextContinuationToken>"));
    let more = next.is_some();
    xml(format!(
        "<ListBucketResult><Name>{bucket}</Name><IsTruncated>{more}</IsTruncated>{}{rows}</ListBucketResult>",
        next.unwrap_or_default()
    ))
}

async fn object(
    State(buckets): State<Buckets>,
    Path(place): Path<(String, String)>,
    uri: OriginalUri,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(code) = sign::fault(&method, &uri, &headers, &body) {
        return refused(StatusCode::FORBIDDEN, code);
    }
    let query = query(&uri);
    let named = ["uploads", "partNumber", "uploadId"].into_iter().find(|name| query.contains_key(*name));
    let call = format!("{method} /{{bucket}}/{{key}}{}", named.map(|name| format!("?{name}")).unwrap_or_default());
    let ask = Ask { provider: Provider::S3, call: &call, who: &[] };
    buckets.faults.around(&ask, by_fault, async { deed(&buckets, place, &query, &method, &headers, body) }).await
}

fn deed(
    buckets: &Buckets,
    place: (String, String),
    query: &HashMap<String, String>,
    method: &Method,
    headers: &HeaderMap,
    body: Bytes,
) -> Response {
    let mut shelf = buckets.shelf.lock();
    let upload = query.get("uploadId");
    match (method.as_str(), upload) {
        ("POST", None) if query.contains_key("uploads") => shelf.begin(place),
        ("PUT", Some(id)) => shelf.part(id, query.get("partNumber").and_then(|number| number.parse().ok()), body),
        ("POST", Some(id)) => shelf.complete(id, &String::from_utf8_lossy(&body)),
        ("DELETE", Some(id)) => match shelf.uploads.remove(id) {
            Some(_) => StatusCode::NO_CONTENT.into_response(),
            None => refused(StatusCode::NOT_FOUND, "NoSuchUpload"),
        },
        ("PUT", None) => {
            let etag = etag(&body);
            shelf.objects.insert(place, body);
            [(header::ETAG, etag)].into_response()
        }
        ("DELETE", None) => {
            shelf.objects.remove(&place);
            StatusCode::NO_CONTENT.into_response()
        }
        ("GET" | "HEAD", None) => match shelf.objects.get(&place) {
            Some(bytes) => given(bytes, headers),
            None => refused(StatusCode::NOT_FOUND, "NoSuchKey"),
        },
        _ => refused(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
    }
}

impl Shelf {
    fn begin(&mut self, place: (String, String)) -> Response {
        self.count += 1;
        let id = format!("upload+{}/=", self.count);
        let body = format!(
            "<InitiateMultipartUploadResult><Bucket>{}</Bucket><Key>{}</Key><UploadId>{id}</UploadId></InitiateMultipartUploadResult>",
            place.0, place.1
        );
        self.uploads.insert(id, Begun { place, parts: BTreeMap::new() });
        xml(body)
    }

    fn part(&mut self, id: &str, number: Option<u32>, body: Bytes) -> Response {
        let Some(Begun { parts, .. }) = self.uploads.get_mut(id) else { return refused(StatusCode::NOT_FOUND, "NoSuchUpload") };
        let Some(number) = number.filter(|number| (1..=10_000).contains(number)) else {
            return refused(StatusCode::BAD_REQUEST, "InvalidArgument");
        };
        let etag = etag(&body);
        parts.insert(number, body);
        [(header::ETAG, etag)].into_response()
    }

    /// Puts an object together of the parts that the caller lists, with their ETags, in order.
    fn complete(&mut self, id: &str, listed: &str) -> Response {
        let Some(Begun { place, parts }) = self.uploads.get(id) else { return refused(StatusCode::NOT_FOUND, "NoSuchUpload") };
        let between = |text: &str, name: &str| {
            let (_, rest) = text.split_once(&format!("<{name}>"))?;
            Some(rest.split_once("</")?.0.replace("&quot;", "\""))
        };
        let mut whole = Vec::new();
        let mut last = 0;
        let wanted: Vec<&str> = listed.split("<Part>").skip(1).collect();
        for (at, part) in wanted.iter().enumerate() {
            let number: u32 = between(part, "PartNumber").and_then(|number| number.parse().ok()).unwrap_or(0);
            let Some(bytes) = parts.get(&number).filter(|bytes| between(part, "ETag") == Some(etag(bytes))) else {
                return refused(StatusCode::BAD_REQUEST, "InvalidPart");
            };
            if number <= last {
                return refused(StatusCode::BAD_REQUEST, "InvalidPartOrder");
            }
            if bytes.len() < LEAST && at + 1 < wanted.len() {
                return refused(StatusCode::BAD_REQUEST, "EntityTooSmall");
            }
            last = number;
            whole.extend_from_slice(bytes);
        }
        let (place, whole) = (place.clone(), Bytes::from(whole));
        let body =
            format!("<CompleteMultipartUploadResult><ETag>{}</ETag></CompleteMultipartUploadResult>", etag(&whole).replace('"', "&quot;"));
        self.objects.insert(place, whole);
        self.uploads.remove(id);
        xml(body)
    }
}

/// An object, or the one range of it that is asked for.
fn given(bytes: &Bytes, headers: &HeaderMap) -> Response {
    let common = [(header::ETAG, etag(bytes)), (header::LAST_MODIFIED, "Fri, 20 Nov 2026 04:30:00 GMT".to_owned())];
    let size = bytes.len();
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok()).and_then(|range| range.strip_prefix("bytes="));
    let Some((first, last)) = range.and_then(|range| range.split_once('-')) else {
        return (common, bytes.clone()).into_response();
    };
    let (first, last): (usize, usize) =
        (first.parse().unwrap_or(usize::MAX), last.parse().unwrap_or(usize::MAX).min(size.saturating_sub(1)));
    if first >= size || first > last {
        return refused(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange");
    }
    let told = [(header::CONTENT_RANGE, format!("bytes {first}-{last}/{size}"))];
    (StatusCode::PARTIAL_CONTENT, common, told, bytes.slice(first..=last)).into_response()
}
