//! `/admin/rounds/routes`: the routes, and how rounds go.

use super::{HERE, ROUTES, tabs, told};
use crate::api::today;
use crate::commands::{PutSettings, SaveRoute};
use crate::model::{RoundSettings, Route as Way};
use crate::{queries, sheet};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::RouteId;
use maud::{Markup, html};
use serde::Deserialize;
use store::Result;
use web::page::field_error;
use web::problem::status;
use web::ui::{self, Alert, Button, Column, Dialog, Empty, Field, Meaning, Query, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Permission, Route, back_office};

async fn show(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    page(&app, &caller, None).await
}

async fn page(app: &App, caller: &Caller, wrong: Option<&Failure>) -> Answer<Html<String>> {
    let look = &mut app.db.read_main(caller.tenant());
    let (routes, _) = sheet::day(look, today(app, caller)).await?;
    let settings = queries::settings(look).await?;
    let (may, may_set) = (caller.may(Permission::RoundsWrite), caller.may(Permission::TenantWrite));
    let columns = vec![
        Column::text("name", "Route").matters(),
        Column::number("position", "Place"),
        Column::number("stops", "Stops today").matters(),
        Column::text("change", "Change"),
    ];
    let rows = routes.iter().map(|(route, progress)| {
        let change = html! { @if may { (Button::quiet("Change").small().opens(format!("route-{}", route.id))) } };
        let cells = [html! { bdi { (route.name) } }, html! { (route.position) }, html! { (progress.stops()) }, change];
        Row::new(route.id, cells).href(format!("{HERE}?route_id={}", route.id))
    });
    let empty = Empty::new("No routes yet", "A route is a way that somebody goes with what is delivered, such as North or Morning.");
    let body = html! {
        (tabs(ROUTES))
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "It was not saved").body(html! { p { (wrong.0.message()) } })) }
        (Table::new("Routes", &Query::default(), columns).rows(rows).empty(empty))
        @if may {
            @for (route, _) in &routes { (dialog(route, caller.csrf())) }
            (ui::section("New route", "", add(caller.csrf(), wrong)))
        }
        @if may_set { (ui::section("How rounds go", "", how(&settings, caller.csrf(), wrong))) }
    };
    Ok(back_office(
        app,
        caller,
        BackOffice {
            title: "Routes",
            lead: html! { "From " (settings.cut_off) " on the next day's sheet stands." },
            action: Markup::default(),
            place: HERE,
            crumbs: &[],
            body,
        },
    ))
}

fn dialog(route: &Way, csrf: &str) -> Markup {
    let id = format!("route-{}", route.id);
    html! {
        (Dialog {
            id: &id,
            title: &format!("Change {}", route.name),
            body: html! {
                (ui::hidden("id", &route.id.to_string()))
                (Field::text("name", "Name").of_form(&id).value(&route.name).required())
                (Field::input("number", "position", "Place").of_form(&id).value(route.position.to_string()).required().help("Lower comes first."))
            },
            action: ROUTES,
            csrf,
            button: Button::primary("Save"),
            typed: None,
        })
    }
}

fn add(csrf: &str, wrong: Option<&Failure>) -> Markup {
    html! {
        form method="post" action=(ROUTES) {
            (ui::csrf(csrf))
            (ui::beside([
                Field::text("name", "Name").required().placeholder("North").error(field_error(wrong, "name")),
                Field::input("number", "position", "Place").value("0").help("Lower comes first.").error(field_error(wrong, "position")),
            ]))
            (ui::actions(Button::primary("Make a route")))
        }
    }
}

fn how(settings: &RoundSettings, csrf: &str, wrong: Option<&Failure>) -> Markup {
    html! {
        form method="post" action={ (ROUTES) "/settings" } {
            (ui::csrf(csrf))
            (Field::input("time", "cut_off", "Cut-off").value(&settings.cut_off).required().error(field_error(wrong, "cut_off"))
                .help("From then on the next day is planned: what customers ask for comes too late, and you change the sheet itself."))
            (Field::checkbox("announce", "Tell customers the evening before", settings.announce))
            (Field::checkbox("confirm", "Tell customers when something was delivered or is late", settings.confirm))
            (ui::actions(Button::quiet("Save settings")))
        }
    }
}

/// A route as it was typed.
#[derive(Debug, Deserialize)]
struct Typed {
    id: Option<RouteId>,
    name: String,
    #[serde(default)]
    position: String,
}

/// Back to the page, or the page again with what was wrong.
async fn done<T>(app: &App, caller: &Caller, outcome: Result<T>) -> Answer<Response> {
    match outcome {
        Ok(_) => Ok(Redirect::to(ROUTES).into_response()),
        Err(error) => {
            let failure = told(error)?;
            Ok((status(&failure.0), page(app, caller, Some(&failure)).await?).into_response())
        }
    }
}

async fn save(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let position = typed.position.trim().parse().ok();
    let outcome = app.db.run(&caller.who, SaveRoute { id: typed.id, name: typed.name, position }).await;
    done(&app, &caller, outcome).await
}

/// How rounds go, as it was typed.
#[derive(Debug, Deserialize)]
struct How {
    cut_off: String,
    announce: Option<String>,
    confirm: Option<String>,
}

async fn set(State(app): State<App>, caller: Caller, Form(how): Form<How>) -> Answer<Response> {
    let settings = RoundSettings { cut_off: how.cut_off, announce: how.announce.is_some(), confirm: how.confirm.is_some() };
    let outcome = app.db.run(&caller.who, PutSettings(settings)).await;
    done(&app, &caller, outcome).await
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(ROUTES, Permission::RoundsRead, show).page().says("Routes", "And how rounds go."),
        Route::post(ROUTES, Permission::RoundsWrite, save).page().says("Save a route", "A new one, or one with another name or place."),
        Route::post("/admin/rounds/routes/settings", Permission::TenantWrite, set).page().says("How rounds go", "Saves it."),
    ]
}
