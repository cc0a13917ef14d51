//! One person, with everything that happened to them.

use super::{HERE, LISTS, calendar, farewell};
use crate::commands::{ChangeContact, ChangeContactOf};
use crate::lists::{self, List};
use crate::{Contact, erase, merge, queries, tags};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::{ContactId, ListId};
use maud::{Markup, html};
use serde_json::{Map, Value};
use store::{Error, Stated};
use web::page::field_error;
use web::problem::status;
use web::ui::{self, Alert, Button, Calendar, Empty, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Route, back_office};

/// The most that a timeline shows.
const MOMENTS: i64 = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/contacts/{id}", Permission::ContactsRead, show).says("A contact", "").page(),
        Route::post("/admin/contacts/{id}", Permission::ContactsWrite, save).says("Save a contact", "").page(),
    ]
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>) -> Answer<Response> {
    // Old links go on to who they are now.
    let now = merge::now_known_as(&mut app.db.read_main(caller.tenant()), id).await?;
    if now != id {
        return Ok(Redirect::to(&format!("{HERE}/{now}")).into_response());
    }
    Ok(page(&app, &caller, id, None).await?.into_response())
}

/// Everything that the page shows of somebody.
struct Seen {
    contact: Contact,
    tags: Vec<String>,
    on: Vec<(ListId, String)>,
    all: Vec<List>,
    happened: Vec<Stated>,
}

pub(super) async fn page(app: &App, caller: &Caller, id: ContactId, wrong: Option<&Failure>) -> Answer<Html<String>> {
    let mut read = app.db.read_main(caller.tenant());
    if let Some(at) = erase::erased_at(&mut read, id).await? {
        let happened = audit::of_contact(&mut read, id, MOMENTS).await?;
        return Ok(farewell::erased(app, caller, &calendar(app, caller), at, &happened));
    }
    let seen = Seen {
        contact: queries::exactly(&mut read, id).await?.ok_or_else(|| Error::not_found("contact"))?,
        tags: tags::of_contact(&mut read, id).await?,
        on: lists::of_contact(&mut read, id).await?,
        all: lists::lists(&mut read).await?,
        happened: merge::happened(&mut read, id, MOMENTS).await?,
    };
    let (calendar, contact) = (calendar(app, caller), &seen.contact);
    let title = contact.name.clone().or_else(|| contact.phone.as_deref().map(ui::phone_text)).or_else(|| contact.email.clone());
    let lead = match seen.happened.first() {
        Some(last) => html! { "Last heard of " (calendar.ago(last.at)) "." },
        None => html! { "Known since " (calendar.day(contact.created_at)) "." },
    };
    let may = caller.may(Permission::ContactsWrite);
    let body = html! {
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "It was not saved").body(html! { p { (wrong.0.message()) } })) }
        (details(&calendar, contact))
        (ui::section("Lists and tags", Markup::default(), groups(&seen, may, caller.csrf())))
        @if may { (ui::section("Change", Markup::default(), form(contact, caller.csrf(), wrong))) }
        (ui::section("What happened", Markup::default(), timeline(&calendar, &seen.happened)))
    };
    let title = title.unwrap_or_else(|| "Contact".to_owned());
    let action = html! {
        // The page behind this address stands in a slice above.
        (Button::quiet("Consent").href(format!("{HERE}/{}/consent", contact.id)))
        @if caller.may(Permission::ContactsErase) {
            (Button::quiet("Merge with…").href(format!("{HERE}/{}/merge", contact.id)))
            (farewell::actions(contact, caller.csrf()))
        }
    };
    let page = BackOffice { title: &title, lead, action, place: HERE, crumbs: &[("Contacts", HERE)], body };
    Ok(back_office(app, caller, page))
}

fn details(calendar: &Calendar, contact: &Contact) -> Markup {
    let attributes = html! {
        @for (name, value) in &contact.attributes { p { bdi { (name) } ": " bdi { (plain(value)) } } }
    };
    let text = |text: &Option<String>| html! { @if let Some(text) = text { (text) } };
    let rows = [
        ("Phone", html! { @if let Some(phone) = &contact.phone { (ui::phone(phone)) } }),
        ("E-mail", html! { @if let Some(email) = &contact.email { a href={ "mailto:" (email) } { (email) } } }),
        ("Language", text(&contact.locale)),
        ("Time zone", text(&contact.time_zone)),
        ("Known since", calendar.time(contact.created_at)),
        // The page behind this address stands in a slice above.
        ("Push messages", html! { a href={ (HERE) "/" (contact.id) "/devices" } { "Their devices" } }),
        ("More", attributes),
        ("Id", ui::id(contact.id)),
    ];
    ui::detail_list(rows)
}

/// The lists that somebody is on and the tags that they have, each with the way out of it and the way into another.
fn groups(seen: &Seen, may: bool, csrf: &str) -> Markup {
    let here = format!("{HERE}/{}", seen.contact.id);
    let others: Vec<(String, String)> = seen
        .all
        .iter()
        .filter(|list| !seen.on.iter().any(|(on, _)| *on == list.id))
        .map(|list| (list.id.to_string(), list.name.clone()))
        .collect();
    let one = |act: &str, field: &str, value: &str, href: String, words: &str| {
        html! {
            form.inline method="post" action={ (here) "/" (act) } {
                (ui::csrf(csrf)) (ui::hidden(field, value))
                a href=(href) { bdi { (words) } } " "
                @if may { (Button::bare("Remove").small()) }
            }
        }
    };
    html! {
        @if seen.on.is_empty() && seen.tags.is_empty() { p { "On no list, and without a tag." } }
        @for (id, name) in &seen.on { (one("unlist", "list", &id.to_string(), format!("{HERE}?list={id}"), name)) }
        @for tag in &seen.tags { (one("untag", "tag", tag, format!("{HERE}?{}", web::query_string(&[("tag", tag)])), tag)) }
        @if may {
            @if others.is_empty() { p { a href=(LISTS) { "Make a list" } " to put people together." } } @else {
                form method="post" action={ (here) "/list" } {
                    (ui::csrf(csrf))
                    (Field::select("list", "List", others).required())
                    (ui::actions(Button::quiet("Put on this list")))
                }
            }
            form method="post" action={ (here) "/tag" } {
                (ui::csrf(csrf))
                (Field::text("tag", "Tag").required().placeholder("vip"))
                (ui::actions(Button::quiet("Give this tag")))
            }
        }
    }
}

fn form(contact: &Contact, csrf: &str, wrong: Option<&Failure>) -> Markup {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let lines: Vec<String> = contact.attributes.iter().map(|(name, value)| format!("{name}: {}", plain(value))).collect();
    html! {
        form method="post" action={ (HERE) "/" (contact.id) } {
            (ui::csrf(csrf))
            (Field::text("name", "Name").value(text(&contact.name)).error(field_error(wrong, "name")))
            (Field::input("tel", "phone", "Phone").value(text(&contact.phone)).error(field_error(wrong, "phone")))
            (Field::input("email", "email", "E-mail").value(text(&contact.email)).error(field_error(wrong, "email")))
            (Field::text("locale", "Language").value(text(&contact.locale)).placeholder("hi-IN").error(field_error(wrong, "locale")))
            (Field::text("time_zone", "Time zone").value(text(&contact.time_zone)).placeholder("Asia/Kolkata").error(field_error(wrong, "time_zone")))
            (Field::area("attributes", "More", 4).value(lines.join("\n")).placeholder("city: Pune").error(field_error(wrong, "attributes"))
                .help("One on each line, its name before a colon."))
            (ui::actions(Button::quiet("Save")))
        }
    }
}

/// A person as they were typed.
#[derive(Debug, serde::Deserialize)]
struct Typed {
    name: String,
    phone: String,
    email: String,
    locale: String,
    time_zone: String,
    attributes: String,
}

async fn save(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>, Form(typed): Form<Typed>) -> Answer<Response> {
    let before = queries::exactly(&mut app.db.read_main(caller.tenant()), id).await?.ok_or_else(|| Error::not_found("contact"))?;
    let said = |text: String| Some(Some(text).filter(|text| !text.trim().is_empty()));
    let outcome = match attributes(&typed.attributes, &before.attributes) {
        Err(error) => Err(error),
        Ok(attributes) => {
            let change = ChangeContact {
                name: said(typed.name),
                phone: said(typed.phone),
                email: said(typed.email),
                locale: said(typed.locale),
                time_zone: said(typed.time_zone),
                attributes: Some(attributes),
            };
            app.db.run(&caller.who, ChangeContactOf(id, change)).await
        }
    };
    match outcome {
        Ok(_) => Ok(Redirect::to(&format!("{HERE}/{id}")).into_response()),
        Err(error) => {
            let failure = super::told(error)?;
            Ok((status(&failure.0), page(&app, &caller, id, Some(&failure)).await?).into_response())
        }
    }
}

/// Attributes as they were typed, line by line. What looks as it did keeps its kind; what is new is a text.
fn attributes(typed: &str, before: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
    let mut all = Map::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let wrong = || Error::field("attributes", format!("{line:?}: a name, a colon and what it is"));
        let (name, value) = line.split_once(':').ok_or_else(wrong)?;
        let (name, value) = (name.trim().to_owned(), value.trim());
        let same = before.get(&name).filter(|known| plain(known) == value).cloned();
        all.insert(name, same.unwrap_or_else(|| value.into()));
    }
    Ok(all)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

pub(super) fn timeline(calendar: &Calendar, happened: &[Stated]) -> Markup {
    if happened.is_empty() {
        return html! { (Empty::new("Nothing yet", "Orders, payments and messages of this person will be here.")) };
    }
    ui::timeline(calendar, &happened.iter().map(audit::moment).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_not_touched_keeps_its_kind() {
        let before = json!({"age": 30, "city": "Pune", "vip": true}).as_object().cloned().unwrap();
        let typed = "age: 30\r\ncity: New: Delhi\n\nvip: false\nfloor: 3";
        let after = json!({"age": 30, "city": "New: Delhi", "vip": "false", "floor": "3"});
        assert_eq!(Value::Object(attributes(typed, &before).unwrap()), after);
        assert!(attributes("no colon", &before).is_err());
    }
}
