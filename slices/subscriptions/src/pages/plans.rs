//! `/admin/subscriptions/plans`: what can be subscribed to.

use super::{HERE, PLANS, each, may, tabs};
use crate::model::Offer;
use crate::queries;
use axum::extract::State;
use axum::response::Html;
use http::Uri;
use maud::html;
use web::ui::{self, Badge, Button, Column, Empty, Meaning, Row, Table};
use web::{Answer, App, BackOffice, Caller, Permission, Route, back_office};

async fn list(State(app): State<App>, caller: Caller, uri: Uri) -> Answer<Html<String>> {
    let offers = queries::offers(&mut caller.read(&app)).await?;
    let here = ui::Query::parse(PLANS, uri.query().unwrap_or_default());
    let columns = vec![
        Column::text("name", "Plan").matters(),
        Column::text("state", "State").matters(),
        Column::text("code", "Code"),
        Column::text("trial", "Trial").optional(),
        Column::number("prices", "Costs").matters(),
    ];
    let empty = Empty::new(
        "No plans yet",
        "A plan says what is paid each month or each year, with which tax, and for how long it can be tried out.",
    );
    let empty = if may(&caller) { empty.action("New plan", "/admin/subscriptions/plans/new") } else { empty };
    let table = Table::new("Plans", &here, columns).rows(offers.iter().map(row)).empty(empty);
    let action = html! { @if may(&caller) { (Button::primary("New plan").href("/admin/subscriptions/plans/new")) } };
    let lead = html! { "A new price is for new subscribers; whoever has subscribed keeps theirs." };
    let body = html! { (tabs(PLANS)) (table) };
    Ok(back_office(&app, &caller, BackOffice { title: "Plans", lead, action, place: HERE, crumbs: &[("Subscriptions", HERE)], body }))
}

fn row(offer: &Offer) -> Row {
    let plan = &offer.plan;
    let trial = offer.prices.iter().map(|price| price.trial_days).max().unwrap_or(0);
    let cells = [
        html! { bdi { (plan.name) } },
        html! { @if plan.active { (Badge::new(Meaning::Good, "Offered")) } @else { (Badge::new(Meaning::Neutral, "Not offered")) } },
        html! { code { (plan.code) } },
        html! { @if trial > 0 { (trial) " days" } },
        html! { @for (nth, price) in offer.prices.iter().enumerate() { @if nth > 0 { ", " } (ui::money(price.amount())) " " (each(price.cadence)) } },
    ];
    Row::new(plan.id, cells).href(format!("{PLANS}/{}", plan.id))
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(PLANS, Permission::SubscriptionsRead, list).page().says("Plans", "")]
}
