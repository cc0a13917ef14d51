//! `/admin/flags`: who gets what is new.

use super::{CRUMBS, FLAGS, PLACE, not_done, tabs};
use crate::commands::{PutFlag, RemoveFlag};
use crate::config;
use crate::flags::{self, Flag, Overrides};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::{ContactId, Id};
use http::Uri;
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Result};
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Alert, Badge, Button, Calendar, Column, Empty, Field, Meaning, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Route, back_office};

const MOMENTS: i64 = 100;

/// A flag as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    name: String,
    description: String,
    on: Option<String>,
    share: String,
    contacts: String,
}

impl Typed {
    fn of(flag: &Flag, contacts: &[ContactId]) -> Self {
        let contacts: Vec<String> = contacts.iter().map(ToString::to_string).collect();
        Self {
            name: flag.name.clone(),
            description: flag.description.clone(),
            on: flag.is_on.then(|| "on".to_owned()),
            share: percent(flag.share_bps),
            contacts: contacts.join("\n"),
        }
    }

    fn command(&self) -> Result<PutFlag> {
        let wrong = |text: &str| Error::field("contacts", format!("ids such as con_01j8…, one a line; {text} is none"));
        let contacts: Result<Vec<ContactId>> = self.contacts.split_whitespace().map(|text| text.parse().map_err(|_| wrong(text))).collect();
        Ok(PutFlag {
            name: self.name.clone(),
            description: self.description.clone(),
            on: self.on.is_some(),
            share_bps: basis_points(&self.share)?,
            contacts: contacts?,
        })
    }
}

/// 12.5 for 1250.
fn percent(bps: i64) -> String {
    let text = format!("{}.{:02}", bps / 100, bps % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// 1250 for 12.5; nothing typed is nobody.
fn basis_points(text: &str) -> Result<i64> {
    let text = text.trim().trim_end_matches('%').trim_end();
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let number = format!("{}{part:0<2}", if whole.is_empty() { "0" } else { whole });
    let read = number.parse().ok().filter(|bps| part.len() <= 2 && digits(whole) && digits(part) && (0..=flags::WHOLE).contains(bps));
    read.ok_or_else(|| Error::field("share", "0 to 100, such as 25 or 2.5"))
}

async fn list(State(app): State<App>, caller: Caller, uri: Uri) -> Answer<Html<String>> {
    let all = flags::flags(&mut caller.read(&app)).await?;
    let overrides = &config(&app)?.flags;
    let columns = vec![
        Column::text("name", "Flag").matters(),
        Column::text("state", "State").matters(),
        Column::number("share", "Of all customers").matters(),
        Column::text("description", "What it is").optional(),
    ];
    let may = caller.may(Permission::TenantWrite);
    let empty = Empty::new("No flags yet", "A flag gives something new to some customers first. Your programs ask for it by its name.");
    let empty = if may { empty.action("New flag", "/admin/flags/new") } else { empty };
    let here = ui::Query::parse(FLAGS, uri.query().unwrap_or_default());
    let table = Table::new("Flags", &here, columns).rows(all.iter().map(|flag| row(flag, overrides))).empty(empty);
    let action = html! { @if may { (Button::primary("New flag").href("/admin/flags/new")) } };
    let body = html! { (tabs(FLAGS)) (table) };
    let lead = html! { "Who gets what is new. A share that grows takes nobody out." };
    Ok(back_office(&app, &caller, BackOffice { title: "Flags", lead, action, place: PLACE, crumbs: CRUMBS, body }))
}

fn row(flag: &Flag, overrides: &Overrides) -> Row {
    let state = match (overrides.get(&flag.name), flag.is_on) {
        (Some(true), _) => Badge::new(Meaning::Attention, "On for all, by the environment"),
        (Some(false), _) => Badge::new(Meaning::Attention, "Off for all, by the environment"),
        (None, true) => Badge::new(Meaning::Good, "On"),
        (None, false) => Badge::new(Meaning::Neutral, "Off"),
    };
    let cells =
        [html! { code { (flag.name) } }, html! { (state) }, html! { (percent(flag.share_bps)) " %" }, html! { bdi { (flag.description) } }];
    Row::new(flag.id, cells).href(format!("{FLAGS}/{}", flag.name))
}

async fn new(State(app): State<App>, caller: Caller) -> Html<String> {
    fresh(&app, &caller, &Typed { on: Some("on".to_owned()), ..Typed::default() }, None)
}

fn fresh(app: &App, caller: &Caller, typed: &Typed, wrong: Option<&Failure>) -> Html<String> {
    let body = html! { (not_done(wrong)) (form(caller, "/admin/flags/new", typed, true, wrong)) };
    let lead = html! { "Something new, for some customers first." };
    let crumbs = [("Subscriptions", PLACE), ("Flags", FLAGS)];
    back_office(app, caller, BackOffice { title: "New flag", lead, action: Markup::default(), place: PLACE, crumbs: &crumbs, body })
}

async fn create(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let taken = flags::flag(&mut app.db.read_main(caller.tenant()), typed.name.trim()).await?.is_some();
    let outcome = match typed.command() {
        Ok(_) if taken => {
            Err(Error::conflict("name_taken", "There is a flag of this name.").with_field("name", "another name: this one is taken"))
        }
        Ok(command) => app.db.run(&caller.who, command).await,
        Err(error) => Err(error),
    };
    match refused(outcome)? {
        Ok(_) => Ok(Redirect::to(FLAGS).into_response()),
        Err(wrong) => Ok((status(&wrong.0), fresh(&app, &caller, &typed, Some(&wrong))).into_response()),
    }
}

async fn show(State(app): State<App>, caller: Caller, Path(name): Path<String>) -> Answer<Html<String>> {
    Ok(page(&app, &caller, &name, None, None).await?)
}

async fn change(State(app): State<App>, caller: Caller, Path(name): Path<String>, Form(typed): Form<Typed>) -> Answer<Response> {
    let typed = Typed { name: name.clone(), ..typed };
    flags::flag(&mut app.db.read_main(caller.tenant()), &name).await?.ok_or_else(|| Error::not_found("flag"))?;
    let outcome = match typed.command() {
        Ok(command) => app.db.run(&caller.who, command).await,
        Err(error) => Err(error),
    };
    match refused(outcome)? {
        Ok(_) => Ok(Redirect::to(FLAGS).into_response()),
        Err(wrong) => Ok((status(&wrong.0), page(&app, &caller, &name, Some(&typed), Some(&wrong)).await?).into_response()),
    }
}

async fn remove(State(app): State<App>, caller: Caller, Path(name): Path<String>) -> Answer<Redirect> {
    app.db.run(&caller.who, RemoveFlag(name)).await?;
    Ok(Redirect::to(FLAGS))
}

async fn page(app: &App, caller: &Caller, name: &str, typed: Option<&Typed>, wrong: Option<&Failure>) -> Result<Html<String>> {
    let mut read = app.db.read_main(caller.tenant());
    let flag = flags::flag(&mut read, name).await?.ok_or_else(|| Error::not_found("flag"))?;
    let named = flags::named(&mut read).await?.remove(&flag.id).unwrap_or_default();
    let happened = store::journal::timeline(&mut read, flag.id.uuid(), MOMENTS).await?;
    let moments: Vec<_> = happened.iter().rev().map(audit::moment).collect();
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let kept = Typed::of(&flag, &named);
    let here = format!("{FLAGS}/{name}");
    let overridden = config(app)?.flags.get(name).copied();
    let body = html! {
        (not_done(wrong))
        @if let Some(on) = overridden {
            (Alert::new(Meaning::Attention, if on { "The environment turns it on for everybody" } else { "The environment turns it off for everybody" })
                .body(html! { p { "What is said here counts again when FLAG_" (name.to_uppercase()) " is gone." } }))
        }
        (form(caller, &here, typed.unwrap_or(&kept), false, wrong))
        @if caller.may(Permission::TenantWrite) {
            (ui::section("Not needed any more", "", ui::post(&format!("{here}/remove"), caller.csrf(), Button::danger("Take the flag away"))))
        }
        (ui::section("What happened", "", ui::timeline(&calendar, &moments)))
    };
    let lead = html! { @if flag.is_on { "On for " (percent(flag.share_bps)) " % of all customers, and for " (named.len()) " by name." } @else { "Off for everybody." } };
    let crumbs = [("Subscriptions", PLACE), ("Flags", FLAGS)];
    Ok(back_office(app, caller, BackOffice { title: name, lead, action: Markup::default(), place: PLACE, crumbs: &crumbs, body }))
}

fn form(caller: &Caller, action: &str, typed: &Typed, new: bool, wrong: Option<&Failure>) -> Markup {
    let error = |field: &str| field_error(wrong, field);
    let fields = html! {
        @if new {
            (Field::text("name", "Name").value(typed.name.as_str()).required().placeholder("new_checkout").error(error("name"))
                .help("Small letters, digits and underscores, for programs. It stays."))
        }
        (Field::text("description", "What it is").value(typed.description.as_str()).error(error("description")))
        (Field::checkbox("on", "It is on", typed.on.is_some()))
        (Field::text("share", "Percent of all customers").value(typed.share.as_str()).placeholder("25").error(error("share").or(error("share_bps")))
            .help("Each customer has a fixed place among all: whoever has it at 10 % has it at 20 %."))
        (Field::area("contacts", "Customers who get it in any case", 3).value(typed.contacts.as_str()).error(error("contacts"))
            .help("Their ids, one a line, at most 100."))
    };
    html! {
        form method="post" action=(action) {
            (ui::csrf(caller.csrf()))
            (ui::section("Who gets it", "", fields))
            @if caller.may(Permission::TenantWrite) { (ui::actions(Button::primary("Save"))) }
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{EntitlementsRead, TenantWrite};
    vec![
        Route::get(FLAGS, EntitlementsRead, list).page().says("Flags", "Who gets what is new."),
        Route::get("/admin/flags/new", TenantWrite, new).page().says("New flag", ""),
        Route::post("/admin/flags/new", TenantWrite, create).page().says("New flag", "Makes it."),
        Route::get("/admin/flags/{name}", EntitlementsRead, show).page().says("A flag", ""),
        Route::post("/admin/flags/{name}", TenantWrite, change).page().says("A flag", "Changes it."),
        Route::post("/admin/flags/{name}/remove", TenantWrite, remove).page().says("A flag", "Takes it away."),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_as_people_type_it() {
        for (text, bps) in [("25", 2_500), ("2.5", 250), ("0.01", 1), ("100", 10_000), ("", 0), (".5", 50), ("12.50 %", 1_250)] {
            assert_eq!(basis_points(text).ok(), Some(bps), "{text}");
        }
        for text in ["101", "-1", "2.555", "a", "1.2.3", "+5", "999999999999999999999"] {
            assert!(basis_points(text).is_err(), "{text}");
        }
        assert_eq!([2_500, 250, 1, 10_000, 0].map(percent), ["25", "2.5", "0.01", "100", "0"]);
    }
}
