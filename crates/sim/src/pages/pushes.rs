//! `/pushes`: what apps and browsers showed.

use super::Wanted;
use super::shell::{self, time};
use crate::sim::Desk;
use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde_json::{Value, json};

const NEWEST: usize = 50;

pub(super) async fn json(State(desk): State<Desk>) -> Json<Value> {
    Json(json!({"apps": desk.messengers.fcm.pushes(), "browsers": desk.messengers.webpush.pushes()}))
}

pub(super) async fn show(State(desk): State<Desk>, Query(wanted): Query<Wanted>) -> Response {
    let inner = content(&desk);
    if wanted.part.is_some() {
        return inner.into_response();
    }
    shell::place("/pushes", "Pushes", "What apps and browsers showed, the latest first.", &shell::live("/pushes", &inner))
}

fn content(desk: &Desk) -> Markup {
    let (apps, browsers) = (desk.messengers.fcm.pushes(), desk.messengers.webpush.pushes());
    html! {
        h2 { "Apps" }
        @if apps.is_empty() { p class="empty" { "No app has shown anything yet. A push that the shop sends by FCM appears here at once." } }
        @else {
            ul class="rows" {
                @for push in apps.iter().rev().take(NEWEST) {
                    li {
                        strong dir="auto" { (push.title.as_deref().unwrap_or("(nothing shown)")) }
                        span class="what" dir="auto" { (push.body.as_deref().unwrap_or_default()) " · " code { (push.target) } " · " (time(push.at)) }
                    }
                }
            }
        }
        h2 { "Browsers" }
        @if browsers.is_empty() { p class="empty" { "No browser has shown anything yet. A push that the shop sends appears here, as the browser reads it." } }
        @else {
            ul class="rows" {
                @for push in browsers.iter().rev().take(NEWEST) {
                    li {
                        @if let Some(wrong) = push.unreadable { span class="badge" data-tone="bad" { "unreadable: " (wrong) } }
                        span class="what" dir="auto" { (push.text()) " · " (push.urgency) " · " code { (push.endpoint) } " · " (time(push.at)) }
                    }
                }
            }
        }
    }
}
