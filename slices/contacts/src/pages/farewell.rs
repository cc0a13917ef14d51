//! Erasing a person from their page, and what is left of it afterwards.

use super::{HERE, show, told};
use crate::Contact;
use crate::erase::EraseContact;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::{ContactId, Time};
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Stated};
use web::problem::status;
use web::ui::{self, Alert, Button, Calendar, Dialog, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Form, Path, Permission, Route, back_office};

/// What is typed to confirm.
const CONFIRM: &str = "erase";

/// Taking all of it along, and erasing it; each opens what asks first.
pub(super) fn actions(contact: &Contact, csrf: &str) -> Markup {
    html! {
        (Button::quiet("Everything as a file").href(format!("/api/v1/contacts/{}/export", contact.id)))
        (Button::danger("Erase").opens("erase-contact"))
        (Dialog {
            id: "erase-contact",
            title: "Erase this person for good?",
            body: html! {
                p { "Name, addresses, attributes, lists and tags go, also from orders, messages, standing orders and subscriptions. What is on its way to them is not sent." }
                p { "Issued invoices, payments and the books stay, as the law asks for, and so does the audit trail. End a subscription or a standing order first: it cannot be billed any more." }
                (Field::text("reason", "Why").of_form("erase").required().help("It stays, so do not say who it is.").placeholder("They asked for it"))
            },
            action: &format!("{HERE}/{}/erase", contact.id),
            csrf,
            button: Button::danger("Erase for good"),
            typed: Some(CONFIRM),
        })
    }
}

/// The page of somebody who was erased.
pub(super) fn erased(app: &App, caller: &Caller, calendar: &Calendar, at: Time, happened: &[Stated]) -> Html<String> {
    let body = html! {
        (Alert::new(Meaning::Information, "Nothing is known of this person any more").body(html! { p { "Whoever comes with the same address is somebody new." } }))
        (ui::section("What happened", Markup::default(), show::timeline(calendar, happened)))
    };
    let lead = html! { "Erased " (calendar.ago(at)) "." };
    let crumbs = &[("Contacts", HERE)];
    back_office(app, caller, BackOffice { title: "Erased contact", lead, action: Markup::default(), place: HERE, crumbs, body })
}

/// The dialog as it was sent.
#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    confirm: String,
}

async fn erase(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>, Form(asked): Form<Asked>) -> Answer<Response> {
    let outcome = match asked.confirm.trim() {
        CONFIRM => app.db.run(&caller.who, EraseContact { id, reason: asked.reason }).await,
        _ => Err(Error::field("confirm", format!("Type {CONFIRM} to confirm."))),
    };
    match outcome {
        Ok(()) => Ok(Redirect::to(&format!("{HERE}/{id}")).into_response()),
        Err(error) => {
            let failure = told(error)?;
            Ok((status(&failure.0), show::page(&app, &caller, id, Some(&failure)).await?).into_response())
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::post("/admin/contacts/{id}/erase", Permission::ContactsErase, erase).page().says("Erase a contact", "For good.")]
}
