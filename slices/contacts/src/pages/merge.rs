//! Merging somebody with another record of theirs: who it is, what will be whose, and then the word for it.

use super::{DUPLICATES, HERE, calendar, told};
use crate::merge::{self, Dropped, MergeContacts};
use crate::{Contact, queries, rows, rules};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use facts::ContactId;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;
use store::{Error, Look, Result};
use web::problem::status;
use web::ui::{self, Alert, Button, Calendar, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Query, Route, back_office};

/// With whom, as the address says it.
#[derive(Debug, Default, Deserialize)]
struct With {
    /// A phone number, an e-mail address, or an id.
    #[serde(default)]
    with: String,
}

/// Whom somebody means by a number, an address or an id.
async fn meant(look: &mut impl Look, text: &str) -> Result<ContactId> {
    let text = text.trim();
    let nobody = || Error::field("with", "Nobody is known by this. Write a whole phone number, e-mail address or id.");
    if let Ok(id) = text.parse::<ContactId>() {
        return Ok(id);
    }
    let found = match (rules::email(text), rules::phone(text)) {
        (Ok(email), _) => rows::with_emails(look, &[&email]).await?,
        (_, Ok(phone)) => rows::with_phones(look, &[&phone]).await?,
        _ => return Err(nobody()),
    };
    found.into_values().next().ok_or_else(nobody)
}

async fn ask(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>, Query(with): Query<With>) -> Answer<Response> {
    Ok(page(&app, &caller, id, &with.with, None).await?)
}

/// The page of somebody who is to be merged. What was wrong, with whom was meant or with the merge, is said on it.
async fn page(app: &App, caller: &Caller, id: ContactId, with: &str, wrong: Option<Error>) -> Result<Response> {
    let mut read = app.db.read_main(caller.tenant());
    let Some(contact) = queries::exactly(&mut read, id).await? else {
        return Err(merge::missing(&mut read, id).await?);
    };
    let looked = match with.trim() {
        "" => Ok(None),
        text => preview(&mut read, id, text).await.map(Some),
    };
    let (two, missed) = match looked {
        Ok(two) => (two, None),
        Err(error) => (None, Some(told(error)?)),
    };
    let wrong = wrong.map(told).transpose()?.or(missed);
    let body = html! {
        @if let Some(wrong) = &wrong { (Alert::new(Meaning::Bad, "It was not merged").body(html! { p { (wrong.0.message()) } })) }
        @match &two {
            Some((kept, other)) => (confirm(kept, other, &calendar(app, caller), caller.csrf())),
            None => (search(id, with)),
        }
    };
    let name = contact.name.clone().or(contact.phone).or(contact.email).unwrap_or_else(|| "Contact".to_owned());
    let here = format!("{HERE}/{id}");
    let crumbs = [("Contacts", HERE), (name.as_str(), here.as_str())];
    let lead = html! { "Another record of the same person becomes one with this one. It cannot be undone." };
    let action = html! { (Button::quiet("Duplicates").href(DUPLICATES)) };
    let shown =
        back_office(app, caller, BackOffice { title: "Merge with another contact", lead, action, place: HERE, crumbs: &crumbs, body });
    Ok(match wrong {
        Some(Failure(error)) => (status(&error), shown).into_response(),
        None => shown.into_response(),
    })
}

/// The one who stays and the other, where they can become one.
async fn preview(look: &mut impl Look, keep: ContactId, with: &str) -> Result<(Contact, Contact)> {
    let other = meant(look, with).await?;
    let (kept, other) = merge::both(look, keep, other).await?;
    merge::fits(&merge::united(&kept, &other).0)?;
    Ok((kept, other))
}

fn search(id: ContactId, with: &str) -> Markup {
    html! {
        form method="get" action={ (HERE) "/" (id) "/merge" } {
            (Field::text("with", "Phone, e-mail or id of the other record").value(with).required().placeholder("98765 43210"))
            (ui::actions(Button::primary("Look at both")))
        }
    }
}

/// What will be whose, and the button for it.
fn confirm(kept: &Contact, other: &Contact, calendar: &Calendar, csrf: &str) -> Markup {
    let (after, dropped) = merge::united(kept, other);
    html! {
        (ui::section("Afterwards", Markup::default(), details(&after)))
        @if !dropped.is_empty() {
            (Alert::new(Meaning::Attention, "This is no longer said of them").body(lost(&dropped)))
        }
        (ui::section("What happens", Markup::default(), html! {
            p { "Orders, messages, invoices, subscriptions and all else of " (reach(other)) ", known since " (calendar.day(other.created_at)) ", will be theirs within moments, and so will lists and tags. Documents that were issued stay as they are." }
            p { "Whoever asked not to be written to at an address is still not written to there." }
            p { "To keep the other record instead, " a href={ (HERE) "/" (other.id) "/merge?with=" (kept.id) } { "turn it round" } "." }
        }))
        form method="post" action={ (HERE) "/" (kept.id) "/merge" } {
            (ui::csrf(csrf))
            (ui::hidden("with", other.id.to_string().as_str()))
            (ui::actions(Button::danger("Merge for good")))
        }
    }
}

fn reach(contact: &Contact) -> Markup {
    let all = contact.phone.as_deref().map(ui::phone_text).into_iter().chain(contact.email.clone()).collect::<Vec<_>>().join(", ");
    html! { bdi { (all) } }
}

fn details(after: &Contact) -> Markup {
    let text = |text: &Option<String>| html! { @if let Some(text) = text { bdi { (text) } } };
    let attributes = html! { @for (name, value) in &after.attributes { p { bdi { (name) } ": " bdi { (plain(value)) } } } };
    ui::detail_list([
        ("Name", text(&after.name)),
        ("Phone", html! { @if let Some(phone) = &after.phone { (ui::phone(phone)) } }),
        ("E-mail", text(&after.email)),
        ("Language", text(&after.locale)),
        ("Time zone", text(&after.time_zone)),
        ("More", attributes),
    ])
}

fn lost(dropped: &[Dropped]) -> Markup {
    html! {
        ul {
            @for one in dropped {
                li { (called(&one.field)) ": " bdi { (plain(&one.goes)) } ", since " bdi { (plain(&one.stays)) } " stays" }
            }
        }
        @if dropped.iter().any(|one| one.field == "phone" || one.field == "email") {
            p { "A contact has one phone number and one e-mail address. Whoever writes from the other one will be somebody new: note it in an attribute if you need it." }
        }
    }
}

fn called(field: &str) -> &str {
    match field {
        "name" => "Name",
        "phone" => "Phone",
        "email" => "E-mail",
        "locale" => "Language",
        "time_zone" => "Time zone",
        other => other.trim_start_matches("attributes."),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

async fn join(State(app): State<App>, caller: Caller, Path(keep): Path<ContactId>, Form(with): Form<With>) -> Answer<Response> {
    let other = with.with.trim().parse().map_err(|_| Error::field("with", "the id of the other contact"))?;
    match app.db.run(&caller.who, MergeContacts { keep, other }).await {
        Ok(_) => Ok(Redirect::to(&format!("{HERE}/{keep}")).into_response()),
        Err(error) => Ok(page(&app, &caller, keep, "", Some(error)).await?),
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/contacts/{id}/merge", Permission::ContactsErase, ask)
            .page()
            .says("Merge with another contact", "Looked at first."),
        Route::post("/admin/contacts/{id}/merge", Permission::ContactsErase, join).page().says("Merge two contacts", "For good."),
    ]
}
