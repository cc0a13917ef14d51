//! Campaigns in the back office.

mod acts;
mod builder;
mod compare;
mod compared;
mod doubt;
mod list;
mod show;
mod timed;
mod tracked;

use crate::model::State;
use crate::variants::HOLDOUT;
use maud::{Markup, Render};
use web::ui::{Badge, Meaning};
use web::{NavItem, Permission, Route};

/// The page.
const HERE: &str = "/admin/campaigns";

/// Every page.
pub(crate) fn routes() -> Vec<Route> {
    [list::routes(), builder::routes(), show::routes(), acts::routes(), compare::routes()].into_iter().flatten().collect()
}

/// Its place in the rail.
pub(crate) fn nav() -> Vec<NavItem> {
    vec![NavItem { label: "Campaigns", href: HERE, icon: "campaigns", needs: Permission::MessagesRead, order: 62 }]
}

/// A campaign's state, in words.
fn badge(state: State) -> Markup {
    let (meaning, words) = words(state);
    Badge::new(meaning, words).render()
}

/// What it means that a campaign stands so, and how people say it.
fn words(state: State) -> (Meaning, &'static str) {
    match state {
        State::Draft => (Meaning::Neutral, "Draft"),
        State::Freezing => (Meaning::Information, "Counting"),
        State::Ready => (Meaning::Information, "Ready"),
        State::Scheduled => (Meaning::Information, "Scheduled"),
        State::Running => (Meaning::Information, "Going out"),
        State::Paused => (Meaning::Attention, "Paused"),
        State::Done => (Meaning::Good, "Sent"),
        State::Cancelled => (Meaning::Neutral, "Cancelled"),
    }
}

/// A number of things, for people.
fn number(count: i64) -> String {
    web::ui::count(u64::try_from(count).unwrap_or(0))
}

/// Why somebody is left out, or why a message stands so, in words.
fn why(word: &str) -> String {
    let said = match word {
        "waiting" => "Still to be sent",
        "no_address" => "No address on these channels",
        "no_consent" => "Have not agreed to offers",
        "unsubscribed" => "Unsubscribed",
        "stop_word" => "Wrote STOP",
        "bounced" => "No such mailbox",
        "complained" => "Called it spam",
        "undeliverable" => "Not deliverable",
        "by_hand" => "Noted by the shop",
        "provider_opt_out" => "Told the provider",
        "missing_variable" => "The text needs something that is not known of them",
        "too_long" => "The text becomes too long for them",
        "erased" => "Erased",
        "merged" => "Gets it under another record",
        HOLDOUT => "Held back by the experiment",
        // What a provider said stays as it said it, names of templates among it.
        other if other.contains(' ') => return other.to_owned(),
        other => return other.replace('_', " "),
    };
    said.to_owned()
}
