//! What a person sees of the simulation: phones, mailboxes, recent orders, and the switches.

pub(crate) mod checkout;
mod faults;
mod mailboxes;
mod names;
mod overview;
mod phones;
mod pushes;
mod reply;
pub(crate) mod shell;

use crate::sim::Desk;
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde::Deserialize;

/// `?part` asks for the changing part of a page only, for the script that keeps it fresh.
#[derive(Deserialize)]
struct Wanted {
    part: Option<String>,
}

pub(crate) fn routes(desk: Desk) -> Router {
    Router::new()
        .route("/", get(overview::show))
        .route("/phones", get(phones::show))
        .route("/phones.json", get(phones::json))
        .route("/phones/{number}", get(phones::one).post(reply::send))
        .route("/messages.json", get(phones::messages))
        .route("/pushes", get(pushes::show))
        .route("/pushes.json", get(pushes::json))
        .route("/mailboxes", get(mailboxes::show))
        .route("/mailboxes.json", get(mailboxes::json))
        .route("/mail/{id}", get(mailboxes::mail))
        .route("/dns", get(names::show).post(names::set))
        .route("/faults", get(faults::show).post(faults::add))
        .route("/faults/clear", post(faults::clear))
        .route("/faults/webhooks", post(faults::switch))
        .route("/favicon.ico", get(|| async { axum::http::StatusCode::NO_CONTENT }))
        .route("/assets/sim.css", get(css))
        .route("/assets/sim.js", get(js))
        .with_state(desk)
}

async fn css() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../assets/sim.css"))
}

async fn js() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("../assets/sim.js"))
}
