//! `GET /api/v1/audit`: the journal as JSON, or as a file.

use crate::about;
use crate::narrow::Narrow;
use crate::queries::{self, Filter};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::{ContactId, FactId, Id, Time};
use http::HeaderMap;
use serde::Serialize;
use store::{Read, Result, Stated};
use utoipa::ToSchema;
use web::{Answer, App, Caller, Cursor, Listed, Permission, Query, Route, csv};

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
        return Ok(file(read, filter).await?);
    }
    let rows = queries::journal(&mut read, &filter, cursor, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, place).map(AuditEntry::from)).into_response())
}

pub(crate) fn place(fact: &Stated) -> Cursor {
    Cursor { at: fact.at, id: fact.id.uuid() }
}

/// All that fits, as a file.
async fn file(read: Read, filter: Filter) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, filter) = (read.clone(), filter.clone());
        async move { queries::journal(&mut read, &filter, after, limit).await }
    };
    csv::file("audit", "id,at,kind,actor,request_id,about,contact_id,body", page, place, cells).await
}

fn cells(fact: &Stated) -> Vec<String> {
    vec![
        fact.id.to_string(),
        fact.at.to_string(),
        fact.kind.clone(),
        fact.actor.clone(),
        fact.request_id.clone().unwrap_or_default(),
        about::text(fact).unwrap_or_default(),
        fact.contact_id.map(|id| id.to_string()).unwrap_or_default(),
        fact.body.0.to_string(),
    ]
}
