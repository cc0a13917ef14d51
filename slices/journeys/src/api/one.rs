//! `/api/v1/journeys`: writing them and looking at them.

use super::view::{Asked, CountView, JourneyView};
use crate::commands::DeleteJourney;
use crate::model::State as How;
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::{Id, JourneyId};
use http::StatusCode;
use serde::Deserialize;
use tracking::Figures;
use utoipa::IntoParams;
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Paging, Path, Permission, Query, Route, filter_part, made};

/// Which journeys, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
struct ListQuery {
    /// One of its states, such as `active`.
    state: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    cursor: Option<String>,
}

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Json<Listed<JourneyView>>> {
    let paging = Paging { limit: query.limit.clone(), cursor: query.cursor.clone() };
    let limit = paging.limit()?;
    let state = filter_part::<How>("state", query.state.as_deref(), "a state of journeys, such as active")?;
    let rows = queries::page(&mut caller.read(&app), state.map(How::as_str), paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, queries::place).map(JourneyView::from)))
}

async fn create(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<Asked>) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let once = app.db.run_once(&caller.who, key, body.value.save(None)).await?;
    Ok(made(JourneyView::from(once.out), once.replayed))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<JourneyId>) -> Answer<Json<JourneyView>> {
    let look = &mut app.db.read_main(caller.tenant());
    let journey = queries::found(look, id).await?;
    let counts = queries::counts(look, id, journey.live).await?.into_iter().map(CountView::from).collect();
    let Figures { opens, clicks } = tracking::figures(look, id.uuid()).await?;
    Ok(Json(JourneyView { counts: Some(counts), opens: Some(opens), clicks: Some(clicks), ..journey.into() }))
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<JourneyId>, body: Body<Asked>) -> Answer<Json<JourneyView>> {
    Ok(Json(app.db.run(&caller.who, body.value.save(Some(id))).await?.into()))
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<JourneyId>) -> Answer<StatusCode> {
    app.db.run(&caller.who, DeleteJourney(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{MessagesRead, MessagesWrite};
    const ONE: &str = "/api/v1/journeys/{id}";
    vec![
        Route::get("/api/v1/journeys", MessagesRead, list)
            .says("List journeys", "Newest first.")
            .query::<ListQuery>()
            .gives::<Listed<JourneyView>>(200),
        Route::post("/api/v1/journeys", MessagesWrite, create)
            .says(
                "Write a journey",
                "Nobody is in it until it is begun. Each step leads to a later one, so everybody comes out in the end.",
            )
            .keyed()
            .takes::<Asked>()
            .gives::<JourneyView>(201),
        Route::get(ONE, MessagesRead, show)
            .says("Look at a journey", "What is being written, and what is counted of the version that people enter.")
            .gives::<JourneyView>(200),
        Route::put(ONE, MessagesWrite, change)
            .says("Change a journey", "What is being written. Whoever is in it stays on the version that they entered.")
            .takes::<Asked>()
            .gives::<JourneyView>(200),
        Route::delete(ONE, MessagesWrite, delete).says("Delete a journey", "One that was never begun."),
    ]
}
