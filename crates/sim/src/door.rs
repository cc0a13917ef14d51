//! What every call of a provider goes through: it is written down, and meets what is due to go wrong.

use crate::config::Keep;
use crate::faults::{Ask, Faults, Provider, Reject, ending};
use crate::record::{ApiCall, Ending, Shared, Span, Watch};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// One provider's door. Cloning gives another hand on the same one.
#[derive(Clone)]
pub(crate) struct Door {
    provider: Provider,
    faults: Faults,
    keep: Keep,
    calls: Shared<Vec<ApiCall>>,
}

impl Door {
    pub(crate) fn new(provider: Provider, faults: Faults, keep: Keep) -> Self {
        Self { provider, faults, keep, calls: Shared::new(Vec::new()) }
    }

    /// The calls of one kind, oldest first; none where only counts are kept.
    pub(crate) fn calls(&self, call: &str) -> Vec<ApiCall> {
        self.calls.lock().iter().filter(|made| made.call == call).cloned().collect()
    }

    /// Carries out a call. `usual` writes the provider's refusal in its usual words, for a status that a fault asks for.
    pub(crate) async fn pass(
        &self,
        call: &str,
        who: &[String],
        usual: impl FnOnce(u16) -> Response,
        deed: impl Future<Output = Response>,
    ) -> Response {
        let line = self.open(call);
        let watch = Watch::new(|how| self.close(line, how));
        let ask = Ask { provider: self.provider, call, who };
        let answer = self.faults.around(&ask, |reject| refusal(reject, usual), deed).await;
        watch.ended(ending(&answer));
        answer
    }

    fn open(&self, call: &str) -> Option<usize> {
        if self.keep == Keep::Counts {
            return None;
        }
        let mut calls = self.calls.lock();
        calls.push(ApiCall { call: call.to_owned(), span: Span::open() });
        Some(calls.len() - 1)
    }

    fn close(&self, line: Option<usize>, how: Ending) {
        let mut calls = self.calls.lock();
        if let Some(call) = line.and_then(|line| calls.get_mut(line)) {
            call.span.close(how);
        }
    }
}

/// A status as HTTP has it; 500 for a number that is none.
pub(crate) fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn refusal(reject: &Reject, usual: impl FnOnce(u16) -> Response) -> Response {
    match &reject.body {
        Some(body) => (status(reject.status), [(header::CONTENT_TYPE, "application/json")], body.clone()).into_response(),
        None => usual(reject.status),
    }
}
