//! Consent in the back office, and what the links in messages lead to.

mod contact;
mod list;
mod log;
mod one_click;
mod preferences;
mod settings;

use maud::Markup;
use web::ui::{self, Calendar};
use web::{App, Caller, Route};

/// The addresses that are not written to.
const HERE: &str = "/admin/consent";
const LOG: &str = "/admin/consent/log";
const SETTINGS: &str = "/admin/consent/settings";
/// Their place in the rail is that of contacts.
const PLACE: &str = "/admin/contacts";
/// The page above them.
const CRUMBS: [(&str, &str); 1] = [("Contacts", PLACE)];

/// Every page.
pub(crate) fn routes() -> Vec<Route> {
    [list::routes(), log::routes(), settings::routes(), contact::routes(), one_click::routes(), preferences::routes()]
        .into_iter()
        .flatten()
        .collect()
}

/// What the pages of consent share.
fn tabs(here: &str) -> Markup {
    ui::tabs("Consent", &[("Not written to", HERE), ("What was said", LOG), ("Rules", SETTINGS)], here)
}

/// Days as the caller writes them.
fn calendar(app: &App, caller: &Caller) -> Calendar {
    Calendar::new(&caller.time_zone, app.db.clock().now())
}

/// A word of ours for people: `one_click` as "One click".
fn plain(word: &str) -> String {
    let text = word.replace('_', " ");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
