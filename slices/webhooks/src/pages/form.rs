//! What is typed about an endpoint.

use crate::commands::Wanted;
use crate::kinds;
use crate::model::Endpoint;
use crate::rules::PER_SECOND;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::HashMap;
use store::Result;
use web::http::Outside;
use web::page::field_error;
use web::ui::{self, Button, Field};
use web::{Caller, Failure};

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    url: String,
    #[serde(default)]
    description: String,
    /// `all`, or `some` of the kinds that are ticked.
    #[serde(default)]
    which: String,
    /// Calls a second; nothing for what it is.
    #[serde(default)]
    per_second: String,
    /// Ticked where events come one after the other.
    #[serde(default)]
    ordered: Option<String>,
    /// The ticked kinds, each `kind.` and its name, besides whatever else the form holds.
    #[serde(flatten)]
    rest: HashMap<String, String>,
}

impl From<&Endpoint> for Typed {
    fn from(endpoint: &Endpoint) -> Self {
        let kinds = endpoint.kinds().unwrap_or_default();
        Self {
            url: endpoint.url.clone(),
            description: endpoint.description.clone(),
            which: if endpoint.kinds().is_some() { "some" } else { "all" }.to_owned(),
            per_second: endpoint.per_second.to_string(),
            ordered: endpoint.ordered.then(|| "on".to_owned()),
            rest: kinds.iter().map(|kind| (format!("kind.{kind}"), "on".to_owned())).collect(),
        }
    }
}

impl Typed {
    fn ticks(&self, kind: &str) -> bool {
        self.rest.contains_key(&format!("kind.{kind}"))
    }

    /// What it asks for, checked.
    ///
    /// # Errors
    /// The field, with what is wrong.
    pub(super) fn wanted(&self, outside: &Outside) -> Result<Wanted> {
        let ticked = || kinds::PUBLISHED.iter().filter(|kind| self.ticks(kind.name)).map(|kind| kind.name.to_owned()).collect();
        let kinds = (self.which == "some").then(ticked);
        let per_second = match self.per_second.trim() {
            "" => None,
            // What is no number is none that may be.
            typed => Some(typed.parse::<i64>().unwrap_or(0)),
        };
        Wanted::new(outside, Some(&self.url), Some(&self.description), Some(kinds))?.arriving(per_second, Some(self.ordered.is_some()))
    }
}

/// The form, with what is wrong beside the fields.
pub(super) fn form(caller: &Caller, action: &str, button: Button, typed: &Typed, failure: Option<&Failure>) -> Markup {
    let wrong = |field: &str| field_error(failure, field);
    let some = typed.which == "some";
    let usual = PER_SECOND.to_string();
    let pace = if typed.per_second.is_empty() { &usual } else { &typed.per_second };
    html! {
        form method="post" action=(action) {
            (ui::csrf(caller.csrf()))
            (Field::input("url", "url", "Address").required().value(&typed.url).placeholder("https://hooks.example.com/origin")
                .help("Events are posted there as JSON, signed.").error(wrong("url")))
            (Field::text("description", "What it is for").value(&typed.description).placeholder("Our accounting").error(wrong("description")))
            (Field::select("which", "Events", [("all", "Everything"), ("some", "Only the kinds ticked below")])
                .value(if some { "some" } else { "all" }).required().error(wrong("kinds").map(|_| "Tick one kind at least.")))
            details.scopes open[some] {
                summary { "Kinds of event" }
                @for kind in kinds::PUBLISHED {
                    (Field::checkbox(format!("kind.{}", kind.name), format!("{}: {}", kind.name, kind.says), typed.ticks(kind.name)))
                }
            }
            (Field::input("number", "per_second", "Calls a second, at the most").required().value(pace)
                .help(format!("From 1 to {PER_SECOND}.")).error(wrong("per_second")))
            (Field::checkbox("ordered", "One at a time, in the order in which things happened", typed.ordered.is_some())
                .help("Each event waits until the one before it has arrived or was given up. One that fails holds back all that come after it: up to \
                       8 tries within about a day."))
            (ui::actions(html! { (button) }))
        }
    }
}
