//! The list of contacts, as JSON or as a file.

use crate::narrow::Narrow;
use crate::queries::{self, Filter};
use crate::{Contact, place};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use serde_json::Value;
use store::{Read, Result};
use web::{Answer, App, Caller, Listed, Permission, Query, Route, csv};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/contacts", Permission::ContactsRead, list)
            .says("List contacts", "Newest first. With `format=csv` or `Accept: text/csv` a file of all that fits.")
            .query::<Narrow>()
            .gives::<Listed<Contact>>(200),
    ]
}

async fn list(State(app): State<App>, caller: Caller, headers: HeaderMap, Query(narrow): Query<Narrow>) -> Answer<Response> {
    let filter = narrow.filter()?;
    let paging = narrow.paging();
    let (limit, cursor) = (paging.limit()?, paging.cursor()?);
    let mut read = caller.read(&app);
    if csv::wanted(&headers, narrow.format.as_deref())? {
        return Ok(file(read, filter).await?);
    }
    let rows = queries::list(&mut read, &filter, cursor, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, place)).into_response())
}

/// All that fits, as a file.
async fn file(read: Read, filter: Filter) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, filter) = (read.clone(), filter.clone());
        async move { queries::list(&mut read, &filter, after, limit).await }
    };
    csv::file("contacts", "id,name,phone,email,attributes,created_at", page, place, cells).await
}

fn cells(contact: &Contact) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    vec![
        contact.id.to_string(),
        text(&contact.name),
        text(&contact.phone),
        text(&contact.email),
        Value::Object(contact.attributes.clone()).to_string(),
        contact.created_at.to_string(),
    ]
}
