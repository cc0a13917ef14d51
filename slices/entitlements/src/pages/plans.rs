//! `/admin/entitlements/plans`: what each plan gives.

use super::{CRUMBS, FEATURES, PLACE, PLANS, kind, not_done, tabs};
use crate::commands::{Given, PutPlanFeatures};
use crate::entitle::shown;
use crate::model::{Feature, Gift, Kind, Overage};
use crate::queries;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::{Currency, Money, PlanId};
use http::Uri;
use maud::{Markup, html};
use std::collections::HashMap;
use store::{Error, Look, Result};
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Badge, Button, Column, Empty, Field, Meaning, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Route, back_office};

/// What is typed where there is to be no limit.
const WITHOUT: &str = "no limit";

async fn list(State(app): State<App>, caller: Caller, uri: Uri) -> Answer<Html<String>> {
    let mut read = caller.read(&app);
    let offers = subscriptions::offers(&mut read).await?;
    let columns = vec![Column::text("name", "Plan").matters(), Column::text("state", "State").matters(), Column::text("code", "Code")];
    let empty = Empty::new("No plans yet", "A plan is what customers subscribe to. Make one, then say here what it gives.")
        .action("New plan", "/admin/subscriptions/plans/new");
    let row = |offer: &subscriptions::Offer| {
        let plan = &offer.plan;
        let state = if plan.active { Badge::new(Meaning::Good, "Offered") } else { Badge::new(Meaning::Neutral, "Not offered") };
        let cells = [html! { bdi { (plan.name) } }, html! { (state) }, html! { code { (plan.code) } }];
        Row::new(plan.id, cells).href(format!("{PLANS}/{}", plan.id))
    };
    let here = ui::Query::parse(PLANS, uri.query().unwrap_or_default());
    let table = Table::new("Plans", &here, columns).rows(offers.iter().map(row)).empty(empty);
    let body = html! { (tabs(PLANS)) (table) };
    let lead = html! { "Choose a plan to say what it gives." };
    Ok(back_office(&app, &caller, BackOffice { title: "By plan", lead, action: Markup::default(), place: PLACE, crumbs: CRUMBS, body }))
}

/// What was typed for each feature, by its code.
type Typed = HashMap<String, String>;

/// What is asked for what goes over a limit, as it was typed in two fields; codes have no full stop.
fn typed_over(typed: &Typed, feature: &Feature, currency: Currency) -> Result<Option<Overage>> {
    let part = |name: &str| typed.get(&format!("{}.{name}", feature.code)).map(|text| text.trim()).filter(|text| !text.is_empty());
    let field = |name: &str| format!("features.{}.overage.{name}", feature.code);
    let Some(price) = part("price") else { return Ok(None) };
    let price = Money::typed(price, currency).ok_or_else(|| Error::field(field("price"), "an amount such as 0.50"))?;
    let per = part("per").map_or(Ok(1), str::parse).map_err(|_| Error::field(field("per"), "a whole number such as 100"))?;
    Ok(Some(Overage { price, per }))
}

/// The currency in which a plan is paid.
async fn currency(look: &mut impl Look, plan: PlanId) -> Result<Currency> {
    match subscriptions::prices_of(look, plan).await?.first() {
        Some(price) => Ok(price.currency),
        None => Ok(identity::tenant(look).await?.currency),
    }
}

fn given(features: &[Feature], typed: &Typed, currency: Currency) -> Result<Vec<Given>> {
    let mut gives = Vec::new();
    for feature in features {
        let text = typed.get(&feature.code).map(|text| text.trim()).unwrap_or_default();
        let limit = match (feature.kind, text) {
            (_, "") => continue,
            (Kind::Switch, _) => None,
            (_, text) => typed_limit(&format!("features.{}", feature.code), text)?,
        };
        let over = typed_over(typed, feature, currency)?;
        gives.push(Given { feature: feature.code.clone(), limit, over });
    }
    Ok(gives)
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<PlanId>) -> Answer<Html<String>> {
    Ok(page(&app, &caller, id, None, None).await?)
}

async fn put(State(app): State<App>, caller: Caller, Path(id): Path<PlanId>, Form(typed): Form<Typed>) -> Answer<Response> {
    let mut read = caller.read(&app);
    let features = queries::features(&mut read).await?;
    let outcome = match given(&features, &typed, currency(&mut read, id).await?) {
        Ok(gives) => app.db.run(&caller.who, PutPlanFeatures { plan: id, gives }).await,
        Err(error) => Err(error),
    };
    match refused(outcome)? {
        Ok(()) => Ok(Redirect::to(PLANS).into_response()),
        Err(wrong) => Ok((status(&wrong.0), page(&app, &caller, id, Some(&typed), Some(&wrong)).await?).into_response()),
    }
}

async fn page(app: &App, caller: &Caller, id: PlanId, typed: Option<&Typed>, wrong: Option<&Failure>) -> Result<Html<String>> {
    let mut read = app.db.read_main(caller.tenant());
    let plan = subscriptions::plan(&mut read, id).await?.ok_or_else(|| Error::not_found("plan"))?;
    let features = queries::features(&mut read).await?;
    let kept: Typed = queries::plan_gives(&mut read, id).await?.into_iter().flat_map(|(code, gift)| kept(&code, gift)).collect();
    let currency = currency(&mut read, id).await?;
    let typed = typed.unwrap_or(&kept);
    let body = html! {
        (not_done(wrong))
        @if features.is_empty() {
            (Empty::new("Plans give nothing yet", "Name what they can give first.").action("Name a feature", FEATURES))
        } @else {
            form method="post" action={ (PLANS) "/" (id) } {
                (ui::csrf(caller.csrf()))
                (ui::section("For each one that is subscribed to", "", html! { @for feature in &features { (fields(feature, typed, currency, wrong)) } }))
                @if caller.may(Permission::SubscriptionsWrite) { (ui::actions(Button::primary("Save"))) }
            }
        }
    };
    let lead = html! { "It holds at once for everybody who has the plan." };
    let crumbs = [("Subscriptions", PLACE), ("By plan", PLANS)];
    Ok(back_office(app, caller, BackOffice { title: &plan.name, lead, action: Markup::default(), place: PLACE, crumbs: &crumbs, body }))
}

/// What a plan gives of a feature, as it is typed.
fn kept(code: &str, gift: Gift) -> Vec<(String, String)> {
    let mut typed = vec![(code.to_owned(), as_typed(gift.allows))];
    if let Some(over) = gift.over {
        typed.push((format!("{code}.price"), over.price.decimal()));
        typed.push((format!("{code}.per"), over.per.to_string()));
    }
    typed
}

fn fields(feature: &Feature, typed: &Typed, currency: Currency, wrong: Option<&Failure>) -> Markup {
    if feature.kind != Kind::Metered {
        return html! { (field(feature, typed, wrong)) };
    }
    let part = |name: &str| {
        let key = format!("{}.{name}", feature.code);
        let value = typed.get(&key).cloned().unwrap_or_default();
        (key, value, field_error(wrong, &format!("features.{}.overage.{name}", feature.code)))
    };
    let ((price, price_typed, price_wrong), (per, per_typed, per_wrong)) = (part("price"), part("per"));
    html! {
        (field(feature, typed, wrong))
        (ui::beside([
            Field::money(price, format!("{} above that", feature.name), currency).value(price_typed).error(price_wrong)
                .help("Tax included. With a price nobody is stopped: what goes over is on the invoice after the period. Empty stops at the limit."),
            Field::input("number", per, format!("For so many {}", feature.unit)).value(per_typed).error(per_wrong).placeholder("1")
                .help("Sold together: of what is begun, all is billed."),
        ]))
    }
}

fn field(feature: &Feature, typed: &Typed, wrong: Option<&Failure>) -> Field {
    let value = typed.get(&feature.code).map(String::as_str).unwrap_or_default();
    match feature.kind {
        Kind::Switch => Field::checkbox(&feature.code, &feature.name, !value.is_empty()),
        Kind::Limit | Kind::Metered => Field::text(&feature.code, &feature.name)
            .value(value)
            .error(field_error(wrong, &format!("features.{}", feature.code)))
            .help(format!("{}, in {}. Type “{WITHOUT}” for all they want; empty is not included.", kind(feature.kind), feature.unit)),
    }
}

/// A limit as it is typed.
pub(super) fn as_typed(allows: i64) -> String {
    shown(allows).map_or_else(|| WITHOUT.to_owned(), |limit| limit.to_string())
}

/// A limit as it was typed: none where there is to be none.
///
/// # Errors
/// The field.
pub(super) fn typed_limit(field: &str, text: &str) -> Result<Option<i64>> {
    match text.trim() {
        WITHOUT => Ok(None),
        number => number.parse().map(Some).map_err(|_| Error::field(field, format!("a whole number, or “{WITHOUT}”"))),
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PLANS, Permission::EntitlementsRead, list).page().says("What plans give", ""),
        Route::get("/admin/entitlements/plans/{id}", Permission::EntitlementsRead, show).page().says("What a plan gives", ""),
        Route::post("/admin/entitlements/plans/{id}", Permission::SubscriptionsWrite, put).page().says("What a plan gives", "Saves it."),
    ]
}
