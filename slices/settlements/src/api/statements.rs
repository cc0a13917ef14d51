//! `/api/v1/bank-statements`: files of the bank's and of providers', taken in two steps.

use super::view::{StatementView, cursor};
use crate::commands::{DropStatement, Take, check_lines};
use crate::model::{Source, Statement};
use crate::queries;
use crate::reading::{Columns, Field};
use crate::receive::receive;
use axum::Json;
use axum::extract::State;
use facts::StatementId;
use http::StatusCode;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::{Error, Json as Stored, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Body, Caller, Incoming, Listed, Paging, Path, Permission, Query, Route, filter_part};

/// The largest file, in bytes: a few hundred thousand lines.
pub(crate) const LARGEST: u64 = 128 << 20;

/// What the file is.
#[derive(Debug, Default, Deserialize, IntoParams)]
struct Sent {
    /// `bank` for the bank's statement, `razorpay` for its report of settlements; `bank` when not said.
    source: Option<String>,
    /// What it is called.
    name: Option<String>,
}

async fn add(
    State(app): State<App>,
    caller: Caller,
    Query(sent): Query<Sent>,
    incoming: Incoming,
) -> Answer<(StatusCode, Json<StatementView>)> {
    let source = filter_part("source", sent.source.as_deref(), "bank or razorpay")?.unwrap_or(Source::Bank);
    let statement = receive(&app, &caller.who, source, sent.name, incoming).await?;
    Ok((StatusCode::CREATED, Json(statement.into())))
}

async fn list(State(app): State<App>, caller: Caller, Query(paging): Query<Paging>) -> Answer<Json<Listed<StatementView>>> {
    let limit = paging.limit()?;
    let rows = queries::statements(&mut caller.read(&app), paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, |it| cursor(it.created_at, it.id)).map(StatementView::from)))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<StatementId>) -> Answer<Json<StatementView>> {
    let statement = queries::statement(&mut caller.read(&app), id).await?.ok_or_else(|| Error::not_found("statement"))?;
    Ok(Json(statement.into()))
}

/// What the columns of a file mean.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct Taking {
    /// Which column, counted from 0, says what; as it was guessed where nothing is said.
    #[schema(value_type = Option<std::collections::HashMap<String, usize>>)]
    mapping: Option<BTreeMap<String, usize>>,
}

async fn take(State(app): State<App>, caller: Caller, Path(id): Path<StatementId>, body: Body<Taking>) -> Answer<Json<StatementView>> {
    let mapping = body.value.mapping.map(read).transpose()?;
    Ok(Json(taken(&app, &caller, id, mapping).await?.into()))
}

fn read(mapping: BTreeMap<String, usize>) -> Result<BTreeMap<Field, usize>> {
    let field = |(name, at): (String, usize)| {
        let field: Field = name.parse().map_err(|message: String| Error::field("mapping", message))?;
        Ok((field, at))
    };
    mapping.into_iter().map(field).collect()
}

/// Reads every line of a file as its columns are said to be, and takes them all.
///
/// # Errors
/// The first line that cannot be read: which one, and why.
pub(crate) async fn taken(app: &App, caller: &Caller, id: StatementId, mapping: Option<BTreeMap<Field, usize>>) -> Result<Statement> {
    let mut look = app.db.read_main(caller.tenant());
    let mut statement = queries::statement(&mut look, id).await?.ok_or_else(|| Error::not_found("statement"))?;
    if let Some(at) = mapping {
        statement.columns = Stored(Columns { names: statement.columns.0.names, at });
    }
    if statement.state == crate::model::FileState::Ready {
        check_lines(&mut look, &statement).await?;
    }
    app.db.run(&caller.who, Take { id, columns: Some(statement.columns.0) }).await
}

async fn forget(State(app): State<App>, caller: Caller, Path(id): Path<StatementId>) -> Answer<StatusCode> {
    app.db.run(&caller.who, DropStatement(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{PaymentsRead, PaymentsWrite};
    vec![
        Route::post("/api/v1/bank-statements", PaymentsWrite, add)
            .says(
                "Send a statement",
                "A CSV file as the body, or a form with one. Nothing of it counts before it is taken: look at what its columns seem to mean.",
            )
            .query::<Sent>()
            .gives::<StatementView>(201)
            .streamed(LARGEST),
        Route::get("/api/v1/bank-statements", PaymentsRead, list)
            .says("List statements", "Newest first.")
            .query::<Paging>()
            .gives::<Listed<StatementView>>(200),
        Route::get("/api/v1/bank-statements/{id}", PaymentsRead, show)
            .says("Look at a statement", "How far it is taken.")
            .gives::<StatementView>(200),
        Route::post("/api/v1/bank-statements/{id}/take", PaymentsWrite, take)
            .says("Take a statement", "All of its lines; those that are known add nothing. 422 names the line that cannot be read, and why.")
            .takes::<Taking>()
            .gives::<StatementView>(200),
        Route::delete("/api/v1/bank-statements/{id}", PaymentsWrite, forget)
            .says("Forget a statement", "Only one of which nothing was taken."),
    ]
}
