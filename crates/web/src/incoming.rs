//! Files that are sent to us, however large: read while they arrive, never as a whole.

use crate::caller::Via;
use crate::{App, Caller, Failure};
use axum::body::{Body, BodyDataStream};
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use http::{HeaderMap, header};
use multer::{Field, Multipart};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use store::{Error, Kind, Result};
use subtle::ConstantTimeEq;

/// What may stand before a form's file: its token, the heads of its parts. In bytes.
const BEFORE: u64 = 1 << 20;
/// What may stand around a form's file.
const AROUND: u64 = 64 << 10;
/// What is read and thrown away of a body that nobody wants any more, so that its sender hears the answer and not a broken
/// connection. In bytes.
const PATIENCE: usize = 16 << 20;
/// How long a sender may be silent.
const SILENCE: Duration = Duration::from_secs(60);

/// The body of a request, which is drained when the request has been answered.
#[derive(Clone)]
pub(crate) struct Flow {
    body: Arc<Mutex<Option<BodyDataStream>>>,
    /// Bytes that came.
    came: Arc<AtomicU64>,
    /// Bytes that may come.
    most: Arc<AtomicU64>,
    /// The largest file that the route takes.
    largest: u64,
    /// The form, where the guard has read its token.
    form: Arc<Mutex<Option<Multipart<'static>>>>,
}

impl Flow {
    /// Takes the body out of a request, and leaves itself there.
    pub(crate) fn divert(request: Request, largest: u64) -> (Request, Flow) {
        let (mut parts, body) = request.into_parts();
        let flow = Flow {
            body: Arc::new(Mutex::new(Some(body.into_data_stream()))),
            came: Arc::default(),
            most: Arc::new(AtomicU64::new(largest.saturating_add(AROUND))),
            largest,
            form: Arc::default(),
        };
        parts.extensions.insert(flow.clone());
        (Request::from_parts(parts, Body::empty()), flow)
    }

    /// Reads what nobody has read, as far as patience goes.
    pub(crate) async fn drain(&self) {
        drop(self.form.lock().unwrap_or_else(PoisonError::into_inner).take());
        let Some(mut body) = self.body.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        let mut seen = 0;
        while let Some(Ok(part)) = body.next().await {
            seen += part.len();
            if seen > PATIENCE {
                return;
            }
        }
    }

    /// Checks the token of a signed-in browser's form, which is its first part; the rest is left to the handler.
    pub(crate) async fn check_token(&self, headers: &HeaderMap, csrf: &str) -> Result<bool> {
        let mut form = self.open(headers)?;
        let Some(mut first) = form.next_field().await.map_err(broken)?.filter(|field| field.name() == Some("csrf")) else {
            return Ok(false);
        };
        let mut given = Vec::new();
        while let Some(part) = first.chunk().await.map_err(broken)? {
            given.extend_from_slice(&part);
            if given.len() > 2 * csrf.len() {
                return Ok(false);
            }
        }
        drop(first);
        *self.form.lock().unwrap_or_else(PoisonError::into_inner) = Some(form);
        Ok(bool::from(given.ct_eq(csrf.as_bytes())))
    }

    fn open(&self, headers: &HeaderMap) -> Result<Multipart<'static>> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let boundary = multer::parse_boundary(kind).map_err(broken)?;
        self.most.store(BEFORE, Ordering::Relaxed);
        Ok(Multipart::new(Drops { flow: self.clone(), rest: false }, boundary))
    }

    /// What came is more than may come.
    fn is_over(&self) -> bool {
        self.came.load(Ordering::Relaxed) > self.most.load(Ordering::Relaxed)
    }

    fn too_large(&self) -> Error {
        Error::new(Kind::TooLarge, "body_too_large", format!("The file is larger than {} bytes.", self.largest))
    }
}

/// The body, one piece at a time: a form's reader takes all that is there at once, which may be all of a large file, so
/// after each piece this says that it has to wait.
struct Drops {
    flow: Flow,
    rest: bool,
}

impl Stream for Drops {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.rest) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let next = match self.flow.body.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(body) => body.poll_next_unpin(cx),
            None => Poll::Ready(None),
        };
        if let Poll::Ready(Some(Ok(part))) = &next {
            self.flow.came.fetch_add(part.len() as u64, Ordering::Relaxed);
            if self.flow.is_over() {
                return Poll::Ready(Some(Err(axum::Error::new("too large"))));
            }
            self.rest = true;
        }
        next
    }
}

/// A file on its way in: the body itself, or the first file of a form. Only routes that are [`crate::Route::streamed`] have one;
/// their guard has checked the token of a signed-in browser.
pub struct Incoming {
    /// What the sender calls it; nothing where the body is the file itself.
    pub name: Option<String>,
    /// What the sender takes it for, such as `application/pdf`; empty where it does not say.
    pub content_type: String,
    /// What the form says before its file, by the names of its fields.
    said: Vec<(String, String)>,
    flow: Flow,
    source: Source,
    read: u64,
}

enum Source {
    Body(Drops),
    Field(Box<Field<'static>>),
    /// The form has no file.
    Nothing,
}

impl Incoming {
    /// What the form says in a field that stands before its file; empty where it says nothing.
    pub fn said(&self, field: &str) -> &str {
        self.said.iter().find(|(name, _)| name == field).map_or("", |(_, text)| text.as_str())
    }

    /// The next piece; nothing at the end of the file.
    ///
    /// # Errors
    /// `body_too_large`, or a sender that stopped.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        let next = async {
            match &mut self.source {
                Source::Body(body) => body.next().await.transpose().map_err(incomplete),
                Source::Field(field) => field.chunk().await.map_err(incomplete),
                Source::Nothing => Ok(None),
            }
        };
        let piece = tokio::time::timeout(SILENCE, next).await.unwrap_or_else(|silent| Err(incomplete(silent)));
        self.read += piece.as_ref().ok().and_then(Option::as_ref).map_or(0, |piece| piece.len() as u64);
        if self.flow.is_over() || self.read > self.flow.largest { Err(self.flow.too_large()) } else { piece }
    }
}

impl FromRequest<App> for Incoming {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &App) -> Result<Self, Failure> {
        let unknown = || Error::internal("a route that takes a file is not streamed");
        let flow = request.extensions().get::<Flow>().cloned().ok_or_else(unknown)?;
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !crate::upload::is_multipart(request.headers()) {
            let source = Source::Body(Drops { flow: flow.clone(), rest: false });
            return Ok(Self { name: None, content_type: content_type.to_owned(), said: Vec::new(), flow, source, read: 0 });
        }
        let begun = flow.form.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut form = match begun {
            Some(form) => form,
            None => flow.open(request.headers())?,
        };
        let mut said = Vec::new();
        while let Some(field) = form.next_field().await.map_err(broken)? {
            let Some(name) = field.file_name().map(str::to_owned) else {
                // All that stands before the file is bounded together.
                let called = field.name().unwrap_or_default().to_owned();
                said.push((called, field.text().await.map_err(broken)?));
                continue;
            };
            flow.most.store(flow.largest.saturating_add(BEFORE + AROUND), Ordering::Relaxed);
            let content_type = field.content_type().map(ToString::to_string).unwrap_or_default();
            return Ok(Self { name: Some(name), content_type, said, flow, source: Source::Field(Box::new(field)), read: 0 });
        }
        Ok(Self { name: None, content_type: String::new(), said, flow, source: Source::Nothing, read: 0 })
    }
}

/// What a signed-in browser sends to a streamed route carries the session's token: in the X-CSRF-Token header, or first in its form.
pub(crate) async fn check_csrf(headers: &HeaderMap, flow: &Flow, caller: &Caller) -> Result<bool> {
    let Via::Session { csrf, .. } = &caller.via else { return Ok(true) };
    if let Some(given) = headers.get("x-csrf-token") {
        return Ok(bool::from(given.as_bytes().ct_eq(csrf.as_bytes())));
    }
    if !crate::upload::is_multipart(headers) {
        return Ok(false);
    }
    flow.check_token(headers, csrf).await
}

fn broken(error: multer::Error) -> Error {
    Error::new(Kind::Malformed, "malformed_form", "The form could not be read.").because(error)
}

fn incomplete(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(Kind::Malformed, "body_incomplete", "The file did not arrive whole.").because(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;

    const FORM: &str = "multipart/form-data; boundary=xx";

    fn request(kind: &str, pieces: Vec<Vec<u8>>, largest: u64) -> (Request, Flow) {
        let pieces = pieces.into_iter().map(|piece| Ok::<_, std::io::Error>(Bytes::from(piece)));
        let request = Request::builder().header(header::CONTENT_TYPE, kind).body(Body::from_stream(stream::iter(pieces))).unwrap();
        Flow::divert(request, largest)
    }

    /// A form with a token and a file, in pieces of so many bytes.
    fn form(token: &str, file: &[u8], piece: usize) -> Vec<Vec<u8>> {
        let head = format!(
            "--xx\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--xx\r\nContent-Disposition: form-data; name=\"file\"; \
             filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"
        );
        let whole = [head.as_bytes(), file, b"\r\n--xx--\r\n"].concat();
        whole.chunks(piece).map(<[u8]>::to_vec).collect()
    }

    async fn read(mut incoming: Incoming) -> Result<Vec<u8>> {
        let mut all = Vec::new();
        while let Some(piece) = incoming.next().await? {
            all.extend_from_slice(&piece);
        }
        Ok(all)
    }

    /// The same as the extractor, without an App.
    async fn open(request: Request) -> Result<Incoming> {
        let flow = request.extensions().get::<Flow>().cloned().unwrap();
        let begun = flow.form.lock().unwrap().take();
        let mut form = begun.map_or_else(|| flow.open(request.headers()), Ok)?;
        let said = Vec::new();
        while let Some(field) = form.next_field().await.map_err(broken)? {
            if field.file_name().is_some() {
                flow.most.store(flow.largest + BEFORE + AROUND, Ordering::Relaxed);
                return Ok(Incoming {
                    name: None,
                    content_type: String::new(),
                    said,
                    flow,
                    source: Source::Field(Box::new(field)),
                    read: 0,
                });
            }
        }
        Ok(Incoming { name: None, content_type: String::new(), said, flow, source: Source::Nothing, read: 0 })
    }

    #[tokio::test]
    async fn a_form_is_read_after_its_token_however_it_is_cut() {
        let file: Vec<u8> = (0..5_000u32).map(|n| n as u8).collect();
        for piece in [1, 7, 64, 100_000] {
            let (request, flow) = request(FORM, form("secret", &file, piece), 5_000);
            assert!(flow.check_token(request.headers(), "secret").await.unwrap());
            assert_eq!(read(open(request).await.unwrap()).await.unwrap(), file, "{piece}");
        }
        for token in ["", "secre", "secret!", "another secret, much longer than ours"] {
            let (request, flow) = request(FORM, form(token, &file, 64), 5_000);
            assert!(!flow.check_token(request.headers(), "secret").await.unwrap(), "{token}");
            flow.drain().await;
        }
    }

    #[tokio::test]
    async fn what_is_too_large_is_not_kept() {
        let (request, _) = request(FORM, form("secret", &[7; 5_001], 64), 5_000);
        assert_eq!(read(open(request).await.unwrap()).await.unwrap_err().code(), "body_too_large");
        // A head without an end.
        let endless = (0..100).map(|_| vec![b'x'; 64 << 10]).collect();
        let (request, flow) = self::request(FORM, endless, 1 << 40);
        assert!(open(request).await.is_err());
        assert!(flow.came.load(Ordering::Relaxed) <= BEFORE + (64 << 10));
    }

    #[tokio::test]
    async fn one_piece_is_held_at_a_time() {
        let pieces: Vec<Vec<u8>> = (0..50).map(|_| vec![1; 1_000]).collect();
        let (_, flow) = request("application/pdf", pieces, 1 << 20);
        let mut drops = Drops { flow: flow.clone(), rest: false };
        let mut cx = Context::from_waker(futures::task::noop_waker_ref());
        assert!(drops.poll_next_unpin(&mut cx).is_ready());
        assert!(drops.poll_next_unpin(&mut cx).is_pending());
        assert_eq!(flow.came.load(Ordering::Relaxed), 1_000);
    }
}
