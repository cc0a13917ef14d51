//! `/admin/social/places`: where posts go.

use super::{HERE, PLACES, tabs};
use crate::commands::{MakePlace, Wanted};
use crate::model::{Place, PlaceKind, PlaceState, Tested};
use crate::{queries, rules};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, Render, html};
use serde::Deserialize;
use store::{Error, Result};
use web::http::Outside;
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Alert, Badge, Button, Calendar, Column, Empty, Field, Meaning, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Permission, Route, back_office};

/// What was typed of a place.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub version: String,
    pub name: String,
    pub kind: String,
    pub address: String,
}

impl Typed {
    /// What it asks for, checked.
    ///
    /// # Errors
    /// The field, with what is wrong.
    pub(super) fn wanted(&self, outside: &Outside) -> Result<Wanted> {
        let kind: PlaceKind = self.kind.parse().map_err(|_| Error::field("kind", "one of the list"))?;
        Wanted::new(outside, Some(&self.name), Some(kind), Some(&self.address))
    }
}

/// What the page shows besides the places.
#[derive(Default)]
struct Shown {
    made: Option<(Place, String)>,
    typed: Typed,
    wrong: Option<Failure>,
}

async fn show(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    page(&app, &caller, Shown::default()).await
}

async fn make(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let made = match typed.wanted(&app.outside) {
        Ok(wanted) => app.db.run(&caller.who, MakePlace { wanted, vault: app.vault.clone() }).await,
        Err(error) => Err(error),
    };
    match refused(made)? {
        // No redirect: the secret is in this answer and nowhere else.
        Ok(made) => Ok(page(&app, &caller, Shown { made: Some(made), ..Shown::default() }).await?.into_response()),
        Err(failure) => {
            let status = status(&failure.0);
            Ok((status, page(&app, &caller, Shown { typed, wrong: Some(failure), made: None }).await?).into_response())
        }
    }
}

async fn page(app: &App, caller: &Caller, shown: Shown) -> Answer<Html<String>> {
    let places = queries::places(&mut app.db.read_main(caller.tenant())).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let body = html! {
        (tabs(caller, PLACES))
        @if let Some((place, secret)) = &shown.made { (just_made(place, secret)) }
        @if let Some(wrong) = &shown.wrong { (Alert::new(Meaning::Bad, "It was not added").body(html! { p { (wrong.0.message()) } })) }
        (table(&places, &calendar))
        @if places.len() < rules::PLACES {
            (ui::section("Add a place", "", form(caller, PLACES, Button::primary("Add place"), &shown.typed, shown.wrong.as_ref())))
        }
    };
    let lead = html! { "Each takes posts at an address of its own, signed, and posts them where you said there." };
    Ok(back_office(
        app,
        caller,
        BackOffice { title: "Places", lead, action: Markup::default(), place: HERE, crumbs: &[("Social posts", HERE)], body },
    ))
}

fn just_made(place: &Place, secret: &str) -> Markup {
    let test = Button::quiet("Try it").small().href(format!("{PLACES}/{}", place.id));
    html! { (secret_once(format!("{} was added", place.name), secret).action(test)) }
}

/// A new secret, which is in this answer and nowhere else.
pub(super) fn secret_once(title: String, secret: &str) -> Alert {
    let body = html! {
        p { "This secret verifies the signatures, and is shown this once. Most programs need none; one of your own should check it." }
        (ui::code_block("Signing secret", secret))
    };
    Alert::new(Meaning::Good, title).body(body)
}

fn table(places: &[Place], calendar: &Calendar) -> Markup {
    let columns = vec![
        Column::text("name", "Place").matters(),
        Column::text("kind", "Posts to").matters(),
        Column::text("state", "State").matters(),
        Column::text("host", "By"),
        Column::text("tested", "Last test"),
    ];
    let rows = places.iter().map(|place| {
        let cells = [
            html! { bdi { (place.name) } },
            html! { (place.kind.title()) },
            standing(place),
            html! { bdi { (place.host()) } },
            tested(place, calendar),
        ];
        Row::new(place.id, cells).href(format!("{PLACES}/{}", place.id))
    });
    let empty = Empty::new(
        "No places yet",
        "In Buffer, Zapier, Make, n8n or Pabbly make a flow that begins with a webhook and posts what it gets; then add the webhook's address below.",
    );
    html! { (Table::new("Places", &ui::Query::parse(PLACES, ""), columns).rows(rows).empty(empty)) }
}

/// Whether posts go there, in a word.
pub(super) fn standing(place: &Place) -> Markup {
    let (meaning, words) = match (place.state, &place.reason) {
        (PlaceState::Active, _) => (Meaning::Good, "Active"),
        (PlaceState::Paused, None) => (Meaning::Neutral, "Paused"),
        (PlaceState::Paused, Some(_)) => (Meaning::Bad, "Paused: it answered 410"),
        (PlaceState::Removed, _) => (Meaning::Neutral, "Removed"),
    };
    Badge::new(meaning, words).render()
}

/// What came of its last test.
pub(super) fn tested(place: &Place, calendar: &Calendar) -> Markup {
    let Some(tested) = place.tested else { return html! { "Not tested yet" } };
    let (meaning, words) = match tested {
        Tested::Waiting => (Meaning::Information, "On its way"),
        Tested::Taken => (Meaning::Good, "Taken"),
        Tested::Failed => (Meaning::Bad, "Not taken"),
    };
    html! {
        (Badge::new(meaning, words)) " " bdi { (place.tested_said.as_deref().unwrap_or_default()) }
        @if let Some(at) = place.tested_at { " " (calendar.ago(at)) }
    }
}

/// The form of a place, with what is wrong beside the fields.
pub(super) fn form(caller: &Caller, action: &str, button: Button, typed: &Typed, wrong: Option<&Failure>) -> Markup {
    let kinds = PlaceKind::ALL.iter().map(|kind| (kind.as_str(), kind.title()));
    html! {
        form method="post" action=(action) {
            (ui::csrf(caller.csrf())) (ui::hidden("version", &typed.version))
            (ui::beside([
                Field::text("name", "Name").value(&typed.name).required().placeholder("Our page").error(field_error(wrong, "name")),
                Field::select("kind", "Posts to", kinds).value(&typed.kind).required().error(field_error(wrong, "kind")),
            ]))
            (Field::input("url", "address", "Address of the webhook").value(&typed.address).required()
                .placeholder("https://hooks.zapier.com/hooks/catch/123/abc").error(field_error(wrong, "address")))
            (ui::actions(button))
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::MessagesWrite;
    vec![
        Route::get(PLACES, MessagesWrite, show).page().says("Places", "Where posts go."),
        Route::post(PLACES, MessagesWrite, make).page().says("Add a place", "With a secret that signs."),
    ]
}
