//! When a call was open, and how it ended: what a crash test compares with its kills.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// How a call ended, seen from the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// It is still open.
    Open,
    /// It was answered with this HTTP status or SMTP code.
    Answered(u16),
    /// The provider hung up without an answer, by a fault.
    Dropped,
    /// The caller was gone before the answer was ready: killed, or out of patience.
    CallerGone,
}

/// The time during which a call was under way. `closed_at` is when the answer was handed to the socket;
/// the caller reads it a moment later, so a kill shortly after still falls into the call.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// When the request had been read.
    pub opened_at: Instant,
    /// When the provider was done with it.
    pub closed_at: Option<Instant>,
    /// How it ended.
    pub ending: Ending,
}

impl Span {
    pub(crate) fn open() -> Self {
        Self { opened_at: Instant::now(), closed_at: None, ending: Ending::Open }
    }

    pub(crate) fn close(&mut self, ending: Ending) {
        if self.closed_at.is_none() {
            self.closed_at = Some(Instant::now());
            self.ending = ending;
        }
    }
}

/// One call of an API, whatever became of it.
#[derive(Clone, Debug)]
pub struct ApiCall {
    /// Which one, as in `POST /orders`.
    pub call: String,
    /// When it was open and how it ended.
    pub span: Span,
}

/// Closes a span as [`Ending::CallerGone`] when the request's future is dropped before it was answered.
pub(crate) struct Watch<F: FnMut(Ending)> {
    close: F,
}

impl<F: FnMut(Ending)> Watch<F> {
    pub(crate) fn new(close: F) -> Self {
        Self { close }
    }

    /// The call ended in the ordinary way.
    pub(crate) fn ended(mut self, ending: Ending) {
        (self.close)(ending);
    }
}

impl<F: FnMut(Ending)> Drop for Watch<F> {
    fn drop(&mut self) {
        (self.close)(Ending::CallerGone);
    }
}

/// Shared state behind one lock, never held across an await. A panic elsewhere does not close it for good.
pub(crate) struct Shared<T>(Arc<Mutex<T>>);

impl<T> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Arc::new(Mutex::new(value)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
