//! `/admin/webhooks/deliveries/{id}`: one delivery, what was sent, and what each try came to.

use super::deliveries::{HERE as ABOVE, state};
use crate::commands::ReplayDelivery;
use crate::model::{Attempt, Delivery, Standing};
use crate::{call, kinds, queries};
use axum::extract::State;
use axum::response::{Html, Redirect};
use facts::WebhookDeliveryId;
use maud::{Markup, html};
use store::{Error, Look, Result};
use web::ui::{self, Alert, Button, Calendar, Meaning, Moment};
use web::{ACCOUNT, Answer, App, BackOffice, Caller, Path, Permission, Route, back_office, webhook_tabs};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/webhooks/deliveries/{id}", Permission::WebhooksWrite, show).says("A webhook delivery", "").page(),
        Route::get("/admin/webhooks/deliveries/{id}/part", Permission::WebhooksWrite, part)
            .says("How a webhook delivery stands", "")
            .page(),
        Route::post("/admin/webhooks/deliveries/{id}/replay", Permission::WebhooksWrite, replay)
            .says("Send a webhook delivery again", "")
            .page(),
    ]
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<WebhookDeliveryId>) -> Answer<Html<String>> {
    let mut read = app.db.read_main(caller.tenant());
    let missing = || Error::not_found("webhook delivery");
    let delivery = queries::delivery(&mut read, id).await?.ok_or_else(missing)?;
    let told = queries::told(&mut read, delivery.fact_id).await?.ok_or_else(missing)?;
    let tries = queries::attempts(&mut read, id).await?;
    let may = may_again(&mut read, &delivery).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let payload = serde_json::to_string_pretty(&told.payload()).map_err(Error::internal)?;
    let body = html! {
        (webhook_tabs(&caller, ABOVE))
        @if delivery.standing == Standing::Removed { (Alert::new(Meaning::Information, "Its endpoint was removed")) }
        (ui::live(&format!("{ABOVE}/{id}/part"), 3, standing(&caller, &delivery, &tries, may, &calendar)))
        (ui::section("What is sent", "", html! { div.stack {
            (ui::code_block("Headers", &headers(&delivery)))
            (ui::code_block("Body", &payload))
        } }))
    };
    let page = BackOffice {
        title: kinds::says(&delivery.kind),
        lead: html! { code { (delivery.kind) } " to " bdi { (super::short(&delivery.url)) } },
        action: Markup::default(),
        place: ACCOUNT,
        crumbs: &[("Webhook deliveries", ABOVE)],
        body,
    };
    Ok(back_office(&app, &caller, page))
}

/// How it stands now, for the script that keeps the page fresh.
async fn part(State(app): State<App>, caller: Caller, Path(id): Path<WebhookDeliveryId>) -> Answer<Html<String>> {
    let mut read = app.db.read_main(caller.tenant());
    let delivery = queries::delivery(&mut read, id).await?.ok_or_else(|| Error::not_found("webhook delivery"))?;
    let tries = queries::attempts(&mut read, id).await?;
    let may = may_again(&mut read, &delivery).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    Ok(Html(standing(&caller, &delivery, &tries, may, &calendar).into_string()))
}

/// Whether it can be sent again.
async fn may_again(look: &mut impl Look, delivery: &Delivery) -> Result<bool> {
    Ok(delivery.standing == Standing::Enabled && queries::may_go_again(look, delivery.id, delivery.state, delivery.round).await?)
}

/// What changes while one looks: how far it is, every try, and whether it can be sent again.
fn standing(caller: &Caller, delivery: &Delivery, tries: &[Attempt], may: bool, calendar: &Calendar) -> Markup {
    let moments: Vec<Moment> = tries.iter().rev().map(moment).collect();
    let again = html! {
        @if may { (ui::post(&format!("{ABOVE}/{}/replay", delivery.id), caller.csrf(), Button::quiet("Send again").small())) }
    };
    html! {
        div.stack {
            (known(delivery, calendar))
            @if may || !moments.is_empty() { (ui::section("Tries", again, ui::timeline(calendar, &moments))) }
        }
    }
}

fn known(delivery: &Delivery, calendar: &Calendar) -> Markup {
    let endpoint = format!("/admin/webhooks/endpoints/{}", delivery.endpoint_id);
    ui::detail_list([
        ("State", state(delivery, calendar)),
        (
            "Endpoint",
            html! {
                @if delivery.standing == Standing::Removed { bdi { (super::short(&delivery.url)) } }
                @else { a href=(endpoint) { bdi { (super::short(&delivery.url)) } } }
            },
        ),
        ("Last answer", html! { @if let Some(status) = delivery.status { "HTTP " (status) } }),
        ("Event", ui::id(delivery.fact_id)),
        ("Id", ui::id(delivery.id)),
        ("Made", calendar.time(delivery.created_at)),
        ("Arrived", delivery.delivered_at.map(|at| calendar.time(at)).unwrap_or_default()),
    ])
}

fn moment(attempt: &Attempt) -> Moment {
    let (meaning, words) = match attempt.outcome.as_str() {
        "delivered" => (Meaning::Good, "taken"),
        "put_off" => (Meaning::Attention, "asked to come back later"),
        "gone" => (Meaning::Bad, "gone for good, so the endpoint was disabled"),
        "refused" => (Meaning::Bad, "not called: its address leads to no public host"),
        "no_answer" => (Meaning::Bad, "no answer"),
        _ => (Meaning::Bad, "not taken"),
    };
    let title = html! {
        "Try " (attempt.number) ": " (words)
        @if let Some(status) = attempt.status { ", HTTP " (status) }
        " after " (attempt.took_ms) " ms"
    };
    let answer = attempt.answer.trim();
    Moment::new(attempt.started_at, meaning, title).note(html! { @if !answer.is_empty() { bdi { (answer) } } })
}

/// The headers as the last try carried them; a signature belongs to one try and is kept nowhere.
fn headers(delivery: &Delivery) -> String {
    let at = delivery.tried_at.unwrap_or(delivery.created_at);
    let all = call::headers(&delivery.fact_id.to_string(), at, "v1,…");
    all.map(|(name, value)| format!("{name}: {value}")).join("\n")
}

async fn replay(State(app): State<App>, caller: Caller, Path(id): Path<WebhookDeliveryId>) -> Answer<Redirect> {
    app.db.run(&caller.who, ReplayDelivery(id)).await?;
    Ok(Redirect::to(&format!("{ABOVE}/{id}")))
}
