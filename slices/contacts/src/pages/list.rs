//! Everybody the tenant knows.

use super::{DUPLICATES, HERE, IMPORTS, calendar, tabs};
use crate::api::contacts_file;
use crate::lists::{self, List};
use crate::narrow::Narrow;
use crate::tags::{self, Counted};
use crate::{Contact, place, queries};
use axum::extract::State;
use axum::response::{Html, Response};
use http::Uri;
use maud::{Markup, html};
use web::ui::{self, Button, Calendar, Column, Empty, Field, Row, Table};
use web::{Answer, App, BackOffice, Caller, Listed, Permission, Query, Route, back_office};

/// Lists and tags that are offered as filters: the fullest.
const CHIPS: usize = 8;
/// Exports that one address may begin in a minute.
const EXPORTS_A_MINUTE: u32 = 15;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::ContactsRead, show).says("Contacts", "").page(),
        Route::get("/admin/contacts.csv", Permission::ContactsRead, export)
            .says("Contacts", "As a file.")
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .page(),
    ]
}

async fn export(State(app): State<App>, caller: Caller, Query(narrow): Query<Narrow>) -> Answer<Response> {
    Ok(contacts_file(caller.read(&app), narrow.filter()?).await?)
}

async fn show(State(app): State<App>, caller: Caller, uri: Uri, Query(narrow): Query<Narrow>) -> Answer<Html<String>> {
    let filter = narrow.filter()?;
    let paging = narrow.paging();
    let limit = paging.limit()?;
    let mut read = caller.read(&app);
    let rows = queries::list(&mut read, &filter, paging.cursor()?, limit + 1).await?;
    let contacts = Listed::new(rows, limit, place);
    let known = queries::count(&mut read).await?;
    let groups = Groups { lists: lists::lists(&mut read).await?, tags: tags::tags(&mut read).await? };
    let lead = match known {
        0 => html! { "Nobody is known yet." },
        1 => html! { "You know one person." },
        known => html! { "You know " (known) " people." },
    };
    let here = ui::Query::parse(HERE, uri.query().unwrap_or_default());
    let body = html! { (tabs(HERE)) (table(&here, &calendar(&app, &caller), &contacts, &groups, &caller)) };
    let action = html! {
        // The page behind this address stands in a slice above.
        (Button::quiet("Consent").href("/admin/consent"))
        (Button::quiet("Duplicates").href(DUPLICATES))
        @if caller.may(Permission::ContactsWrite) { (Button::quiet("Import a file").href(IMPORTS)) }
    };
    Ok(back_office(&app, &caller, BackOffice { title: "Contacts", lead, action, place: HERE, crumbs: &[], body }))
}

/// What contacts are put together by.
struct Groups {
    lists: Vec<List>,
    tags: Vec<Counted>,
}

fn table(here: &ui::Query, calendar: &Calendar, contacts: &Listed<Contact>, groups: &Groups, caller: &Caller) -> Table {
    let columns = vec![
        Column::text("name", "Name"),
        Column::text("phone", "Phone").matters(),
        Column::text("email", "E-mail").matters(),
        Column::text("language", "Language").optional(),
        Column::text("since", "Known since").optional(),
    ];
    let export = ui::Query::parse("/admin/contacts.csv", here.to_string().split_once('?').map_or("", |(_, query)| query));
    let empty = Empty::new("Nobody yet", "Whoever orders in your shop will be here. You can also bring the people you know as a file.")
        .action("Import a file", IMPORTS);
    let mut table = Table::new("Contacts", here, columns)
        .find("Name, phone or e-mail")
        .choose_columns()
        .export(export.without("cursor").to_string())
        .rows(contacts.data.iter().map(|contact| row(calendar, contact)))
        .next(contacts.next_cursor.as_deref())
        .empty(empty);
    for (key, label, chips) in chips(here, groups) {
        let chips: Vec<(&str, &str, Option<u64>)> =
            chips.iter().map(|(value, words, count)| (value.as_str(), words.as_str(), *count)).collect();
        table = table.filter(key, label, &chips);
    }
    if caller.may(Permission::ContactsWrite) { table.bulk(caller.csrf(), bulk(&groups.lists)) } else { table }
}

type Chip = (String, String, Option<u64>);

/// The fullest lists and tags, and the one that is chosen.
fn chips(here: &ui::Query, groups: &Groups) -> Vec<(&'static str, &'static str, Vec<Chip>)> {
    let lists = groups.lists.iter().map(|list| (list.id.to_string(), list.name.clone(), u64::try_from(list.contacts).ok()));
    let tags = groups.tags.iter().map(|tag| (tag.tag.clone(), tag.tag.clone(), u64::try_from(tag.contacts).ok()));
    let fullest = |key: &'static str, label, mut all: Vec<Chip>| {
        all.sort_by_key(|(value, _, count)| (here.get(key) != Some(value.as_str()), std::cmp::Reverse(*count)));
        all.truncate(CHIPS);
        (key, label, all)
    };
    let all = [fullest("list", "List", lists.collect()), fullest("tag", "Tag", tags.collect())];
    all.into_iter().filter(|(.., chips)| !chips.is_empty()).collect()
}

/// What can be done with those who are ticked.
fn bulk(lists: &[List]) -> Markup {
    let choices = lists.iter().map(|list| (list.id.to_string(), list.name.clone()));
    html! {
        @if !lists.is_empty() {
            (Field::select("list", "List", choices).of_form("bulk"))
            (Button::quiet("Put on this list").small().to("/admin/contacts/bulk/list"))
        }
        (Field::text("tag", "Tag").of_form("bulk").placeholder("vip"))
        (Button::quiet("Give this tag").small().to("/admin/contacts/bulk/tag"))
    }
}

fn row(calendar: &Calendar, contact: &Contact) -> Row {
    let name = contact.name.as_deref().unwrap_or("No name");
    let phone = html! { @if let Some(phone) = &contact.phone { (ui::phone(phone)) } };
    let email = html! { @if let Some(email) = &contact.email { a href={ "mailto:" (email) } { (email) } } };
    let language = html! { @if let Some(locale) = &contact.locale { (locale) } };
    let cells = [html! { bdi { (name) } }, phone, email, language, calendar.day(contact.created_at)];
    Row::new(contact.id, cells).href(format!("{HERE}/{}", contact.id))
}
