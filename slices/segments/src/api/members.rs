//! Who is in a segment, as JSON or as a file.

use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use contacts::Contact;
use facts::{Id, SegmentId};
use http::HeaderMap;
use serde::Deserialize;
use store::{Error, Read, Result};
use utoipa::IntoParams;
use web::{Answer, App, Caller, Cursor, Listed, Paging, Path, Permission, Query, Route, csv};

/// The query of the list.
#[derive(Debug, Default, Deserialize, IntoParams)]
struct Asked {
    /// `csv` for a file of everybody, whatever `limit` and `cursor` say.
    format: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    cursor: Option<String>,
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/segments/{id}/contacts", Permission::ContactsRead, list)
            .says("Who is in a segment", "Newest first. With `format=csv` or `Accept: text/csv` a file of everybody.")
            .query::<Asked>()
            .gives::<Listed<Contact>>(200),
    ]
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<SegmentId>,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let paging = Paging { limit: asked.limit, cursor: asked.cursor };
    let (limit, cursor) = (paging.limit()?, paging.cursor()?);
    let mut read = caller.read(&app);
    queries::segment(&mut read, id).await?.ok_or_else(|| Error::not_found("segment"))?;
    if csv::wanted(&headers, asked.format.as_deref())? {
        return Ok(members_file(read, id).await?);
    }
    let rows = queries::people(&mut read, id, cursor, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, place)).into_response())
}

/// Where somebody stands in the list.
pub(crate) fn place(contact: &Contact) -> Cursor {
    Cursor { at: contact.created_at, id: contact.id.uuid() }
}

/// Everybody of a segment, as a file.
///
/// # Errors
/// Whatever the database refuses.
pub(crate) async fn members_file(read: Read, id: SegmentId) -> Result<Response> {
    let page = move |after, limit| {
        let mut read = read.clone();
        async move { queries::people(&mut read, id, after, limit).await }
    };
    csv::file("segment", "id,name,phone,email,locale,time_zone,created_at", page, place, cells).await
}

fn cells(contact: &Contact) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    vec![
        contact.id.to_string(),
        text(&contact.name),
        text(&contact.phone),
        text(&contact.email),
        text(&contact.locale),
        text(&contact.time_zone),
        contact.created_at.to_string(),
    ]
}
