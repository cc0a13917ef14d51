//! What every API call passes: it is written down, its key is checked, and faults are applied.

use super::Razorpay;
use super::wire::Refused;
use crate::config::{GUEST_KEY, Keep};
use crate::faults::{Ask, Provider, Reject, ending};
use crate::record::{ApiCall, Ending, Span, Watch};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Whose key a call came with: `None` is the shop's that the simulation was started for, else a guest's by name.
#[derive(Clone)]
pub(super) struct Whose(pub(super) Option<String>);

pub(super) async fn guard(State(razorpay): State<Razorpay>, path: MatchedPath, mut request: Request, next: Next) -> Response {
    let path = path.as_str();
    let call = format!("{} {}", request.method(), path.strip_prefix("/razorpay/v1").unwrap_or(path));
    let line = razorpay.open_call(&call);
    let watch = Watch::new(|how| razorpay.close_call(line, how));
    let answer = if let Some(whose) = razorpay.knows(request.headers()) {
        request.extensions_mut().insert(whose);
        let ask = Ask { provider: Provider::Razorpay, call: &call, who: &[] };
        razorpay.0.faults.around(&ask, refuse, next.run(request)).await
    } else {
        Refused::signed_out().into_response()
    };
    watch.ended(ending(&answer));
    answer
}

fn refuse(reject: &Reject) -> Response {
    match &reject.body {
        Some(body) => {
            let status = StatusCode::from_u16(reject.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [(header::CONTENT_TYPE, "application/json")], body.clone()).into_response()
        }
        None => Refused::by_fault(reject.status).into_response(),
    }
}

impl Razorpay {
    fn open_call(&self, call: &str) -> Option<usize> {
        if self.0.keep == Keep::Counts {
            return None;
        }
        let mut books = self.0.books.lock();
        books.calls.push(ApiCall { call: call.to_owned(), span: Span::open() });
        Some(books.calls.len() - 1)
    }

    fn close_call(&self, line: Option<usize>, how: Ending) {
        let mut books = self.0.books.lock();
        if let Some(call) = line.and_then(|line| books.calls.get_mut(line)) {
            call.span.close(how);
        }
    }

    /// HTTP Basic with the account's key. The scheme is compared to the letter, as the real one does.
    fn knows(&self, headers: &HeaderMap) -> Option<Whose> {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let pair = given.and_then(|value| value.strip_prefix("Basic ")).and_then(|code| STANDARD.decode(code).ok())?;
        let pair = String::from_utf8(pair).ok()?;
        let (key_id, secret) = pair.split_once(':')?;
        if secret == self.0.account.key_secret { self.whose(key_id) } else { None }
    }

    /// Whose a key id is.
    pub(super) fn whose(&self, key_id: &str) -> Option<Whose> {
        if key_id == self.0.account.key_id {
            return Some(Whose(None));
        }
        key_id.strip_prefix(GUEST_KEY).filter(|name| !name.is_empty()).map(|name| Whose(Some(name.to_owned())))
    }
}
