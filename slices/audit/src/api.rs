//! `GET /api/v1/audit`: the journal as JSON, or as a file.

use crate::narrow::Narrow;
use crate::queries::{self, Filter};
use crate::{about, csv};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::{ContactId, FactId, Id, Time};
use futures::Stream;
use futures::stream;
use http::HeaderMap;
use serde::Serialize;
use store::{Read, Result, Stated};
use utoipa::ToSchema;
use web::{Answer, App, Caller, Cursor, Listed, Permission, Query, Route};

/// Facts read at once for a file.
const PAGE: i64 = 500;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/audit", Permission::AuditRead, list)
            .says(
                "Read the audit trail",
                "Every fact of the tenant, newest first. With `format=csv` or `Accept: text/csv` a file of all that fits.",
            )
            .query::<Narrow>()
            .gives::<Listed<AuditEntry>>(200),
    ]
}

/// One fact.
#[derive(Debug, Serialize, ToSchema)]
struct AuditEntry {
    /// Its id.
    #[schema(value_type = String, example = "fact_01h2xcejqtf2nbrexx3vqjhp41")]
    id: FactId,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    at: Time,
    /// What, in the past tense.
    #[schema(example = "order.paid")]
    kind: String,
    /// Which shape the body has.
    version: i64,
    /// Who made it happen.
    #[schema(example = "member:usr_01h2xcejqtf2nbrexx3vqjhp41")]
    actor: String,
    /// In answer to which request.
    request_id: Option<String>,
    /// The thing it is about.
    about: Option<String>,
    /// The person it is about.
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    /// The rest of it.
    #[schema(value_type = Object)]
    body: serde_json::Value,
}

impl From<Stated> for AuditEntry {
    fn from(fact: Stated) -> Self {
        let about = about::text(&fact);
        let Stated { id, at, kind, version, actor, request_id, contact_id, body, .. } = fact;
        Self { id, at, kind, version, actor, request_id, about, contact_id, body: body.0 }
    }
}

async fn list(State(app): State<App>, caller: Caller, headers: HeaderMap, Query(narrow): Query<Narrow>) -> Answer<Response> {
    let filter = narrow.filter(&caller.time_zone)?;
    let paging = narrow.paging();
    let (limit, cursor) = (paging.limit()?, paging.cursor()?);
    let mut read = caller.read(&app);
    if csv::wanted(&headers, narrow.format.as_deref())? {
        return Ok(csv::file("audit", lines(read, filter, cursor)));
    }
    let rows = queries::journal(&mut read, &filter, cursor, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, place).map(AuditEntry::from)).into_response())
}

pub(crate) fn place(fact: &Stated) -> Cursor {
    Cursor { at: fact.at, id: fact.id.uuid() }
}

/// The head of the file, then page after page of it.
fn lines(read: Read, filter: Filter, start: Cursor) -> impl Stream<Item = Result<String>> + Send {
    let head = csv::line(["id", "at", "kind", "actor", "request_id", "about", "contact_id", "body"]);
    stream::try_unfold((read, filter, Some(start), Some(head)), |(mut read, filter, cursor, head)| async move {
        if let Some(head) = head {
            return Ok(Some((head, (read, filter, cursor, None))));
        }
        let Some(cursor) = cursor else { return Ok(None) };
        let rows = queries::journal(&mut read, &filter, cursor, PAGE).await?;
        let Some(last) = rows.last().map(place) else { return Ok(None) };
        let next = Some(last).filter(|_| rows.len() as i64 == PAGE);
        let text = rows.into_iter().map(AuditEntry::from).map(|entry| line(&entry)).collect();
        Ok(Some((text, (read, filter, next, None))))
    })
}

fn line(entry: &AuditEntry) -> String {
    let contact = entry.contact_id.map(|id| id.to_string()).unwrap_or_default();
    let (id, at, body) = (entry.id.to_string(), entry.at.to_string(), entry.body.to_string());
    let request = entry.request_id.as_deref().unwrap_or_default();
    csv::line([&id, &at, &entry.kind, &entry.actor, request, entry.about.as_deref().unwrap_or_default(), &contact, &body])
}
