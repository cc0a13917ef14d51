//! `/api/v1/journeys/{id}/people`: who is in it and who has been, as pages of JSON or as one file.

use super::EXPORTS_A_MINUTE;
use super::view::RunView;
use crate::model::{How, Run};
use crate::queries::{self, Which};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::{ContactId, JourneyId};
use serde::Deserialize;
use store::{Read, Result};
use utoipa::IntoParams;
use web::{Answer, App, Caller, Listed, Paging, Path, Permission, Query, Route, csv, filter_part};

/// The columns of the file.
const COLUMNS: &str = "contact_id,version,step,entered_at,since,left_at,how";

/// Which passes, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct ListQuery {
    /// Of whoever is at this step now.
    pub step: Option<String>,
    /// `yes` for whoever is in it, `no` for whoever has left.
    pub inside: Option<String>,
    /// Of this person alone.
    pub contact_id: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

facts::words! {
    /// Whether somebody is in a journey, as lists are narrowed by it.
    pub enum Inside {
        /// They are.
        Yes = "yes",
        /// They have left.
        No = "no",
    }
}

impl ListQuery {
    /// What it asks for.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub(crate) fn which(&self) -> Result<Which> {
        let inside = filter_part::<Inside>("inside", self.inside.as_deref(), "yes or no")?;
        Ok(Which {
            step: self.step.clone().filter(|step| !step.is_empty()),
            inside: inside.map(|inside| inside == Inside::Yes),
            contact: filter_part::<ContactId>("contact_id", self.contact_id.as_deref(), "the id of a contact")?,
        })
    }

    /// Which page it asks for.
    pub(crate) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<JourneyId>,
    Query(query): Query<ListQuery>,
) -> Answer<Json<Listed<RunView>>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let look = &mut caller.read(&app);
    queries::found(look, id).await?;
    let rows = queries::passes(look, id, &query.which()?, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, queries::place_of_run).map(RunView::from)))
}

async fn export(State(app): State<App>, caller: Caller, Path(id): Path<JourneyId>, Query(query): Query<ListQuery>) -> Answer<Response> {
    let mut read = caller.read(&app);
    queries::found(&mut read, id).await?;
    Ok(as_file(read, id, query.which()?).await?)
}

/// Every pass that the filters let through, as a file.
///
/// # Errors
/// Whatever the database refuses.
pub(crate) async fn as_file(read: Read, id: JourneyId, which: Which) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, which) = (read.clone(), which.clone());
        async move { queries::passes(&mut read, id, &which, after, limit).await }
    };
    csv::file("journey-people", COLUMNS, page, queries::place_of_run, cells).await
}

fn cells(run: &Run) -> Vec<String> {
    vec![
        run.contact_id.to_string(),
        run.number.to_string(),
        run.step.clone(),
        run.entered_at.to_string(),
        run.since.to_string(),
        run.ended_at.map(|at| at.to_string()).unwrap_or_default(),
        run.how.map(How::as_str).unwrap_or_default().to_owned(),
    ]
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/journeys/{id}/people", Permission::ContactsRead, list)
            .says("List a journey's people", "Each pass with where it is, newest first.")
            .query::<ListQuery>()
            .gives::<Listed<RunView>>(200),
        Route::get("/api/v1/journeys/{id}/people/export", Permission::ContactsRead, export)
            .says("Export a journey's people", "Every pass that the filters let through, as CSV.")
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .query::<ListQuery>(),
    ]
}
