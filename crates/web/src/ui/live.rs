//! Parts of a page that stay up to date, where script runs.

use super::{Button, assets, post};
use maud::{Markup, html};

/// A part that is fetched anew from `url` every so many seconds. What is being read, typed in or selected is
/// left alone until it no longer is; without script the part stays as it was rendered.
pub fn live(url: &str, every_seconds: u32, now: Markup) -> Markup {
    html! { div data-refresh=(url) data-every=(every_seconds) { (now) } }
}

/// The same, told of by the events of the page around it ([`events`]) as well: of all of them, or of those that name this thing. What is
/// pointed at or has the focus is replaced too, and gets the focus back.
pub fn told(url: &str, of: &str, every_seconds: u32, now: Markup) -> Markup {
    html! { div data-refresh=(url) data-every=(every_seconds) data-of=(of) { (now) } }
}

/// A page whose parts are told of by the events of an address, each with the id of what changed. Its script is its own: no other page
/// loads it.
pub fn events(url: &str, class: &str, body: Markup) -> Markup {
    html! {
        div class=(class) data-events=(url) { (body) }
        script src=(assets::url("events.js")) defer {}
    }
}

/// Says of what stands above that it was seen: by itself once it is before somebody's eyes, by a button where no script runs. It stands on a
/// page with [`events`]; looking alone changes nothing, so that a browser may fetch ahead.
pub fn seen(action: &str, token: &str) -> Markup {
    html! { div data-seen { (post(action, token, Button::bare("Mark as seen"))) } }
}

/// Where a form with `data-preview=(url)` and `data-preview-target="#id"` shows what the server makes of it.
pub fn preview(id: &str, now: Markup) -> Markup {
    html! { output.preview id=(id) { (now) } }
}
