//! `/admin/entitlements/customers/{id}`: what one customer may use, what is used of it, and more or less than their plans give.

use super::plans::{as_typed, typed_limit};
use super::{CUSTOMERS, FEATURES, HERE, PLACE, not_done, standing};
use crate::api::of_contact;
use crate::commands::{Override, TakeBack};
use crate::config;
use crate::entitle::Desk;
use crate::flags;
use crate::model::{self, Because, Kind, Standing};
use crate::queries;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::ContactId;
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Result};
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Badge, Button, Calendar, Empty, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Route, back_office, filter_part};

/// What is to be given, as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    feature: String,
    limit: String,
    until: String,
    note: String,
    take_back: Option<String>,
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>) -> Answer<Html<String>> {
    Ok(page(&app, &caller, id, &Typed::default(), None).await?)
}

async fn put(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>, Form(typed): Form<Typed>) -> Answer<Response> {
    let outcome = match (&typed.take_back, command(&app, &caller, id, &typed).await) {
        (Some(feature), _) => app.db.run(&caller.who, TakeBack { contact: id, feature: feature.clone() }).await,
        (None, Ok(command)) => app.db.run(&caller.who, command).await,
        (None, Err(error)) => Err(error),
    };
    match refused(outcome)? {
        Ok(()) => Ok(Redirect::to(&format!("{CUSTOMERS}/{id}")).into_response()),
        Err(wrong) => Ok((status(&wrong.0), page(&app, &caller, id, &typed, Some(&wrong)).await?).into_response()),
    }
}

async fn command(app: &App, caller: &Caller, contact: ContactId, typed: &Typed) -> Result<Override> {
    let chosen = queries::feature_by_code(&mut caller.read(app), &typed.feature).await?;
    let feature = chosen.ok_or_else(|| Error::field("feature", "one of these"))?;
    let until: Option<Date> = filter_part("until", Some(typed.until.trim()), "a day such as 2026-12-31")?;
    let (given, limit) = match (feature.kind, typed.limit.trim()) {
        (Kind::Switch, "off" | "0") => (false, None),
        (Kind::Switch, "on" | "1") => (true, None),
        (Kind::Switch, _) => return Err(Error::field("limit", "on or off")),
        (_, text) => (true, typed_limit("limit", text)?),
    };
    Ok(Override { contact, feature: feature.code, given, limit, until, note: typed.note.clone() })
}

async fn page(app: &App, caller: &Caller, id: ContactId, typed: &Typed, wrong: Option<&Failure>) -> Result<Html<String>> {
    let mut read = app.db.read_main(caller.tenant());
    let desk = Desk::of(&mut read, app.db.clock().now()).await?;
    let all = of_contact(&mut read, &desk, id).await?;
    let contact = contacts::find(&mut read, id).await?.ok_or_else(|| Error::not_found("contact"))?;
    let overrides = queries::overrides_of(&mut read, &[id]).await?;
    let turned = flags::all_for(&mut read, id, &config(app)?.flags).await?;
    let calendar = Calendar::new(&caller.time_zone, desk.now);
    let name = contact.name.or(contact.email).or(contact.phone).unwrap_or_else(|| id.to_string());
    let may = caller.may(Permission::SubscriptionsWrite);
    let body = html! {
        (not_done(wrong))
        @if all.is_empty() {
            (Empty::new("Plans give nothing yet", "Name what they can give first.").action("Name a feature", FEATURES))
        } @else {
            (ui::section("What they may use", "", ui::detail_list(all.iter().map(|it| (it.of.name.as_str(), line(it, &calendar))))))
            @if !overrides.is_empty() { (ui::section("In place of their plans", "", given(caller, id, &overrides, &calendar, may))) }
            @if may { (ui::section("Give more or less", "", form(caller, id, &all, typed, wrong))) }
        }
        @if !turned.is_empty() {
            (ui::section("Flags", "", ui::detail_list(turned.iter().map(|it| (it.name.as_str(), on(it.on))))))
        }
    };
    let lead = html! { "By their subscriptions, and by what you gave them beside these. " a href={ "/admin/contacts/" (id) } { "The customer" } "." };
    let crumbs = [("Subscriptions", PLACE), ("Entitlements", HERE)];
    Ok(back_office(app, caller, BackOffice { title: &name, lead, action: Markup::default(), place: PLACE, crumbs: &crumbs, body }))
}

fn on(on: bool) -> Markup {
    html! { @if on { (Badge::new(Meaning::Good, "On")) } @else { (Badge::new(Meaning::Neutral, "Off")) } }
}

fn line(it: &Standing, calendar: &Calendar) -> Markup {
    let over = it.of.terms.and_then(|terms| {
        let units = u64::try_from(terms.over(it.used)).ok().filter(|units| *units > 0)?;
        Some((units, terms.cost(it.used).ok()?))
    });
    html! {
        (standing(it))
        @if let Some((over, amount)) = over {
            p { "So far " (ui::count(over)) " above the limit: " (ui::money(amount)) " when the period is over" }
        }
        @if it.of.kind == Kind::Metered && (it.of.allowed > 0 || it.of.terms.is_some()) { p.quiet { "Begins anew on " (calendar.date_text(it.of.period.end)) } }
        @if it.of.because == Because::Override { " " (Badge::new(Meaning::Information, "Given beside the plans")) }
    }
}

fn given(caller: &Caller, id: ContactId, all: &[model::Override], calendar: &Calendar, may: bool) -> Markup {
    let each = |it: &model::Override| {
        let until = if it.until == Date::MAX { "for good".to_owned() } else { format!("until {}", calendar.date_text(it.until)) };
        html! {
            (as_typed(it.allows)) ", " (until) @if !it.note.is_empty() { ": " bdi { (it.note) } }
            @if may {
                form method="post" action={ (CUSTOMERS) "/" (id) } {
                    (ui::csrf(caller.csrf()))
                    (ui::hidden("take_back", &it.feature))
                    (Button::quiet(format!("Take {} back", it.feature)).small())
                }
            }
        }
    };
    ui::detail_list(all.iter().map(|it| (it.feature.as_str(), each(it))))
}

fn form(caller: &Caller, id: ContactId, all: &[Standing], typed: &Typed, wrong: Option<&Failure>) -> Markup {
    let error = |field: &str| field_error(wrong, field);
    let choices = all.iter().map(|it| (it.of.code.clone(), it.of.name.clone()));
    html! {
        form method="post" action={ (CUSTOMERS) "/" (id) } {
            (ui::csrf(caller.csrf()))
            (ui::beside([
                Field::select("feature", "Feature", choices).value(typed.feature.as_str()).error(error("feature")),
                Field::text("limit", "How much").value(typed.limit.as_str()).required().placeholder("5000").error(error("limit"))
                    .help("A number, “no limit”, or on or off."),
                Field::input("date", "until", "Last day").value(typed.until.as_str()).error(error("until")),
            ]))
            (Field::text("note", "Why").value(typed.note.as_str()).error(error("note")))
            (ui::actions(Button::primary("Give it")))
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/entitlements/customers/{id}", Permission::EntitlementsRead, show).page().says("What a customer may use", ""),
        Route::post("/admin/entitlements/customers/{id}", Permission::SubscriptionsWrite, put)
            .page()
            .says("What a customer may use", "Gives more or less, or what the plans give again."),
    ]
}
