//! Everything that is kept about one person, and the end of it.

use crate::erase::{self, EraseContact};
use crate::merge;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::{ContactId, Id};
use http::{StatusCode, header};
use serde::Deserialize;
use store::{Error, Result};
use utoipa::IntoParams;
use web::{AllTold, Answer, App, Caller, Path, Permission, Query, Route};

/// Exports that one address may begin in a minute.
const EXPORTS_A_MINUTE: u32 = 15;

/// Everything about one person, found by the schema: the row of theirs, and the rows of every table that names them.
async fn export(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>) -> Answer<Response> {
    let body = everything(&app, &caller, id).await?;
    let name = format!("attachment; filename=\"{id}.json\"");
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, body).into_response())
}

async fn everything(app: &App, caller: &Caller, id: ContactId) -> Result<String> {
    let all = app.extra::<AllTold>()?;
    let mut picture = app.db.picture(caller.tenant()).await?;
    if crate::queries::exactly(&mut picture, id).await?.is_none() && erase::erased_at(&mut picture, id).await?.is_none() {
        return Err(Error::not_found("contact"));
    }
    let mut ids = vec![id];
    ids.extend(merge::merged_into(&mut picture, id).await?);
    let mut tables = Vec::new();
    for shape in picture.tables(&all.declared).await? {
        let column = if shape.name == "contacts" { "id" } else { "contact_id" };
        let mut rows = Vec::new();
        for id in &ids {
            rows.extend(picture.about(&shape, &all.told, column, id.uuid()).await?);
        }
        if !rows.is_empty() {
            tables.push(format!("{:?}: [\n{}\n]", shape.name, rows.join(",\n")));
        }
    }
    Ok(format!("{{\"contact_id\": \"{id}\", \"taken_at\": \"{}\", \"tables\": {{\n{}\n}}}}\n", picture.taken_at(), tables.join(",\n")))
}

/// Why somebody is erased.
#[derive(Debug, Default, Deserialize, IntoParams)]
struct Why {
    /// Why, in 1 to 500 characters, without saying who it is: it stays.
    reason: Option<String>,
}

async fn erase(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>, Query(why): Query<Why>) -> Answer<StatusCode> {
    app.db.run(&caller.who, EraseContact { id, reason: why.reason.unwrap_or_default() }).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/contacts/{id}/export", Permission::ContactsErase, export)
            .says(
                "Everything about a contact",
                "A file of JSON for the person who asks for it: every row that is about them, by table; what is secret is left out. The \
                 first 10,000 rows of each table.",
            )
            .at_most("EXPORT", EXPORTS_A_MINUTE),
        Route::delete("/api/v1/contacts/{id}", Permission::ContactsErase, erase)
            .says(
                "Erase a contact",
                "What tells who they are goes for good: here, and from orders, messages, standing orders and subscriptions within \
                 moments. Issued invoices, payments and the books stay, as the law asks for. Whoever comes with the same address later is \
                 somebody new.",
            )
            .query::<Why>(),
    ]
}
