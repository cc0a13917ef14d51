//! Writing experiments and looking at them.

use super::view::{Asked, ExperimentView};
use crate::commands::DeleteExperiment;
use crate::model::State as How;
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::ExperimentId;
use http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Paging, Path, Permission, Query, Route, filter_part, made};

/// Which experiments, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
struct ListQuery {
    /// `draft`, `running` or `stopped`.
    state: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    cursor: Option<String>,
}

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Json<Listed<ExperimentView>>> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let limit = paging.limit()?;
    let state = filter_part::<How>("state", query.state.as_deref(), "draft, running or stopped")?;
    let rows = queries::page(&mut caller.read(&app), state, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, queries::place).map(ExperimentView::from)))
}

async fn create(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<Asked>) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let once = app.db.run_once(&caller.who, key, body.value.save(None)?).await?;
    Ok(made(ExperimentView::from(once.out), once.replayed))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<ExperimentId>) -> Answer<Json<ExperimentView>> {
    Ok(Json(queries::whole(&mut app.db.read_main(caller.tenant()), id).await?.into()))
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<ExperimentId>, body: Body<Asked>) -> Answer<Json<ExperimentView>> {
    Ok(Json(app.db.run(&caller.who, body.value.save(Some(id))?).await?.into()))
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<ExperimentId>) -> Answer<StatusCode> {
    app.db.run(&caller.who, DeleteExperiment(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{MessagesRead, MessagesWrite};
    const ALL: &str = "/api/v1/experiments";
    const ONE: &str = "/api/v1/experiments/{id}";
    vec![
        Route::get(ALL, MessagesRead, list)
            .says("List experiments", "Newest first, each with its figures.")
            .query::<ListQuery>()
            .gives::<Listed<ExperimentView>>(200),
        Route::post(ALL, MessagesWrite, create)
            .says("Write an experiment", "Nobody meets its variants until it is started.")
            .keyed()
            .takes::<Asked>()
            .gives::<ExperimentView>(201),
        Route::get(ONE, MessagesRead, show)
            .says("Look at an experiment", "Its figures, and what they say. They may be looked at at any time.")
            .gives::<ExperimentView>(200),
        Route::put(ONE, MessagesWrite, change)
            .says("Change an experiment", "A draft: what people meet stays as it is.")
            .takes::<Asked>()
            .gives::<ExperimentView>(200),
        Route::delete(ONE, MessagesWrite, delete).says("Delete an experiment", "A draft."),
    ]
}
