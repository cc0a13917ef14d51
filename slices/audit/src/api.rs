//! `GET /api/v1/audit`: the journal as JSON, or as a file.

use crate::about;
use crate::narrow::Narrow;
use crate::people::People;
use crate::queries::{self, Filter};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::{ContactId, FactId, Id, Time};
use http::HeaderMap;
use serde::Serialize;
use std::sync::Arc;
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
    /// What they are called.
    #[schema(example = "Asha")]
    by: String,
    /// In answer to which request.
    request_id: Option<String>,
    /// From which address that request came.
    #[schema(example = "203.0.113.7")]
    address: Option<String>,
    /// The thing it is about.
    about: Option<String>,
    /// The person it is about.
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    /// The rest of it.
    #[schema(value_type = Object)]
    body: serde_json::Value,
}

impl AuditEntry {
    fn of(fact: Stated, people: &People) -> Self {
        let (about, by) = (about::text(&fact), people.name(&fact.actor));
        let Stated { id, at, kind, version, actor, request_id, address, contact_id, body, .. } = fact;
        Self { id, at, kind, version, actor, by, request_id, address, about, contact_id, body: body.0 }
    }
}

async fn list(State(app): State<App>, caller: Caller, headers: HeaderMap, Query(narrow): Query<Narrow>) -> Answer<Response> {
    let paging = narrow.paging();
    let (limit, cursor) = (paging.limit()?, paging.cursor()?);
    let mut read = caller.read(&app);
    let filter = sought(&app, &mut read, narrow.filter(&caller.time_zone)?).await?;
    if csv::wanted(&headers, narrow.format.as_deref())? {
        let people = People::of(&app, &mut read, &[]).await?;
        return Ok(file(read, filter, people).await?);
    }
    let rows = queries::journal(&mut read, &filter, cursor, limit + 1).await?;
    let people = People::of(&app, &mut read, &rows).await?;
    Ok(Json(Listed::new(rows, limit, place).map(|fact| AuditEntry::of(fact, &people))).into_response())
}

/// The filter, with those whose names have the text in them that is looked for.
pub(crate) async fn sought(app: &App, read: &mut Read, mut filter: Filter) -> Result<Filter> {
    if let Some(sought) = &mut filter.text {
        sought.actors = People::of(app, read, &[]).await?.named(&sought.text);
    }
    Ok(filter)
}

pub(crate) fn place(fact: &Stated) -> Cursor {
    Cursor { at: fact.at, id: fact.id.uuid() }
}

/// All that fits, as a file; each fact with who stated it.
async fn file(read: Read, filter: Filter, people: People) -> Result<Response> {
    let people = Arc::new(people);
    let page = move |after, limit| {
        let (mut read, filter, people) = (read.clone(), filter.clone(), people.clone());
        async move {
            let facts = queries::journal(&mut read, &filter, after, limit).await?;
            Ok(facts.into_iter().map(|fact| (people.name(&fact.actor), fact)).collect())
        }
    };
    csv::file("audit", "id,at,kind,actor,by,address,request_id,about,contact_id,body", page, |(_, fact)| place(fact), cells).await
}

fn cells((by, fact): &(String, Stated)) -> Vec<String> {
    vec![
        fact.id.to_string(),
        fact.at.to_string(),
        fact.kind.clone(),
        fact.actor.clone(),
        by.clone(),
        fact.address.clone().unwrap_or_default(),
        fact.request_id.clone().unwrap_or_default(),
        about::text(fact).unwrap_or_default(),
        fact.contact_id.map(|id| id.to_string()).unwrap_or_default(),
        fact.body.0.to_string(),
    ]
}
