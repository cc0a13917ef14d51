//! The frame around every page.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use facts::{Money, Time};
use maud::{DOCTYPE, Markup, html};
use url::Url;

/// The places one can go.
const PLACES: [(&str, &str); 6] = [
    ("/", "Overview"),
    ("/phones", "Phones"),
    ("/pushes", "Pushes"),
    ("/mailboxes", "Mailboxes"),
    ("/dns", "Names"),
    ("/faults", "Bad day"),
];

/// A page of the simulation itself, with its navigation.
pub(super) fn place(here: &str, title: &str, first_line: &str, body: &Markup) -> Response {
    let frame = html! {
        header class="top" {
            a class="brand" href="/" { "Simulated providers" }
            nav aria-label="Places" {
                @for (path, name) in PLACES {
                    a href=(path) aria-current=[(path == here).then_some("page")] { (name) }
                }
            }
        }
        main {
            div class="title" { h1 { (title) } p { (first_line) } }
            (body)
        }
    };
    respond(title, &frame, None)
}

/// A bare page, whose forms may also go to this shop.
pub(crate) fn bare(title: &str, body: &Markup, shop: Option<&Url>) -> Response {
    respond(title, &html! { main class="narrow" { (body) } }, shop)
}

/// The part of a page that the script fetches anew.
pub(super) fn live(address: &str, inner: &Markup) -> Markup {
    html! { div data-live={ (address) "?part=1" } { (inner) } }
}

fn respond(title: &str, frame: &Markup, shop: Option<&Url>) -> Response {
    let forms = shop.map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
         frame-src 'self'; form-action 'self' {forms}; base-uri 'none'; frame-ancestors 'none'"
    );
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Simulated providers" }
                link rel="stylesheet" href="/assets/sim.css";
                script src="/assets/sim.js" defer {}
            }
            body { (frame) }
        }
    };
    ([(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store".into())], document).into_response()
}

/// A moment; the script rewrites it into the reader's own time.
pub(super) fn time(at: Time) -> Markup {
    let stamp = at.timestamp();
    html! { time datetime=(stamp) title=(stamp) { (stamp.strftime("%H:%M")) } }
}

/// An amount as people write it; the bare number where the currency is not known.
pub(crate) fn money(minor: i64, currency: &str) -> String {
    currency.parse().map_or_else(|_| format!("{minor} {currency}"), |currency| Money::new(minor, currency).to_string())
}

/// A phone number as people write it in India; others as they are.
pub(super) fn number(e164: &str) -> String {
    match e164.strip_prefix("+91").filter(|rest| rest.len() == 10).map(|rest| rest.split_at(5)) {
        Some((first, second)) => format!("+91 {first} {second}"),
        None => e164.to_owned(),
    }
}

/// Words whose web addresses can be followed, in a tab of their own.
pub(super) fn linked(words: &str) -> Markup {
    html! {
        @for word in words.split_inclusive(char::is_whitespace) {
            @if word.starts_with("https://") || word.starts_with("http://") {
                @let address = word.trim_end().trim_end_matches(['.', ',', ')', '!', '?']);
                a href=(address) target="_blank" rel="noreferrer" { (address) } (word.strip_prefix(address).unwrap_or_default())
            } @else { (word) }
        }
    }
}

/// `1 order`, `2 orders`.
pub(super) fn count(many: usize, noun: &str, plural: &str) -> String {
    format!("{many} {}", if many == 1 { noun } else { plural })
}
