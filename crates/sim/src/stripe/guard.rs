//! What every API call passes: it is written down, its key is checked, and faults are applied.

use super::Stripe;
use super::wire::StripeRefused;
use crate::config::{GUEST_SECRET, Keep};
use crate::faults::{Ask, Provider, Reject, ending};
use crate::record::{ApiCall, Ending, Span, Watch};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Whose key a call came with: `None` is the shop's that the simulation was started for, else a guest's by name.
#[derive(Clone)]
pub(super) struct Whose(pub(super) Option<String>);

pub(super) async fn guard(State(stripe): State<Stripe>, path: MatchedPath, mut request: Request, next: Next) -> Response {
    let path = path.as_str();
    let call = format!("{} {}", request.method(), path.strip_prefix("/stripe/v1").unwrap_or(path));
    let line = stripe.open_call(&call);
    let watch = Watch::new(|how| stripe.close_call(line, how));
    let answer = if let Some(whose) = stripe.knows(request.headers()) {
        request.extensions_mut().insert(whose);
        let ask = Ask { provider: Provider::Stripe, call: &call, who: &[] };
        stripe.0.faults.around(&ask, refuse, next.run(request)).await
    } else {
        StripeRefused::signed_out().into_response()
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
        None => StripeRefused::by_fault(reject.status).into_response(),
    }
}

impl Stripe {
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

    fn knows(&self, headers: &HeaderMap) -> Option<Whose> {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok())?.strip_prefix("Bearer ")?;
        if given == self.0.account.secret_key {
            return Some(Whose(None));
        }
        given.strip_prefix(GUEST_SECRET).filter(|name| !name.is_empty()).map(|name| Whose(Some(name.to_owned())))
    }
}
