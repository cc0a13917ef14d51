//! `/admin/inbox/canned`: replies that are kept ready.

use super::{CANNED, HERE, tabs};
use crate::commands::{DeleteCanned, SaveCanned};
use crate::fill::VARIABLES;
use crate::model::Canned;
use crate::queries;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::CannedReplyId;
use maud::{Markup, html};
use serde::Deserialize;
use store::Result;
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Alert, Button, Column, Dialog, Empty, Field, Meaning, Query, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Permission, Route, back_office};

async fn show(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    page(&app, &caller, None).await
}

/// What was typed, and what was wrong with it.
struct Wrong<'a> {
    typed: &'a Typed,
    failure: &'a Failure,
}

async fn page(app: &App, caller: &Caller, wrong: Option<Wrong<'_>>) -> Answer<Html<String>> {
    let all = queries::canned(&mut app.db.read_main(caller.tenant())).await?;
    let may = caller.may(Permission::InboxWrite);
    let columns =
        vec![Column::text("shortcut", "Shortcut").matters(), Column::text("text", "Text").matters(), Column::text("change", "Change")];
    let rows = all.iter().map(|canned| {
        let change = html! {
            @if may {
                (Button::quiet("Change").small().opens(format!("canned-{}", canned.id)))
                (ui::post(&format!("{CANNED}/delete?id={}", canned.id), caller.csrf(), Button::bare("Delete")))
            }
        };
        Row::new(canned.id, [html! { (canned.shortcut) }, html! { bdi { (canned.body) } }, change])
    });
    let empty = Empty::new("No canned replies yet", "Opening hours, directions, how to pay: keep ready what is asked again and again.");
    let body = html! {
        (tabs(CANNED))
        @if let Some(wrong) = &wrong { (Alert::new(Meaning::Bad, "It was not saved").body(html! { p { (wrong.failure.0.message()) } })) }
        (Table::new("Canned replies", &Query::default(), columns).rows(rows).empty(empty))
        @if may {
            @for canned in &all { (dialog(canned, caller.csrf())) }
            (ui::section("New canned reply", "", add(caller.csrf(), wrong)))
        }
    };
    let lead = html! { "Replies that are kept ready." };
    Ok(back_office(app, caller, BackOffice { title: "Canned replies", lead, action: Markup::default(), place: HERE, crumbs: &[], body }))
}

fn dialog(canned: &Canned, csrf: &str) -> Markup {
    let id = format!("canned-{}", canned.id);
    let body = html! {
        (ui::hidden("id", &canned.id.to_string()))
        (Field::text("shortcut", "Shortcut").of_form(&id).value(&canned.shortcut).required())
        (Field::area("text", "Text", 4).of_form(&id).value(&canned.body).required())
    };
    let title = format!("Change {}", canned.shortcut);
    html! { (Dialog { id: &id, title: &title, body, action: CANNED, csrf, button: Button::primary("Save"), typed: None }) }
}

fn add(csrf: &str, wrong: Option<Wrong<'_>>) -> Markup {
    let (shortcut, text) = wrong.as_ref().map_or(("", ""), |wrong| (wrong.typed.shortcut.as_str(), wrong.typed.text.as_str()));
    let failure = wrong.as_ref().map(|wrong| wrong.failure);
    let known = VARIABLES.iter().map(|(name, says)| format!("{{{{ {name} }}}} is {says}")).collect::<Vec<_>>().join(", ");
    html! {
        form method="post" action=(CANNED) {
            (ui::csrf(csrf))
            (Field::text("shortcut", "Shortcut").value(shortcut).required().placeholder("opening-hours").error(field_error(failure, "shortcut")))
            (Field::area("text", "Text", 4).value(text).required().help(known).error(field_error(failure, "text")))
            (ui::actions(Button::primary("Keep it ready")))
        }
    }
}

/// A canned reply as it was typed.
#[derive(Debug, Deserialize)]
struct Typed {
    id: Option<CannedReplyId>,
    shortcut: String,
    text: String,
}

async fn save(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let command = SaveCanned { id: typed.id, shortcut: typed.shortcut.clone(), text: typed.text.clone() };
    match refused(app.db.run(&caller.who, command).await)? {
        Ok(_) => Ok(Redirect::to(CANNED).into_response()),
        Err(failure) => {
            let wrong = Wrong { typed: &typed, failure: &failure };
            Ok((status(&failure.0), page(&app, &caller, Some(wrong)).await?).into_response())
        }
    }
}

/// Which one.
#[derive(Debug, Deserialize)]
struct Which {
    id: CannedReplyId,
}

async fn delete(State(app): State<App>, caller: Caller, web::Query(which): web::Query<Which>) -> Answer<Response> {
    let deleted: Result<()> = app.db.run(&caller.who, DeleteCanned(which.id)).await;
    deleted?;
    Ok(Redirect::to(CANNED).into_response())
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(CANNED, Permission::InboxRead, show).page().says("Canned replies", "All of them."),
        Route::post(CANNED, Permission::InboxWrite, save).page().says("Keep a reply ready", "A new one, or one that says something else."),
        Route::post("/admin/inbox/canned/delete", Permission::InboxWrite, delete).page().says("Delete a canned reply", ""),
    ]
}
