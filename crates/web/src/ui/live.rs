//! Parts of a page that stay up to date, where script runs.

use maud::{Markup, html};

/// A part that is fetched anew from `url` every so many seconds. What is being read, typed in or selected is
/// left alone until it no longer is; without script the part stays as it was rendered.
pub fn live(url: &str, every_seconds: u32, now: Markup) -> Markup {
    html! { div data-refresh=(url) data-every=(every_seconds) { (now) } }
}

/// Where a form with `data-preview=(url)` and `data-preview-target="#id"` shows what the server makes of it.
pub fn preview(id: &str, now: Markup) -> Markup {
    html! { output.preview id=(id) { (now) } }
}
