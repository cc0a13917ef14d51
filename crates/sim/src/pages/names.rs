//! `/dns`: the records of the simulated name server, to look at and to set.

use super::shell;
use crate::sim::Desk;
use axum::extract::{Form, State};
use axum::response::{Redirect, Response};
use maud::html;
use serde::Deserialize;

/// A record as the form spells it; an empty text takes the name away.
#[derive(Deserialize)]
pub(super) struct Wish {
    name: String,
    #[serde(default)]
    text: String,
}

pub(super) async fn show(State(desk): State<Desk>) -> Response {
    let body = html! {
        @for (name, texts) in desk.dns.texts() {
            p { code { (name) } " TXT " @for text in texts { code { (text) } " " } }
        }
        form method="post" action="/dns" {
            label { "Name " input name="name" required placeholder="_origin.shop.example"; } " "
            label { "Text " input name="text" placeholder="origin-verification=…"; } " "
            button { "Set" }
        }
    };
    shell::place("/dns", "Names", "The TXT records that the shop finds when it asks whose a domain is.", &body)
}

pub(super) async fn set(State(desk): State<Desk>, Form(wish): Form<Wish>) -> Redirect {
    let text = wish.text.trim();
    let texts: &[&str] = if text.is_empty() { &[] } else { &[text] };
    desk.dns.set_txt(wish.name.trim(), texts);
    Redirect::to("/dns")
}
