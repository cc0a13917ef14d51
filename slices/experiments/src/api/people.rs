//! `/api/v1/experiments/{id}/people`: who met which variant, as pages of JSON or as one file.

use super::EXPORTS_A_MINUTE;
use crate::queries::{self, Met, Which};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::{ContactId, ExperimentId, Time, VisitorId};
use serde::{Deserialize, Serialize};
use store::{Read, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Caller, Listed, Paging, Path, Permission, Query, Route, csv, filter_part};

/// The columns of the file.
const COLUMNS: &str = "contact_id,variant,at,counts_until,converted,visitor_id";

/// Which people, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct ListQuery {
    /// Who met this variant, by its name.
    pub variant: Option<String>,
    /// `true` for who did what it is for, `false` for who did not.
    pub converted: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl ListQuery {
    /// What it asks for.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub(crate) fn which(&self) -> Result<Which> {
        Ok(Which {
            variant: self.variant.clone().filter(|name| !name.is_empty()),
            converted: filter_part::<bool>("converted", self.converted.as_deref(), "true or false")?,
        })
    }

    /// Which page it asks for.
    pub(crate) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

/// Somebody's first meeting with a variant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExperimentPerson)]
struct PersonView {
    /// Null where they were erased, or where a browser met a price.
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    /// The browser that met a price of the shop; nobody knows who sat before it.
    #[schema(value_type = Option<String>)]
    visitor_id: Option<VisitorId>,
    /// The variant's name.
    variant: String,
    /// When they met it.
    #[schema(value_type = String, format = DateTime)]
    at: Time,
    /// What they do after this does not count.
    #[schema(value_type = String, format = DateTime)]
    counts_until: Time,
    /// Whether they did what it is for.
    converted: bool,
}

impl From<Met> for PersonView {
    fn from(met: Met) -> Self {
        let Met { contact_id, visitor_id, variant, at, counts_until, converted, .. } = met;
        Self { contact_id, visitor_id, variant, at, counts_until, converted }
    }
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ExperimentId>,
    Query(query): Query<ListQuery>,
) -> Answer<Json<Listed<PersonView>>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let look = &mut caller.read(&app);
    queries::found(look, id).await?;
    let rows = queries::people(look, id, &query.which()?, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, queries::place_of_person).map(PersonView::from)))
}

async fn export(State(app): State<App>, caller: Caller, Path(id): Path<ExperimentId>, Query(query): Query<ListQuery>) -> Answer<Response> {
    let mut read = caller.read(&app);
    queries::found(&mut read, id).await?;
    Ok(as_file(read, id, query.which()?).await?)
}

/// Everybody whom the filters let through, as a file.
///
/// # Errors
/// Whatever the database refuses.
pub(crate) async fn as_file(read: Read, id: ExperimentId, which: Which) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, which) = (read.clone(), which.clone());
        async move { queries::people(&mut read, id, &which, after, limit).await }
    };
    csv::file("experiment-people", COLUMNS, page, queries::place_of_person, cells).await
}

fn cells(met: &Met) -> Vec<String> {
    vec![
        met.contact_id.map(|contact| contact.to_string()).unwrap_or_default(),
        met.variant.clone(),
        met.at.to_string(),
        met.counts_until.to_string(),
        met.converted.to_string(),
        met.visitor_id.map(|visitor| visitor.to_string()).unwrap_or_default(),
    ]
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/experiments/{id}/people", Permission::ContactsRead, list)
            .says("List an experiment's people", "Each with the variant that they met first, newest first.")
            .query::<ListQuery>()
            .gives::<Listed<PersonView>>(200),
        Route::get("/api/v1/experiments/{id}/people/export", Permission::ContactsRead, export)
            .says("Export an experiment's people", "Everybody whom the filters let through, as CSV.")
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .query::<ListQuery>(),
    ]
}
