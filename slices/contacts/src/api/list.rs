//! The list of contacts, as JSON or as a file.

use crate::narrow::Narrow;
use crate::queries::{self, Filter};
use crate::{Contact, attributes, place, tags};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::ContactId;
use http::HeaderMap;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
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
        return Ok(contacts_file(read, filter).await?);
    }
    let rows = queries::list(&mut read, &filter, cursor, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, place)).into_response())
}

/// A person with their tags, and the names of the attributes that have a column.
struct Line {
    contact: Contact,
    tags: Vec<String>,
    names: Arc<[String]>,
}

/// All that fits, as a file: each attribute that people have is a column of its own, so that it can be read in again.
///
/// # Errors
/// Whatever the database refuses.
pub(crate) async fn contacts_file(mut read: Read, filter: Filter) -> Result<Response> {
    let names: Arc<[String]> = attributes::attributes(&mut read).await?.into_iter().map(|attribute| attribute.name).collect();
    let known = ["id", "name", "phone", "email", "locale", "time_zone", "tags", "created_at"];
    let head = csv::line(known.into_iter().chain(names.iter().map(String::as_str)));
    let page = move |after, limit| {
        let (mut read, filter, names) = (read.clone(), filter.clone(), names.clone());
        async move {
            let contacts = queries::list(&mut read, &filter, after, limit).await?;
            let ids: Vec<ContactId> = contacts.iter().map(|contact| contact.id).collect();
            let mut tags: HashMap<ContactId, Vec<String>> = HashMap::new();
            for (id, tag) in tags::of_contacts(&mut read, &ids).await? {
                tags.entry(id).or_default().push(tag);
            }
            let line = |contact: Contact| Line { tags: tags.remove(&contact.id).unwrap_or_default(), contact, names: names.clone() };
            Ok(contacts.into_iter().map(line).collect())
        }
    };
    csv::file("contacts", head.trim_end(), page, |line| place(&line.contact), cells).await
}

fn cells(line: &Line) -> Vec<String> {
    let Line { contact, tags, names } = line;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut tags = tags.clone();
    tags.sort();
    let mut cells = vec![
        contact.id.to_string(),
        text(&contact.name),
        text(&contact.phone),
        text(&contact.email),
        text(&contact.locale),
        text(&contact.time_zone),
        tags.join(";"),
        contact.created_at.to_string(),
    ];
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    cells.extend(names.iter().map(|name| contact.attributes.get(name).map(plain).unwrap_or_default()));
    cells
}
