//! Looking at imports.

use super::view::ImportView;
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::{ImportId, Time};
use store::{Error, Read, Result};
use web::{Answer, App, Caller, Cursor, Listed, Paging, Path, Permission, Query, Route, csv};

async fn list(State(app): State<App>, caller: Caller, Query(paging): Query<Paging>) -> Answer<Json<Listed<ImportView>>> {
    let limit = paging.limit()?;
    let rows = queries::page(&mut caller.read(&app), paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, queries::place).map(ImportView::from)))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<ImportId>) -> Answer<Json<ImportView>> {
    let look = &mut app.db.read_main(caller.tenant());
    let import = queries::import(look, id).await?.ok_or_else(|| Error::not_found("import"))?;
    let differences = queries::differences(look, id).await?;
    Ok(Json(ImportView::with(import, differences)))
}

async fn mistakes(State(app): State<App>, caller: Caller, Path(id): Path<ImportId>) -> Answer<Response> {
    let mut read = app.db.read_main(caller.tenant());
    queries::import(&mut read, id).await?.ok_or_else(|| Error::not_found("import"))?;
    Ok(mistakes_file(read, id).await?)
}

/// What could not be read, line by line, as a file.
///
/// # Errors
/// Whatever the database refuses.
pub(crate) async fn mistakes_file(read: Read, id: ImportId) -> Result<Response> {
    let page = move |after: Cursor, limit| {
        let mut read = read.clone();
        let last = if after == Cursor::START { -1 } else { after.at.millis() };
        async move { queries::mistakes(&mut read, id, last, limit).await }
    };
    let place = |mistake: &crate::model::Mistake| Cursor { at: Time(mistake.number), id: uuid::Uuid::nil() };
    csv::file("mistakes", "line,message", page, place, |mistake| vec![mistake.line.to_string(), mistake.message.clone()]).await
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/imports", Permission::OrdersRead, list)
            .says("List imports", "Newest first.")
            .query::<Paging>()
            .gives::<Listed<ImportView>>(200),
        Route::get("/api/v1/imports/{id}", Permission::OrdersRead, show)
            .says("Look at an import", "How far it is, what it found, and the first 100 orders that it changes or would change.")
            .gives::<ImportView>(200),
        Route::get("/api/v1/imports/{id}/mistakes", Permission::OrdersRead, mistakes)
            .says("What could not be read", "As CSV: the line of the file, and what is wrong with it; the first 10,000."),
    ]
}
