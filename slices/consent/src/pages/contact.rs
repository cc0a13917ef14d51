//! `/admin/contacts/{id}/consent`: what one person gets, and what they said.

use super::{PLACE, calendar, log};
use crate::commands::ChooseFor;
use crate::lists::{self, LogFilter};
use crate::model::{Choice, Class, Why};
use crate::queries::{self, On};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use contacts::Contact;
use facts::ContactId;
use facts::consent::How;
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Result};
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Alert, Button, Empty, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Cursor, Failure, Form, Path, Permission, Route, back_office};

/// The most words that are shown.
const WORDS: i64 = 50;

/// A choice for people.
const CHOICES: [(Choice, &str); 3] = [
    (Choice::Everything, "Everything, offers too"),
    (Choice::NoMarketing, "Only what concerns orders"),
    (Choice::Nothing, "Nothing but what they ask for"),
];

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>) -> Answer<Html<String>> {
    page(&app, &caller, id, &Typed::default(), None).await
}

async fn page(app: &App, caller: &Caller, id: ContactId, typed: &Typed, wrong: Option<&Failure>) -> Answer<Html<String>> {
    let look = &mut app.db.read_main(caller.tenant());
    let contact = contacts::find(look, id).await?.ok_or_else(|| Error::not_found("contact"))?;
    let on = queries::on(look, &queries::addresses(&contact)).await?;
    let filter = LogFilter { contact: Some(id), ..LogFilter::default() };
    let words = lists::log(look, &filter, Cursor::START, WORDS).await?;
    let may = caller.may(Permission::ContactsWrite);
    let (up, title) = (format!("{PLACE}/{id}"), called(&contact));
    let body = html! {
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "It was not saved").body(html! { p { (wrong.0.message()) } })) }
        (ui::section("What they get", "", standing(&on)))
        @if may && !on.is_empty() { (ui::section("They told you something", "", form(id, &on, typed, caller.csrf(), wrong))) }
        (ui::section("What was said", "", log::of_contact(&calendar(app, caller), &words)))
    };
    Ok(back_office(
        app,
        caller,
        BackOffice {
            title: "Consent",
            lead: html! { "What " bdi { (title) } " is written, and what they said to it." },
            action: Markup::default(),
            place: PLACE,
            crumbs: &[("Contacts", PLACE), (title.as_str(), up.as_str())],
            body,
        },
    ))
}

fn called(contact: &Contact) -> String {
    let name = contact.name.clone().or_else(|| contact.email.clone()).or_else(|| contact.phone.clone());
    name.unwrap_or_else(|| "Contact".to_owned())
}

fn words_of(choice: Choice) -> &'static str {
    CHOICES.iter().find(|(known, _)| *known == choice).map_or("", |(_, words)| words)
}

fn standing(on: &[On]) -> Markup {
    if on.is_empty() {
        return html! { (Empty::new("No address", "This contact has no phone number and no e-mail address to write to.")) };
    }
    html! {
        @for one in on {
            (ui::detail_list([
                ("Channel", html! { (one.to.channel.title()) ", " bdi { (one.to.address) } }),
                ("Gets", html! { (words_of(one.choice())) }),
                ("Offers", html! { @if let Some(why) = one.why_not(Class::Marketing) { "No: " (because(why)) } @else { "Yes" } }),
            ]))
        }
    }
}

fn because(why: Why) -> String {
    match why {
        Why::Stopped(reason) => reason.words().to_lowercase(),
        Why::NoConsent => "they have not agreed to any".to_owned(),
    }
}

fn form(id: ContactId, on: &[On], typed: &Typed, csrf: &str, wrong: Option<&Failure>) -> Markup {
    let channels = on.iter().map(|one| (one.to.channel.as_str(), one.to.channel.title()));
    let choices = CHOICES.map(|(choice, words)| (choice.as_str(), words));
    html! {
        form method="post" action={ (PLACE) "/" (id) "/consent" } {
            (ui::csrf(csrf))
            (ui::beside([
                Field::select("channel", "Channel", channels).value(&typed.channel).required().error(field_error(wrong, "channel")),
                Field::select("choice", "They want", choices).value(&typed.choice).required().error(field_error(wrong, "choice")),
            ]))
            (Field::text("evidence", "How you know").value(&typed.evidence).required().error(field_error(wrong, "evidence"))
                .placeholder("Ticked the box at the till on 22 November").help("It is kept, and may have to be shown."))
            (ui::actions(Button::primary("Note it")))
        }
    }
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    channel: String,
    choice: String,
    evidence: String,
}

impl Typed {
    fn read(&self, contact: ContactId) -> Result<ChooseFor> {
        Ok(ChooseFor {
            contact,
            channel: self.channel.parse().map_err(|_| Error::field("channel", "one of the channels"))?,
            choice: self.choice.parse().map_err(|_| Error::field("choice", "everything, no_marketing or nothing"))?,
            evidence: self.evidence.clone(),
            how: How::ByHand,
        })
    }
}

async fn note(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>, Form(typed): Form<Typed>) -> Answer<Response> {
    let outcome = match typed.read(id) {
        Ok(choice) => app.db.run(&caller.who, choice).await,
        Err(error) => Err(error),
    };
    match refused(outcome)? {
        Ok(()) => Ok(Redirect::to(&format!("{PLACE}/{id}/consent")).into_response()),
        Err(failure) => {
            let page = page(&app, &caller, id, &typed, Some(&failure)).await?;
            Ok((status(&failure.0), page).into_response())
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    const ONE: &str = "/admin/contacts/{id}/consent";
    vec![
        Route::get(ONE, Permission::ContactsRead, show).page().says("A contact's consent", ""),
        Route::post(ONE, Permission::ContactsWrite, note).page().says("Note a contact's consent", "And how that is known."),
    ]
}
