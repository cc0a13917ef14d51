//! `/admin/contacts/lists`: the lists, made, named and taken away.

use super::{HERE, LISTS, calendar, count, tabs, told};
use crate::lists::{self, DeleteList, List, SaveList};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::ListId;
use http::Uri;
use maud::{Markup, html};
use serde::Deserialize;
use store::Result;
use web::page::field_error;
use web::problem::status;
use web::ui::{self, Alert, Button, Column, Dialog, Empty, Field, Meaning, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Listed, Paging, Path, Permission, Query, Route, back_office};

async fn show(State(app): State<App>, caller: Caller, uri: Uri, Query(paging): Query<Paging>) -> Answer<Html<String>> {
    Ok(page(&app, &caller, &paging, uri.query().unwrap_or_default(), None).await?)
}

async fn page(app: &App, caller: &Caller, paging: &Paging, raw: &str, wrong: Option<&Failure>) -> Result<Html<String>> {
    let limit = paging.limit()?;
    let rows = lists::page(&mut app.db.read_main(caller.tenant()), paging.cursor()?, limit + 1).await?;
    let listed = Listed::new(rows, limit, lists::place);
    let (calendar, may) = (calendar(app, caller), caller.may(Permission::ContactsWrite));
    let columns = vec![
        Column::text("name", "List").matters(),
        Column::number("contacts", "Contacts").matters(),
        Column::text("description", "What for"),
        Column::text("made", "Made").optional(),
        Column::text("change", "Change"),
    ];
    let row = |list: &List| {
        let change = html! {
            @if may {
                (Button::quiet("Change").small().opens(format!("change-{}", list.id)))
                (Button::danger("Delete").small().opens(format!("delete-{}", list.id)))
            }
        };
        let description = html! { bdi { (list.description) } };
        let cells = [html! { bdi { (list.name) } }, html! { (count(list.contacts)) }, description, calendar.day(list.created_at), change];
        Row::new(list.id, cells).href(format!("{HERE}?list={}", list.id))
    };
    let empty = Empty::new(
        "No lists yet",
        "A list keeps people together whom you choose yourself, such as Diwali gifts. Make one below, and put people on it from Contacts or with a file.",
    );
    let table =
        Table::new("Lists", &ui::Query::parse(LISTS, raw), columns).rows(listed.data.iter().map(row)).next(listed.next_cursor).empty(empty);
    let body = html! {
        (tabs(LISTS))
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "It was not saved").body(html! { p { (wrong.0.message()) } })) }
        (table)
        @if may {
            @for list in &listed.data { (dialogs(list, caller.csrf())) }
            (ui::section("New list", "", add(caller.csrf(), wrong)))
        }
    };
    let lead = html! { "People whom you put together yourself." };
    let crumbs = [("Contacts", HERE)];
    Ok(back_office(app, caller, BackOffice { title: "Lists", lead, action: Markup::default(), place: HERE, crumbs: &crumbs, body }))
}

fn fields(list: Option<&List>, form: &str, wrong: Option<&Failure>) -> Markup {
    let (name, description) = list.map_or(("", ""), |list| (list.name.as_str(), list.description.as_str()));
    html! {
        (Field::text("name", "Name").of_form(form).value(name).required().placeholder("Diwali gifts").error(field_error(wrong, "name")))
        (Field::text("description", "What for").of_form(form).value(description).error(field_error(wrong, "description")))
    }
}

fn dialogs(list: &List, csrf: &str) -> Markup {
    let (change, delete) = (format!("change-{}", list.id), format!("delete-{}", list.id));
    html! {
        (Dialog {
            id: &change,
            title: &format!("Change {}", list.name),
            body: html! { (ui::hidden("id", &list.id.to_string())) (fields(Some(list), &change, None)) },
            action: LISTS,
            csrf,
            button: Button::primary("Save"),
            typed: None,
        })
        (Dialog {
            id: &delete,
            title: &format!("Delete {}?", list.name),
            body: html! { p { "The " (count(list.contacts)) " people on it stay known; only the list goes." } },
            action: &format!("{LISTS}/{}/delete", list.id),
            csrf,
            button: Button::danger("Delete the list"),
            typed: None,
        })
    }
}

fn add(csrf: &str, wrong: Option<&Failure>) -> Markup {
    html! {
        form method="post" action=(LISTS) {
            (ui::csrf(csrf))
            (fields(None, "new", wrong))
            (ui::actions(Button::primary("Make a list")))
        }
    }
}

/// A list as it was typed.
#[derive(Debug, Deserialize)]
struct Typed {
    id: Option<ListId>,
    name: String,
    #[serde(default)]
    description: String,
}

async fn save(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let command = SaveList { id: typed.id, name: Some(typed.name), description: Some(typed.description) };
    match app.db.run(&caller.who, command).await {
        Ok(_) => Ok(Redirect::to(LISTS).into_response()),
        Err(error) => {
            let failure = told(error)?;
            Ok((status(&failure.0), page(&app, &caller, &Paging::default(), "", Some(&failure)).await?).into_response())
        }
    }
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<ListId>) -> Answer<Redirect> {
    app.db.run(&caller.who, DeleteList(id)).await?;
    Ok(Redirect::to(LISTS))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{ContactsRead, ContactsWrite};
    vec![
        Route::get(LISTS, ContactsRead, show).page().says("Lists", "People who were put together by hand."),
        Route::post(LISTS, ContactsWrite, save).page().says("Save a list", "A new one, or one with another name."),
        Route::post("/admin/contacts/lists/{id}/delete", ContactsWrite, delete).page().says("Delete a list", ""),
    ]
}
