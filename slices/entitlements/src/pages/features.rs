//! `/admin/entitlements/features`: what plans can give, and where customers are sent who want more.

use super::{CRUMBS, FEATURES, PLACE, kind, not_done, tabs};
use crate::commands::{ChangeFeature, CreateFeature, PutUpgradeUrl};
use crate::model::{Feature, Kind, Resets};
use crate::queries;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::{FeatureId, Id};
use http::Uri;
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Result};
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Button, Calendar, Column, Empty, Field, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Route, back_office};

const MOMENTS: i64 = 100;

/// A feature as it was typed.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
struct Typed {
    code: String,
    name: String,
    kind: String,
    unit: String,
    resets: String,
    grace_percent: String,
}

impl Default for Typed {
    fn default() -> Self {
        let [code, name, unit] = <[String; 3]>::default();
        Self { code, name, unit, kind: "metered".to_owned(), resets: "period".to_owned(), grace_percent: "10".to_owned() }
    }
}

impl Typed {
    fn grace(&self) -> Result<i64> {
        self.grace_percent.trim().parse().map_err(|_| Error::field("grace_percent", "0 to 100"))
    }

    fn command(&self) -> Result<CreateFeature> {
        let kind: Kind = self.kind.parse().map_err(|_| Error::field("kind", "one of these"))?;
        let resets: Resets = self.resets.parse().map_err(|_| Error::field("resets", "one of these"))?;
        let grace_percent = self.grace()?;
        Ok(CreateFeature { code: self.code.clone(), name: self.name.clone(), kind, unit: self.unit.clone(), resets, grace_percent })
    }
}

/// Where customers are sent, as it was typed.
#[derive(Debug, Deserialize)]
struct Where {
    upgrade_url: String,
}

async fn list(State(app): State<App>, caller: Caller, uri: Uri) -> Answer<Html<String>> {
    Ok(page(&app, &caller, uri.query().unwrap_or_default(), &Typed::default(), None).await?)
}

async fn page(app: &App, caller: &Caller, query: &str, typed: &Typed, wrong: Option<&Failure>) -> Result<Html<String>> {
    let mut read = app.db.read_main(caller.tenant());
    let features = queries::features(&mut read).await?;
    let upgrade = queries::upgrade_url(&mut read).await?.unwrap_or_default();
    let columns = vec![
        Column::text("name", "Feature").matters(),
        Column::text("kind", "What is given").matters(),
        Column::text("code", "Code"),
        Column::text("resets", "Begins anew").optional(),
    ];
    let empty =
        Empty::new("No features yet", "A feature is something that a plan gives more or less of. Your programs ask for it by its code.");
    let table = Table::new("Features", &ui::Query::parse(FEATURES, query), columns).rows(features.iter().map(row)).empty(empty);
    let body = html! {
        (tabs(FEATURES))
        (not_done(wrong))
        (table)
        @if caller.may(Permission::SubscriptionsWrite) { (ui::section("A new feature", "", add(caller, typed, wrong))) }
        @if caller.may(Permission::TenantWrite) { (ui::section("Whoever wants more", "", more(caller, &upgrade, wrong))) }
    };
    let lead = html! { "What plans can give, and what your programs ask for." };
    Ok(back_office(app, caller, BackOffice { title: "Features", lead, action: Markup::default(), place: PLACE, crumbs: CRUMBS, body }))
}

fn row(feature: &Feature) -> Row {
    let resets = match (feature.kind, feature.resets) {
        (Kind::Metered, Resets::Period) => "With the subscription",
        (Kind::Metered, Resets::Month) => "Each month",
        _ => "",
    };
    let cells = [
        html! { bdi { (feature.name) } },
        html! { (kind(feature.kind)) @if !feature.unit.is_empty() { ": " bdi { (feature.unit) } } },
        html! { code { (feature.code) } },
        html! { (resets) },
    ];
    Row::new(feature.id, cells).href(format!("{FEATURES}/{}", feature.id))
}

fn add(caller: &Caller, typed: &Typed, wrong: Option<&Failure>) -> Markup {
    let error = |field: &str| field_error(wrong, field);
    let kinds = Kind::ALL.iter().map(|it| (it.as_str(), kind(*it)));
    html! {
        form method="post" action=(FEATURES) {
            (ui::csrf(caller.csrf()))
            (ui::beside([
                Field::text("name", "Name").value(typed.name.as_str()).required().placeholder("API calls").error(error("name")),
                Field::text("code", "Code").value(typed.code.as_str()).required().placeholder("api_calls").error(error("code"))
                    .help("Small letters, digits and underscores, for programs. It stays."),
            ]))
            (ui::beside([
                Field::select("kind", "What is given", kinds).value(typed.kind.as_str()).error(error("kind")),
                Field::text("unit", "Counted in").value(typed.unit.as_str()).placeholder("calls").error(error("unit")).help("Not for what is on or off."),
            ]))
            (ui::beside([
                Field::select("resets", "Counting begins anew", [("period", "With the subscription's period"), ("month", "With each month")])
                    .value(typed.resets.as_str()).error(error("resets")),
                Field::input("number", "grace_percent", "Percent above the limit that still go").value(typed.grace_percent.as_str()).required()
                    .error(error("grace_percent")),
            ]))
            (ui::actions(Button::primary("Make a feature")))
        }
    }
}

fn more(caller: &Caller, upgrade: &str, wrong: Option<&Failure>) -> Markup {
    html! {
        form method="post" action={ (FEATURES) "/upgrade" } {
            (ui::csrf(caller.csrf()))
            (Field::input("url", "upgrade_url", "Page for a larger plan").value(upgrade).placeholder("https://app.example.com/upgrade")
                .error(field_error(wrong, "upgrade_url")).help("Programs are told it when a limit is reached. Empty is your shop."))
            (ui::actions(Button::quiet("Save the page")))
        }
    }
}

async fn create(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let outcome = match typed.command() {
        Ok(command) => app.db.run(&caller.who, command).await.map(drop),
        Err(error) => Err(error),
    };
    done(&app, &caller, outcome, &typed).await
}

async fn upgrade(State(app): State<App>, caller: Caller, Form(typed): Form<Where>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, PutUpgradeUrl(typed.upgrade_url)).await.map(drop);
    done(&app, &caller, outcome, &Typed::default()).await
}

/// Back to the page, or the page again with what was wrong.
async fn done(app: &App, caller: &Caller, outcome: Result<()>, typed: &Typed) -> Answer<Response> {
    match refused(outcome)? {
        Ok(()) => Ok(Redirect::to(FEATURES).into_response()),
        Err(wrong) => Ok((status(&wrong.0), page(app, caller, "", typed, Some(&wrong)).await?).into_response()),
    }
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<FeatureId>) -> Answer<Html<String>> {
    Ok(one(&app, &caller, id, None, None).await?)
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<FeatureId>, Form(typed): Form<Typed>) -> Answer<Response> {
    let outcome = match typed.grace() {
        Ok(grace) => {
            let (name, unit) = (Some(typed.name.clone()), Some(typed.unit.clone()));
            app.db.run(&caller.who, ChangeFeature { id, name, unit, grace_percent: Some(grace) }).await
        }
        Err(error) => Err(error),
    };
    match refused(outcome)? {
        Ok(_) => Ok(Redirect::to(FEATURES).into_response()),
        Err(wrong) => Ok((status(&wrong.0), one(&app, &caller, id, Some(&typed), Some(&wrong)).await?).into_response()),
    }
}

async fn one(app: &App, caller: &Caller, id: FeatureId, typed: Option<&Typed>, wrong: Option<&Failure>) -> Result<Html<String>> {
    let mut read = app.db.read_main(caller.tenant());
    let feature = queries::feature(&mut read, id).await?.ok_or_else(|| Error::not_found("feature"))?;
    let happened = store::journal::timeline(&mut read, id.uuid(), MOMENTS).await?;
    let moments: Vec<_> = happened.iter().rev().map(audit::moment).collect();
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let kept = Typed {
        name: feature.name.clone(),
        unit: feature.unit.clone(),
        grace_percent: feature.grace_percent.to_string(),
        ..Typed::default()
    };
    let typed = typed.unwrap_or(&kept);
    let error = |field: &str| field_error(wrong, field);
    let form = html! {
        (Field::text("name", "Name").value(typed.name.as_str()).required().error(error("name")))
        @if feature.kind != Kind::Switch {
            (Field::text("unit", "Counted in").value(typed.unit.as_str()).required().error(error("unit")))
        }
        @if feature.kind == Kind::Metered {
            (Field::input("number", "grace_percent", "Percent above the limit that still go").value(typed.grace_percent.as_str()).required()
                .error(error("grace_percent")))
        } @else {
            (ui::hidden("grace_percent", &typed.grace_percent))
        }
    };
    let body = html! {
        (not_done(wrong))
        form method="post" action={ (FEATURES) "/" (id) } {
            (ui::csrf(caller.csrf()))
            (ui::section("What it is", "", form))
            @if caller.may(Permission::SubscriptionsWrite) { (ui::actions(Button::primary("Save"))) }
        }
        (ui::section("What happened", "", ui::timeline(&calendar, &moments)))
    };
    let lead = html! { (kind(feature.kind)) ". Programs ask for " code { (feature.code) } "." };
    let crumbs = [("Subscriptions", PLACE), ("Features", FEATURES)];
    Ok(back_office(app, caller, BackOffice { title: &feature.name, lead, action: Markup::default(), place: PLACE, crumbs: &crumbs, body }))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{EntitlementsRead, SubscriptionsWrite, TenantWrite};
    vec![
        Route::get(FEATURES, EntitlementsRead, list).page().says("Features", "What plans can give."),
        Route::post(FEATURES, SubscriptionsWrite, create).page().says("Features", "Makes one."),
        Route::post("/admin/entitlements/features/upgrade", TenantWrite, upgrade).page().says("Features", "Says where more is to be had."),
        Route::get("/admin/entitlements/features/{id}", EntitlementsRead, show).page().says("A feature", ""),
        Route::post("/admin/entitlements/features/{id}", SubscriptionsWrite, change).page().says("A feature", "Changes it."),
    ]
}
