//! One person, with everything that happened to them.

use super::HERE;
use crate::{Contact, queries};
use axum::extract::State;
use axum::response::Html;
use facts::ContactId;
use maud::{Markup, html};
use serde_json::Value;
use store::{Error, Stated};
use web::ui::{self, Button, Calendar, Empty};
use web::{Answer, App, BackOffice, Caller, Path, Permission, Route, back_office};

/// The most that a timeline shows.
const MOMENTS: i64 = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/admin/contacts/{id}", Permission::ContactsRead, show).says("A contact", "").page()]
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>) -> Answer<Html<String>> {
    let mut read = caller.read(&app);
    let contact = queries::find(&mut read, id).await?.ok_or_else(|| Error::not_found("contact"))?;
    let happened = audit::of_contact(&mut read, id, MOMENTS).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let title = contact.name.clone().or_else(|| contact.phone.as_deref().map(ui::phone_text)).or_else(|| contact.email.clone());
    let lead = match happened.first() {
        Some(last) => html! { "Last heard of " (calendar.ago(last.at)) "." },
        None => html! { "Known since " (calendar.day(contact.created_at)) "." },
    };
    let body = html! {
        (details(&calendar, &contact))
        (ui::section("What happened", Markup::default(), timeline(&calendar, &happened)))
    };
    let title = title.unwrap_or_else(|| "Contact".to_owned());
    // The page behind this address stands in a slice above.
    let action = html! { (Button::quiet("Consent").href(format!("{HERE}/{id}/consent"))) };
    let page = BackOffice { title: &title, lead, action, place: HERE, crumbs: &[("Contacts", HERE)], body };
    Ok(back_office(&app, &caller, page))
}

fn details(calendar: &Calendar, contact: &Contact) -> Markup {
    let attributes = html! {
        @for (name, value) in &contact.attributes { p { bdi { (name) } ": " bdi { (plain(value)) } } }
    };
    let rows = [
        ("Phone", html! { @if let Some(phone) = &contact.phone { (ui::phone(phone)) } }),
        ("E-mail", html! { @if let Some(email) = &contact.email { a href={ "mailto:" (email) } { (email) } } }),
        ("Known since", calendar.time(contact.created_at)),
        ("More", attributes),
        ("Id", ui::id(contact.id)),
    ];
    ui::detail_list(rows)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn timeline(calendar: &Calendar, happened: &[Stated]) -> Markup {
    if happened.is_empty() {
        return html! { (Empty::new("Nothing yet", "Orders, payments and messages of this person will be here.")) };
    }
    ui::timeline(calendar, &happened.iter().map(audit::moment).collect::<Vec<_>>())
}
