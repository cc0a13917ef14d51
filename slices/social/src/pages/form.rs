//! `/admin/social/posts/new` and `/admin/social/posts/{id}/edit`: what is said, when and where.

use super::{HERE, PLACES, POSTS, day_of};
use crate::commands::SavePost;
use crate::model::{Place, PlaceState, Post, Whole};
use crate::queries;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::{SocialPostId, Time};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::HashMap;
use store::{Error, Result};
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Alert, Button, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Query, Route, back_office, form_key, sent_form};

/// The hour at which a post goes out where nobody says another.
const USUAL: i8 = 10;

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    /// Of a new one: the same form sent twice makes one.
    key: String,
    version: String,
    text: String,
    link: String,
    picture: String,
    /// Day and hour, by the shop's clock.
    at: String,
    /// The button that was pressed: `yes` plans it, anything else makes it a draft.
    plan: String,
    /// The ticked places, each `place.` and its id, besides whatever else the form holds.
    #[serde(flatten)]
    rest: HashMap<String, String>,
}

impl Typed {
    /// A new post on a day.
    fn fresh(key: String, day: Option<Date>, now: Time, zone: &TimeZone) -> Self {
        let soon = now.timestamp().to_zoned(zone.clone()).datetime().saturating_add(1.hour());
        let soon = soon.date().at(soon.hour(), 0, 0, 0).saturating_add(1.hour());
        let wanted = day.map(|day| day.at(USUAL, 0, 0, 0)).filter(|at| *at > soon);
        Self { key, at: minutes(wanted.unwrap_or(soon)), ..Self::default() }
    }

    fn of(whole: &Whole, zone: &TimeZone) -> Self {
        let Post { body, link, picture, at, version, .. } = whole.post.clone();
        Self {
            version: version.to_string(),
            text: body,
            link: link.unwrap_or_default(),
            picture: picture.unwrap_or_default(),
            at: minutes(at.timestamp().to_zoned(zone.clone()).datetime()),
            rest: whole.deliveries.iter().map(|delivery| (format!("place.{}", delivery.place_id), "on".to_owned())).collect(),
            ..Self::default()
        }
    }

    fn ticks(&self, place: &Place) -> bool {
        self.rest.contains_key(&format!("place.{}", place.id))
    }

    /// What it asks for.
    fn save(&self, id: Option<SocialPostId>, places: &[Place], caller: &Caller) -> Result<SavePost> {
        let at = caller.moment("at", &self.at)?.ok_or_else(|| Error::field("at", "a day and an hour"))?;
        Ok(SavePost {
            id,
            version: self.version.parse().ok(),
            body: self.text.clone(),
            link: Some(self.link.clone()),
            picture: Some(self.picture.clone()),
            at,
            places: places.iter().filter(|place| self.ticks(place)).map(|place| place.id).collect(),
            plan: Some(self.plan == "yes"),
        })
    }
}

/// As a field of a day and an hour has it.
fn minutes(at: DateTime) -> String {
    at.strftime("%Y-%m-%dT%H:%M").to_string()
}

/// On which day it is to go out, where that is known.
#[derive(Debug, Default, Deserialize)]
struct On {
    day: Option<String>,
}

async fn blank(State(app): State<App>, caller: Caller, Query(on): Query<On>) -> Answer<Response> {
    let places = queries::places(&mut caller.read(&app)).await?;
    if places.is_empty() {
        return Ok(Redirect::to(PLACES).into_response());
    }
    let (now, zone) = (app.db.clock().now(), caller.zone());
    let furthest = day_of(now, &zone).saturating_add(Span::new().years(1));
    let day = on.day.and_then(|day| day.parse::<Date>().ok()).filter(|day| *day <= furthest);
    let mut typed = Typed::fresh(form_key(&app), day, now, &zone);
    // Most go everywhere.
    typed.rest = places
        .iter()
        .filter(|place| place.state == PlaceState::Active)
        .map(|place| (format!("place.{}", place.id), "on".to_owned()))
        .collect();
    Ok(page(&app, &caller, None, &places, &typed, None).into_response())
}

async fn make(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    save(&app, &caller, None, typed).await
}

async fn edit(State(app): State<App>, caller: Caller, Path(id): Path<SocialPostId>) -> Answer<Html<String>> {
    let mut read = app.db.read_main(caller.tenant());
    let whole = queries::whole(&mut read, id).await?;
    let places = queries::places(&mut read).await?;
    Ok(page(&app, &caller, Some(id), &places, &Typed::of(&whole, &caller.zone()), None))
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<SocialPostId>, Form(typed): Form<Typed>) -> Answer<Response> {
    save(&app, &caller, Some(id), typed).await
}

async fn save(app: &App, caller: &Caller, id: Option<SocialPostId>, typed: Typed) -> Answer<Response> {
    let places = queries::places(&mut app.db.read_main(caller.tenant())).await?;
    match refused(saved(app, caller, id, &places, &typed).await)? {
        Ok(post) => Ok(Redirect::to(&format!("{POSTS}/{}", post.id)).into_response()),
        Err(failure) => Ok((status(&failure.0), page(app, caller, id, &places, &typed, Some(&failure))).into_response()),
    }
}

async fn saved(app: &App, caller: &Caller, id: Option<SocialPostId>, places: &[Place], typed: &Typed) -> Result<Post> {
    let command = typed.save(id, places, caller)?;
    if id.is_some() {
        return app.db.run(&caller.who, command).await;
    }
    let key = sent_form(&typed.key, &format!("POST {POSTS}/new"), &command)?;
    Ok(app.db.run_once(&caller.who, key, command).await?.out)
}

fn page(app: &App, caller: &Caller, id: Option<SocialPostId>, places: &[Place], typed: &Typed, wrong: Option<&Failure>) -> Html<String> {
    let own = id.map(|id| format!("{POSTS}/{id}"));
    let action = own.as_ref().map_or(format!("{POSTS}/new"), |own| format!("{own}/edit"));
    let body = html! {
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "It was not saved").body(html! { p { (wrong.0.message()) } })) }
        form method="post" action=(action) {
            (ui::csrf(caller.csrf())) (ui::hidden("key", &typed.key)) (ui::hidden("version", &typed.version))
            (ui::section("What it says", "", html! {
                (Field::area("text", "Text", 6).value(&typed.text).required().error(field_error(wrong, "text")))
                (ui::beside([
                    Field::input("url", "link", "Link").value(&typed.link).placeholder("https://shop.example/mangoes").error(field_error(wrong, "link")),
                    Field::input("url", "picture", "Address of a picture").value(&typed.picture).placeholder("https://shop.example/mangoes.jpg")
                        .error(field_error(wrong, "picture")),
                ]))
            }))
            (ui::section("When", "", Field::input("datetime-local", "at", "It goes out").value(&typed.at).required()
                .help(format!("By the clock of {}.", caller.time_zone)).error(field_error(wrong, "at"))))
            (ui::section("Where", "", whereto(places, typed, wrong)))
            (ui::actions(html! {
                (Button::primary("Plan it").value("plan", "yes"))
                (Button::quiet("Save as a draft").value("plan", "no"))
                (Button::bare("Back").href(own.as_deref().unwrap_or(HERE)))
            }))
        }
    };
    let title = if id.is_some() { "Change a post" } else { "New post" };
    let lead = html! { "At its time it goes to each of its places, once." };
    back_office(app, caller, BackOffice { title, lead, action: Markup::default(), place: HERE, crumbs: &[("Social posts", HERE)], body })
}

fn whereto(places: &[Place], typed: &Typed, wrong: Option<&Failure>) -> Markup {
    let label = |place: &Place| {
        let paused = if place.state == PlaceState::Paused { ", paused" } else { "" };
        format!("{} ({}{paused})", place.name, place.kind.title())
    };
    html! {
        fieldset {
            legend.unseen { "Places" }
            @for place in places { (Field::checkbox(format!("place.{}", place.id), label(place), typed.ticks(place))) }
            @if let Some(none) = field_error(wrong, "places") { (Alert::new(Meaning::Bad, none)) }
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::MessagesWrite;
    vec![
        Route::get("/admin/social/posts/new", MessagesWrite, blank).page().says("New post", "What it says, when and where."),
        Route::post("/admin/social/posts/new", MessagesWrite, make).page().says("Save a post", "A new one."),
        Route::get("/admin/social/posts/{id}/edit", MessagesWrite, edit).page().says("Change a post", "Before its time."),
        Route::post("/admin/social/posts/{id}/edit", MessagesWrite, change).page().says("Save a post", "One that is changed."),
    ]
}
