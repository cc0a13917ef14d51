//! What is done with a standing order: skip, another quantity for a day, pause, resume, end.

use super::today;
use super::view::OrderView;
use crate::commands::{EndStandingOrder, PauseStandingOrder, ResumeStandingOrder, SetDay};
use crate::model::StandingOrder;
use axum::Json;
use axum::extract::State;
use facts::StandingOrderId;
use serde::Deserialize;
use store::Command;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Path, Permission, Route};

/// A day on which nothing is brought.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SkipDay {
    #[schema(example = "2026-11-25")]
    on_day: String,
}

/// A day with another quantity.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OtherDay {
    #[schema(example = "2026-11-25")]
    on_day: String,
    /// A decimal in text; `0` skips the day, null is the usual quantity again.
    #[schema(example = "3")]
    quantity: Option<String>,
}

/// A pause.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct NewPause {
    /// The first day without; the first whose sheet does not stand when not said. A pause that is under way keeps its own.
    #[schema(example = "2026-12-01")]
    from_on: Option<String>,
    /// The first day with it again; until it is resumed when not said.
    #[schema(example = "2026-12-15")]
    resumes_on: Option<String>,
}

/// The end of a pause.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct EndOfPause {
    /// The first day with it again; the first whose sheet does not stand when not said.
    on_day: Option<String>,
}

/// The end of a standing order.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct LastDay {
    /// The last day with it; the last whose sheet stands when not said.
    ends_on: Option<String>,
}

async fn act(app: &App, caller: &Caller, command: impl Command<Out = StandingOrder>) -> Answer<Json<OrderView>> {
    let order = app.db.run(&caller.who, command).await?;
    Ok(Json(OrderView::of(order, today(app, caller))))
}

async fn skip(State(app): State<App>, caller: Caller, Path(id): Path<StandingOrderId>, body: Body<SkipDay>) -> Answer<Json<OrderView>> {
    act(&app, &caller, SetDay { id, on_day: body.value.on_day, quantity: Some("0".to_owned()) }).await
}

async fn set_day(State(app): State<App>, caller: Caller, Path(id): Path<StandingOrderId>, body: Body<OtherDay>) -> Answer<Json<OrderView>> {
    act(&app, &caller, SetDay { id, on_day: body.value.on_day, quantity: body.value.quantity }).await
}

async fn pause(State(app): State<App>, caller: Caller, Path(id): Path<StandingOrderId>, body: Body<NewPause>) -> Answer<Json<OrderView>> {
    act(&app, &caller, PauseStandingOrder { id, from_on: body.value.from_on, resumes_on: body.value.resumes_on }).await
}

async fn resume(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<StandingOrderId>,
    body: Body<EndOfPause>,
) -> Answer<Json<OrderView>> {
    act(&app, &caller, ResumeStandingOrder { id, on_day: body.value.on_day }).await
}

async fn end(State(app): State<App>, caller: Caller, Path(id): Path<StandingOrderId>, body: Body<LastDay>) -> Answer<Json<OrderView>> {
    act(&app, &caller, EndStandingOrder { id, ends_on: body.value.ends_on }).await
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::RoundsWrite;
    vec![
        Route::post("/api/v1/standing-orders/{id}/skip", RoundsWrite, skip)
            .says("Skip a day", "Nothing is brought on it, and it costs nothing. 409 past_cut_off once the day's sheet stands.")
            .takes::<SkipDay>()
            .gives::<OrderView>(200),
        Route::put("/api/v1/standing-orders/{id}/days", RoundsWrite, set_day)
            .says(
                "Bring another quantity on one day",
                "More or less than usual, or the usual again. 409 past_cut_off once the day's sheet stands.",
            )
            .takes::<OtherDay>()
            .gives::<OrderView>(200),
        Route::post("/api/v1/standing-orders/{id}/pause", RoundsWrite, pause)
            .says("Pause a standing order", "Nothing is brought until it is resumed, or until a day. The customer is told.")
            .takes::<NewPause>()
            .gives::<OrderView>(200),
        Route::post("/api/v1/standing-orders/{id}/resume", RoundsWrite, resume)
            .says("Resume a standing order", "Ends a pause, or takes back one that is to come.")
            .takes::<EndOfPause>()
            .gives::<OrderView>(200),
        Route::post("/api/v1/standing-orders/{id}/end", RoundsWrite, end)
            .says("End a standing order", "With its last day. It cannot be begun again: make a new one.")
            .takes::<LastDay>()
            .gives::<OrderView>(200),
    ]
}
