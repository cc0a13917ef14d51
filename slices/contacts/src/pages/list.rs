//! Everybody the tenant knows.

use super::HERE;
use crate::narrow::Narrow;
use crate::{Contact, place, queries};
use axum::extract::State;
use axum::response::Html;
use http::Uri;
use maud::{Markup, html};
use web::ui::{self, Button, Calendar, Column, Empty, Row, Table};
use web::{Answer, App, BackOffice, Caller, Listed, Permission, Query, Route, back_office};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Permission::ContactsRead, show).says("Contacts", "").page()]
}

async fn show(State(app): State<App>, caller: Caller, uri: Uri, Query(narrow): Query<Narrow>) -> Answer<Html<String>> {
    let filter = narrow.filter()?;
    let paging = narrow.paging();
    let limit = paging.limit()?;
    let mut read = caller.read(&app);
    let rows = queries::list(&mut read, &filter, paging.cursor()?, limit + 1).await?;
    let contacts = Listed::new(rows, limit, place);
    let known = queries::count(&mut read).await?;
    let lead = match known {
        0 => html! { "Nobody is known yet." },
        1 => html! { "You know one person." },
        known => html! { "You know " (known) " people." },
    };
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let here = ui::Query::parse(HERE, uri.query().unwrap_or_default());
    let body = table(&here, &calendar, &contacts);
    // The page behind this address stands in a slice above.
    let action = html! { (Button::quiet("Consent").href("/admin/consent")) };
    Ok(back_office(&app, &caller, BackOffice { title: "Contacts", lead, action, place: HERE, crumbs: &[], body }))
}

fn table(here: &ui::Query, calendar: &Calendar, contacts: &Listed<Contact>) -> Markup {
    let columns = vec![
        Column::text("name", "Name"),
        Column::text("phone", "Phone").matters(),
        Column::text("email", "E-mail").matters(),
        Column::text("since", "Known since"),
    ];
    let export = ui::Query::parse("/api/v1/contacts", here.to_string().split_once('?').map_or("", |(_, query)| query));
    let empty =
        Empty::new("Nobody yet", "Whoever orders in your shop will be here. Programs of yours can add people with POST /api/v1/contacts.");
    html! {
        (Table::new("Contacts", here, columns)
            .find("Name, phone or e-mail")
            .export(export.without("cursor").with("format", "csv").to_string())
            .rows(contacts.data.iter().map(|contact| row(calendar, contact)))
            .next(contacts.next_cursor.as_deref())
            .empty(empty))
    }
}

fn row(calendar: &Calendar, contact: &Contact) -> Row {
    let name = contact.name.as_deref().unwrap_or("No name");
    let phone = html! { @if let Some(phone) = &contact.phone { (ui::phone(phone)) } };
    let email = html! { @if let Some(email) = &contact.email { a href={ "mailto:" (email) } { (email) } } };
    Row::new(contact.id, [html! { bdi { (name) } }, phone, email, calendar.day(contact.created_at)]).href(format!("{HERE}/{}", contact.id))
}
