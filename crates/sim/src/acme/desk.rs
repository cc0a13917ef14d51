//! The addresses of the directory, and what stands before them.

use super::Acme;
use super::books::Account;
use super::jws::{Letter, thumbprint};
use super::wire::Problem;
use crate::faults::{Ask, Provider};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{MatchedPath, OriginalUri, Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;

pub(crate) fn routes(acme: Acme) -> Router {
    Router::new()
        .route("/directory", get(directory))
        .route("/new-nonce", get(nonce))
        .route("/new-account", post(new_account))
        .route("/account/{number}", post(account))
        .route("/new-order", post(new_order))
        .route("/order/{number}", post(order))
        .route("/authorization/{number}", post(authorization))
        .route("/challenge/{number}", post(challenge))
        .route("/finalize/{number}", post(finalize))
        .route("/certificate/{number}", post(certificate))
        .route_layer(from_fn_with_state(acme.clone(), faults))
        .with_state(acme)
}

async fn faults(State(acme): State<Acme>, path: MatchedPath, request: Request, next: Next) -> Response {
    // Nobody asks for a nonce by GET, and a fault should have one name.
    let method = if request.method() == Method::HEAD { "GET" } else { request.method().as_str() };
    let path = path.as_str();
    let call = format!("{method} {}", path.strip_prefix("/acme").unwrap_or(path));
    let ask = Ask { provider: Provider::Acme, call: &call, who: &[] };
    acme.0.faults.around(&ask, |reject| acme.refuse(&Problem::by_fault(reject)), next.run(request)).await
}

async fn directory(State(acme): State<Acme>) -> Response {
    let at = |path: &str| format!("{}/{path}", acme.0.base);
    let body = json!({
        "newNonce": at("new-nonce"), "newAccount": at("new-account"), "newOrder": at("new-order"),
        "revokeCert": at("revoke-cert"), "keyChange": at("key-change"),
        "meta": {"termsOfService": at("terms"), "externalAccountRequired": false},
    });
    axum::Json(body).into_response()
}

async fn nonce(State(acme): State<Acme>) -> Response {
    acme.stamp(StatusCode::OK.into_response())
}

/// One request as it came.
type Came = (State<Acme>, OriginalUri, HeaderMap, Bytes);

/// Opens the request and answers it, or says why not.
fn answer(came: Came, deed: impl FnOnce(&Acme, Letter) -> Result<Response, Problem>) -> Response {
    let (State(acme), OriginalUri(uri), headers, body) = came;
    let answered = acme.open(&headers, uri.path(), &body).and_then(|letter| deed(&acme, letter));
    answered.unwrap_or_else(|problem| acme.refuse(&problem))
}

async fn new_account(acme: State<Acme>, uri: OriginalUri, headers: HeaderMap, body: Bytes) -> Response {
    answer((acme, uri, headers, body), |acme, letter| {
        let asked = letter.payload.unwrap_or_default();
        if letter.account.is_some() {
            return Err(Problem::malformed("a new account brings its key"));
        }
        let known = acme.0.books.lock().accounts.iter().position(|account| account.key == letter.key);
        let (status, number) = match known {
            Some(number) => (StatusCode::OK, number),
            None if asked["onlyReturnExisting"] == true => {
                return Err(Problem::new(400, "accountDoesNotExist", "nobody has this key"));
            }
            None if asked["termsOfServiceAgreed"] != true => {
                return Err(Problem::new(403, "userActionRequired", "the terms have to be agreed to"));
            }
            None => {
                let mut books = acme.0.books.lock();
                books.accounts.push(Account { thumbprint: thumbprint(&letter.key), key: letter.key });
                (StatusCode::CREATED, books.accounts.len() - 1)
            }
        };
        Ok(acme.give(status, json!({"status": "valid"}), Some(format!("{}/account/{number}", acme.0.base))))
    })
}

/// Its owner changes its contact, or looks.
async fn account(acme: State<Acme>, uri: OriginalUri, Path(number): Path<usize>, headers: HeaderMap, body: Bytes) -> Response {
    answer((acme, uri, headers, body), |acme, letter| {
        if letter.account != Some(number) {
            return Err(Problem::new(401, "unauthorized", "another's account"));
        }
        let contact = letter.payload.map(|asked| asked["contact"].clone()).unwrap_or_default();
        let contacts = contact.as_array().cloned().unwrap_or_default();
        if contacts.iter().any(|contact| !contact.as_str().unwrap_or_default().starts_with("mailto:")) {
            return Err(Problem::new(400, "unsupportedContact", "mailto: alone is known here"));
        }
        Ok(acme.give(StatusCode::OK, json!({"status": "valid", "contact": contact}), None))
    })
}

async fn new_order(acme: State<Acme>, uri: OriginalUri, headers: HeaderMap, body: Bytes) -> Response {
    answer((acme, uri, headers, body), |acme, letter| acme.order_anew(&letter))
}

async fn order(acme: State<Acme>, uri: OriginalUri, Path(number): Path<usize>, headers: HeaderMap, body: Bytes) -> Response {
    answer((acme, uri, headers, body), |acme, letter| acme.show_order(&letter, number))
}

async fn authorization(acme: State<Acme>, uri: OriginalUri, Path(number): Path<usize>, headers: HeaderMap, body: Bytes) -> Response {
    answer((acme, uri, headers, body), |acme, letter| acme.show_authorization(&letter, number))
}

async fn challenge(acme: State<Acme>, uri: OriginalUri, Path(number): Path<usize>, headers: HeaderMap, body: Bytes) -> Response {
    answer((acme, uri, headers, body), |acme, letter| acme.take_up(&letter, number))
}

async fn finalize(acme: State<Acme>, uri: OriginalUri, Path(number): Path<usize>, headers: HeaderMap, body: Bytes) -> Response {
    answer((acme, uri, headers, body), |acme, letter| acme.finalize(&letter, number))
}

async fn certificate(acme: State<Acme>, uri: OriginalUri, Path(number): Path<usize>, headers: HeaderMap, body: Bytes) -> Response {
    answer((acme, uri, headers, body), |acme, letter| acme.hand_out(&letter, number))
}
