//! `/admin/consent/settings`: whether campaigns need consent, and a shop's own words.

use super::{CRUMBS, PLACE, SETTINGS, tabs};
use crate::commands::PutSettings;
use crate::model::{ConsentSettings, OwnWords, Rule};
use crate::queries;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::messages::Channel;
use maud::{Markup, html};
use std::collections::HashMap;
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Alert, Button, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Permission, Route, back_office};

async fn show(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    let chosen = queries::settings(&mut app.db.read_main(caller.tenant())).await?;
    Ok(page(&app, &caller, &chosen, None))
}

fn page(app: &App, caller: &Caller, chosen: &ConsentSettings, wrong: Option<&Failure>) -> Html<String> {
    let body = html! {
        (tabs(SETTINGS))
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "It was not saved").body(html! { p { (wrong.0.message()) } })) }
        (form(chosen, caller, wrong))
    };
    let lead = html! { "Who may be sold to, and the words by which customers end it." };
    back_office(app, caller, BackOffice { title: "Rules of consent", lead, action: Markup::default(), place: PLACE, crumbs: &CRUMBS, body })
}

fn form(chosen: &ConsentSettings, caller: &Caller, wrong: Option<&Failure>) -> Markup {
    let rules = [(Rule::OptIn.as_str(), "Whoever agreed to it"), (Rule::OptOut.as_str(), "Whoever did not object")];
    let may = caller.may(Permission::TenantWrite);
    let shown = |field: Field| if may { field } else { field.off() };
    let words = |field: &'static str, label: &str, own: &[String], help: &str| {
        let named = format!("words.{field}");
        shown(Field::area(field, label, 3).value(own.join("\n")).help(help).error(field_error(wrong, &named)))
    };
    html! {
        form method="post" action=(SETTINGS) {
            (ui::csrf(caller.csrf()))
            (ui::section("Campaigns go to", "", html! {
                (ui::beside(Channel::ALL.iter().map(|channel| shown(
                    Field::select(channel.as_str(), channel.title(), rules).value(chosen.rule(*channel).as_str()).required()
                ))))
                p { "A stop always holds. Confirmations, bills, and reminders of what somebody left need no consent." }
            }))
            (ui::section("Your own words", "", html! {
                p { "STOP, START and HELP are known in English, Hindi, Marathi, Tamil, Telugu, Bengali, Gujarati, Kannada, Malayalam and Punjabi." }
                (words("stop", "They end offers", &chosen.words.stop, "One on each line, each a whole message."))
                (words("start", "They begin them again", &chosen.words.start, "One on each line."))
                (words("help", "They ask for help", &chosen.words.help, "One on each line."))
            }))
            @if may { (ui::actions(Button::primary("Save"))) }
        }
    }
}

/// What was typed, by the names of the fields.
type Typed = HashMap<String, String>;

fn read(typed: &Typed) -> ConsentSettings {
    let text = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    let lines = |name: &str| text(name).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    let rule = |channel: &Channel| {
        let rule: Rule = text(channel.as_str()).parse().ok()?;
        // The usual is not noted, so that it stays the usual.
        (rule != Rule::usual(*channel)).then(|| (channel.to_string(), rule))
    };
    ConsentSettings {
        marketing: Channel::ALL.iter().filter_map(rule).collect(),
        words: OwnWords { stop: lines("stop"), start: lines("start"), help: lines("help") },
    }
}

async fn save(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let wanted = read(&typed);
    match refused(app.db.run(&caller.who, PutSettings(wanted.clone())).await)? {
        Ok(_) => Ok(Redirect::to(SETTINGS).into_response()),
        Err(failure) => Ok((status(&failure.0), page(&app, &caller, &wanted, Some(&failure))).into_response()),
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(SETTINGS, Permission::ContactsRead, show).page().says("Rules of consent", "And the shop's own words."),
        Route::post(SETTINGS, Permission::TenantWrite, save).page().says("Rules of consent", "Saves them."),
    ]
}
