//! `/admin/webhooks/endpoints`: where events go.

use super::form::{Typed, form};
use super::short;
use crate::commands::MakeEndpoint;
use crate::model::{Endpoint, Reason, Standing};
use crate::queries;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::{StatusCode, Uri};
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Kind};
use web::ui::{self, Alert, Badge, Button, Calendar, Column, Empty, Meaning, Row, Table};
use web::{ACCOUNT, Answer, App, BackOffice, Caller, Failure, Form, Listed, Paging, Permission, Query, Route, back_office, webhook_tabs};

pub(super) const HERE: &str = "/admin/webhooks/endpoints";
const STATES: [(&str, &str, Option<u64>); 2] = [("enabled", "Enabled", None), ("disabled", "Disabled", None)];

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::WebhooksWrite, show).says("Webhook endpoints", "").page(),
        Route::post(HERE, Permission::WebhooksWrite, make).says("Make a webhook endpoint", "").page(),
    ]
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    state: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

/// What the page shows besides the endpoints.
#[derive(Default)]
struct Shown {
    made: Option<(Endpoint, String)>,
    typed: Typed,
    wrong: Option<Failure>,
}

async fn show(State(app): State<App>, caller: Caller, uri: Uri, Query(asked): Query<Asked>) -> Answer<Html<String>> {
    page(&app, &caller, asked, uri.query(), Shown::default()).await
}

async fn make(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let made = match typed.wanted(&app.outside) {
        Ok(wanted) => app.db.run(&caller.who, MakeEndpoint { wanted, vault: app.vault.clone() }).await,
        Err(error) => Err(error),
    };
    match made {
        // No redirect: the secret is in this answer and nowhere else.
        Ok(made) => Ok(page(&app, &caller, Asked::default(), None, Shown { made: Some(made), ..Shown::default() }).await?.into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let shown = Shown { typed, wrong: Some(error.into()), made: None };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&app, &caller, Asked::default(), None, shown).await?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(app: &App, caller: &Caller, asked: Asked, query: Option<&str>, shown: Shown) -> Answer<Html<String>> {
    let word = asked.state.as_deref().filter(|word| !word.is_empty());
    let state = word.map(|word| word.parse::<Standing>().map_err(|message| Error::field("state", message))).transpose()?;
    let paging = Paging { limit: asked.limit, cursor: asked.cursor };
    let limit = paging.limit()?;
    // What was just made must be seen, so this does not look at a replica.
    let rows = queries::endpoints(&mut app.db.read_main(caller.tenant()), state, paging.cursor()?, limit + 1).await?;
    let listed = Listed::new(rows, limit, Endpoint::cursor);
    let here = ui::Query::parse(HERE, query.unwrap_or_default());
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let conflict = shown.wrong.as_ref().filter(|wrong| wrong.0.fields().is_empty());
    let body = html! {
        (webhook_tabs(caller, HERE))
        @if let Some((endpoint, secret)) = &shown.made { (just_made(endpoint, secret)) }
        @if let Some(wrong) = conflict { (Alert::new(Meaning::Bad, wrong.0.message())) }
        (table(&here, &calendar, &listed))
        (ui::section("Add an endpoint", "", form(caller, HERE, Button::primary("Add endpoint"), &shown.typed, shown.wrong.as_ref())))
    };
    let page =
        BackOffice { title: "Webhook endpoints", lead: lead(&listed.data), action: Markup::default(), place: ACCOUNT, crumbs: &[], body };
    Ok(back_office(app, caller, page))
}

fn lead(all: &[Endpoint]) -> Markup {
    let enabled = all.iter().filter(|endpoint| endpoint.state == Standing::Enabled).count();
    let failing = all.iter().filter(|endpoint| endpoint.state == Standing::Enabled && endpoint.failing_since.is_some()).count();
    let to = match enabled {
        0 => "nobody yet".to_owned(),
        1 => "1 address".to_owned(),
        many => format!("{many} addresses"),
    };
    let trouble = match failing {
        0 => String::new(),
        1 => "; 1 of them does not take it".to_owned(),
        many => format!("; {many} of them do not take it"),
    };
    html! { "What happens in your shop is sent to " (to) (trouble) "." }
}

/// What is told once: the secret.
pub(super) fn secret_once(title: String, secret: &str) -> Alert {
    let body = html! {
        p { "This secret verifies the signatures, and is shown this once. Copy it to where events arrive." }
        (ui::code_block("Signing secret", secret))
    };
    Alert::new(Meaning::Good, title).body(body)
}

fn just_made(endpoint: &Endpoint, secret: &str) -> Markup {
    let see = Button::quiet("Try it").small().href(format!("{HERE}/{}", endpoint.id));
    html! { (secret_once(format!("Events go to {} from now on", endpoint.host()), secret).action(see)) }
}

fn table(here: &ui::Query, calendar: &Calendar, listed: &Listed<Endpoint>) -> Markup {
    let columns = vec![
        Column::text("url", "Address").matters(),
        Column::text("description", "What it is for"),
        Column::text("kinds", "Events"),
        Column::text("state", "State").matters(),
        Column::text("at", "Made").optional(),
    ];
    let rows = listed.data.iter().map(|endpoint| {
        let cells = [
            html! { bdi { (short(&endpoint.url)) } },
            html! { bdi { (endpoint.description) } },
            html! { @match endpoint.kinds() { None => "everything", Some(kinds) => (kinds.join(", ")) } },
            standing(endpoint),
            calendar.time(endpoint.created_at),
        ];
        Row::new(endpoint.id, cells).href(format!("{HERE}/{}", endpoint.id))
    });
    let file = ui::Query::parse("/api/v1/webhook-endpoints", "").with("format", "csv");
    let file = here.get("state").map_or(file.clone(), |state| file.with("state", state));
    let empty = Empty::new(
        "No endpoint yet",
        "Add the address of a program of yours below, and it hears of orders, payments and messages as they happen.",
    );
    html! {
        (Table::new("Webhook endpoints", here, columns).rows(rows).filter("state", "State", &STATES).choose_columns()
            .export(file.to_string()).next(listed.next_cursor.as_deref()).empty(empty))
    }
}

/// How an endpoint stands, in a word.
pub(super) fn standing(endpoint: &Endpoint) -> Markup {
    let badge = match (endpoint.state, endpoint.reason, endpoint.failing_since) {
        (Standing::Enabled, _, None) => Badge::new(Meaning::Good, "Enabled"),
        (Standing::Enabled, _, Some(_)) => Badge::new(Meaning::Attention, "Failing"),
        (Standing::Disabled, Some(Reason::Asked) | None, _) => Badge::new(Meaning::Neutral, "Disabled"),
        (Standing::Disabled, Some(Reason::Gone | Reason::Failing), _) => Badge::new(Meaning::Bad, "Disabled"),
        (Standing::Removed, ..) => Badge::new(Meaning::Neutral, "Removed"),
    };
    html! { (badge) }
}
