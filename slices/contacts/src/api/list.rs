//! The list of contacts, as JSON or as a file.

use crate::narrow::Narrow;
use crate::queries::{self, Filter};
use crate::{Contact, place};
use audit::csv;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures::stream::{self, Stream};
use http::HeaderMap;
use serde_json::Value;
use store::{Read, Result};
use web::{Answer, App, Caller, Cursor, Listed, Permission, Query, Route};

/// Contacts read at once for a file.
const PAGE: i64 = 500;

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
        return Ok(csv::file("contacts", lines(read, filter, cursor)));
    }
    let rows = queries::list(&mut read, &filter, cursor, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, place)).into_response())
}

/// The head of the file, then page after page of it.
fn lines(read: Read, filter: Filter, start: Cursor) -> impl Stream<Item = Result<String>> + Send {
    let head = csv::line(["id", "name", "phone", "email", "attributes", "created_at"]);
    stream::try_unfold((read, filter, Some(start), Some(head)), |(mut read, filter, cursor, head)| async move {
        if let Some(head) = head {
            return Ok(Some((head, (read, filter, cursor, None))));
        }
        let Some(cursor) = cursor else { return Ok(None) };
        let rows = queries::list(&mut read, &filter, cursor, PAGE).await?;
        let Some(last) = rows.last().map(place) else { return Ok(None) };
        let next = Some(last).filter(|_| rows.len() as i64 == PAGE);
        Ok(Some((rows.iter().map(line).collect(), (read, filter, next, None))))
    })
}

fn line(contact: &Contact) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (id, created_at) = (contact.id.to_string(), contact.created_at.to_string());
    let attributes = Value::Object(contact.attributes.clone()).to_string();
    csv::line([id.as_str(), &text(&contact.name), &text(&contact.phone), &text(&contact.email), &attributes, &created_at])
}
