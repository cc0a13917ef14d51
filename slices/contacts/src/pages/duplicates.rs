//! `/admin/contacts/duplicates`: people who are probably known twice, side by side.

use super::{DUPLICATES, HERE, calendar, tabs};
use crate::Contact;
use crate::api::Which;
use crate::duplicates::{Pair, duplicates};
use axum::extract::State;
use axum::response::Html;
use http::Uri;
use maud::{Markup, html};
use web::ui::{self, Button, Calendar, Column, Empty, Row, Table};
use web::{Answer, App, BackOffice, Caller, Permission, Query, Route, back_office};

async fn show(State(app): State<App>, caller: Caller, uri: Uri, Query(which): Query<Which>) -> Answer<Html<String>> {
    let (limit, before) = which.read()?;
    let found = duplicates(&mut app.db.read_main(caller.tenant()), before, limit).await?;
    let (calendar, may) = (calendar(&app, &caller), caller.may(Permission::ContactsErase));
    let columns = vec![
        Column::text("name", "Name").matters(),
        Column::text("earlier", "Known first").matters(),
        Column::text("later", "Known later").matters(),
    ];
    let here = ui::Query::parse(DUPLICATES, uri.query().unwrap_or_default());
    let empty = Empty::new(
        "No duplicates found",
        "Two people with the same name would be here, side by side: one with only a phone number and one with only an e-mail address, or both \
         with the same language, time zone or attributes.",
    );
    let next = found.next.map(|id| id.to_string());
    let table = Table::new("Duplicates", &here, columns)
        .rows(found.pairs.iter().map(|pair| row(pair, &calendar, may)))
        .next(next.as_deref())
        .empty(empty);
    let body = html! { (tabs(HERE)) (table) };
    let lead = html! { "People who are probably known twice. Look at both before you keep one: it cannot be undone." };
    let crumbs = [("Contacts", HERE)];
    Ok(back_office(&app, &caller, BackOffice { title: "Duplicates", lead, action: Markup::default(), place: HERE, crumbs: &crumbs, body }))
}

fn row(pair: &Pair, calendar: &Calendar, may: bool) -> Row {
    let Pair { earlier, later } = pair;
    let name = earlier.name.as_deref().unwrap_or("No name");
    let cells = [html! { bdi { (name) } }, one(earlier, later, calendar, may), one(later, earlier, calendar, may)];
    Row::new(format!("{}-{}", earlier.id, later.id), cells)
}

/// One of the two, and the way to keep it.
fn one(contact: &Contact, other: &Contact, calendar: &Calendar, may: bool) -> Markup {
    let reach = contact.phone.as_deref().map(ui::phone_text).into_iter().chain(contact.email.clone());
    let reach = reach.collect::<Vec<_>>().join(", ");
    html! {
        p { a href={ (HERE) "/" (contact.id) } { bdi { (reach) } } }
        p.quiet { "Since " (calendar.day(contact.created_at)) }
        @if may {
            (Button::quiet("Keep this one").small().href(format!("{HERE}/{}/merge?with={}", contact.id, other.id)))
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(DUPLICATES, Permission::ContactsRead, show).page().says("Duplicates", "People who are probably known twice.")]
}
