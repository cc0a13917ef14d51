//! `/api/v1/contact-imports`: files of people.

use crate::import::{self, Act, Column, Consent, Difference, Import, MoveImport, Refused, Says, StartImport, State as How, Wins};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::{Change, ContactId, ContactImportId, ListId, Time};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use store::{Error, Read, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Body, Caller, Cursor, Incoming, Listed, Paging, Path, Permission, Query, Route, csv};

/// An import.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContactImport)]
struct ImportView {
    #[schema(value_type = String, example = "cim_01h2xcejqtf2nbrexx3vqjhp41")]
    id: ContactImportId,
    /// What the file is called.
    name: String,
    /// `arriving`, `ready`, `looking`, `looked`, `taking`, `paused`, `done`, `cancelled` or `stopped`.
    #[schema(value_type = String, example = "ready")]
    state: How,
    /// The columns of the file, with what they are taken to say.
    columns: Vec<Column>,
    /// `file` or `known`.
    #[schema(value_type = String, example = "file")]
    wins: Wins,
    #[schema(value_type = Option<String>)]
    list_id: Option<ListId>,
    tags: Vec<String>,
    /// `unsaid`, `none` or `given`.
    #[schema(value_type = String, example = "none")]
    consent: Consent,
    consent_source: Option<String>,
    /// Lines below the one with the names of the columns.
    lines: i64,
    /// Lines that it has gone through.
    seen: i64,
    /// People who were not known, or would be new.
    new: i64,
    /// People who were changed, or would be.
    changed: i64,
    /// Lines that say nothing new.
    same: i64,
    /// Lines that are left out.
    refused: i64,
    /// Why it stopped.
    trouble: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Time>,
    /// The first 100 people whom it changes, or would change; left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    differences: Option<Vec<DifferenceView>>,
}

/// Somebody who is changed, or would be.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContactImportDifference)]
struct DifferenceView {
    /// The first line that says something of them.
    line: i64,
    #[schema(value_type = String)]
    contact_id: ContactId,
    /// Which fields, from what to what.
    #[schema(value_type = Vec<Object>)]
    changes: Vec<Change>,
}

impl From<Import> for ImportView {
    fn from(import: Import) -> Self {
        Self {
            same: import.same(),
            id: import.id,
            name: import.name,
            state: import.state,
            columns: import.columns.0,
            wins: import.wins,
            list_id: import.list_id,
            tags: import.tags.0,
            consent: import.consent,
            consent_source: import.consent_source,
            lines: import.lines,
            seen: import.seen,
            new: import.new_contacts,
            changed: import.changed_contacts,
            refused: import.refused_lines,
            trouble: import.trouble,
            created_at: import.created_at,
            ended_at: import.ended_at,
            differences: None,
        }
    }
}

/// What the file is called.
#[derive(Debug, Default, Deserialize, IntoParams)]
struct Called {
    /// What the file is called.
    name: Option<String>,
}

async fn upload(
    State(app): State<App>,
    caller: Caller,
    Query(called): Query<Called>,
    file: Incoming,
) -> Answer<(StatusCode, Json<ImportView>)> {
    let import = import::receive(&app, &caller.who, called.name, file).await?;
    Ok((StatusCode::CREATED, Json(import.into())))
}

async fn list(State(app): State<App>, caller: Caller, Query(paging): Query<Paging>) -> Answer<Json<Listed<ImportView>>> {
    let limit = paging.limit()?;
    let rows = import::page(&mut caller.read(&app), paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, import::place).map(ImportView::from)))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<ContactImportId>) -> Answer<Json<ImportView>> {
    let look = &mut app.db.read_main(caller.tenant());
    let import = import::import(look, id).await?.ok_or_else(|| Error::not_found("import"))?;
    let view = |Difference { line, contact_id, changes }| DifferenceView { line, contact_id, changes: changes.0 };
    let differences = import::differences(look, id).await?.into_iter().map(view).collect();
    Ok(Json(ImportView { differences: Some(differences), ..import.into() }))
}

/// How a file is to be gone through.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StartContactImport)]
struct Asked {
    /// True only looks at what would change, and writes no contact.
    #[serde(default)]
    dry: bool,
    /// What each column says, in their order; as it was guessed, or said the last time, where this is left out. One of `name`,
    /// `first_name`, `last_name`, `phone`, `email`, `tags`, `locale`, `time_zone`, `attribute`, `ignored`.
    #[schema(value_type = Option<Vec<String>>)]
    columns: Option<Vec<Says>>,
    /// `file`: what the file says replaces what was known; `known`: what is known stays, and the file adds what is missing.
    #[schema(value_type = String, example = "file")]
    wins: Wins,
    /// Puts everybody of the file on this list.
    #[schema(value_type = Option<String>)]
    list_id: Option<ListId>,
    /// Gives everybody of the file these tags.
    #[serde(default)]
    tags: Vec<String>,
    /// `given` where these people have agreed to offers, `none` otherwise. It is noted on each of their addresses of which nothing was said before.
    #[schema(value_type = String, example = "none")]
    consent: Consent,
    /// Where and when they agreed; needed with `given`.
    consent_source: Option<String>,
}

impl Asked {
    fn of(self, id: ContactImportId) -> StartImport {
        let Asked { dry, columns, wins, list_id, tags, consent, consent_source } = self;
        StartImport { id, dry, columns, wins, list_id, tags, consent, consent_source }
    }
}

async fn start(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ContactImportId>,
    body: Body<Asked>,
) -> Answer<(StatusCode, Json<ImportView>)> {
    let import = app.db.run(&caller.who, body.value.of(id)).await?;
    Ok((StatusCode::ACCEPTED, Json(import.into())))
}

async fn moved(app: &App, caller: &Caller, id: ContactImportId, act: Act) -> Answer<Json<ImportView>> {
    Ok(Json(app.db.run(&caller.who, MoveImport { id, act }).await?.into()))
}

async fn pause(State(app): State<App>, caller: Caller, Path(id): Path<ContactImportId>) -> Answer<Json<ImportView>> {
    moved(&app, &caller, id, Act::Pause).await
}

async fn resume(State(app): State<App>, caller: Caller, Path(id): Path<ContactImportId>) -> Answer<Json<ImportView>> {
    moved(&app, &caller, id, Act::Resume).await
}

async fn cancel(State(app): State<App>, caller: Caller, Path(id): Path<ContactImportId>) -> Answer<Json<ImportView>> {
    moved(&app, &caller, id, Act::Cancel).await
}

async fn refused(State(app): State<App>, caller: Caller, Path(id): Path<ContactImportId>) -> Answer<Response> {
    Ok(refused_file(app.db.read_main(caller.tenant()), id).await?)
}

/// The lines that are left out, as a file: the number of each, why, and what it says, so that it can be put right and sent again.
///
/// # Errors
/// There is no such import.
pub(crate) async fn refused_file(mut read: Read, id: ContactImportId) -> Result<Response> {
    let import = import::import(&mut read, id).await?.ok_or_else(|| Error::not_found("import"))?;
    let names = import.columns.0.iter().map(|column| column.name.as_str());
    let head = csv::line(["line", "reason"].into_iter().chain(names));
    let page = move |after: Cursor, limit| {
        let mut read = read.clone();
        let last = if after == Cursor::START { 0 } else { after.at.millis() };
        async move { import::refused(&mut read, id, last, limit).await }
    };
    let place = |refused: &Refused| Cursor { at: Time(refused.line), id: uuid::Uuid::nil() };
    let cells = |refused: &Refused| [vec![refused.line.to_string(), refused.reason.clone()], refused.cells.0.clone()].concat();
    csv::file("refused", head.trim_end(), page, place, cells).await
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{ContactsRead, ContactsWrite};
    vec![
        Route::post("/api/v1/contact-imports", ContactsWrite, upload)
            .says(
                "Upload a file of contacts",
                "The body is the file: CSV with a line of column names, plain or packed with gzip; or a form (multipart/form-data) with one \
                 file. Nothing is taken in yet: the answer says what the columns are taken to mean. It is kept for a day.",
            )
            .query::<Called>()
            .gives::<ImportView>(201)
            .streamed(import::LARGEST),
        Route::get("/api/v1/contact-imports", ContactsRead, list)
            .says("List imports of contacts", "Newest first.")
            .query::<Paging>()
            .gives::<Listed<ImportView>>(200),
        Route::get("/api/v1/contact-imports/{id}", ContactsRead, show)
            .says("Look at an import of contacts", "How far it is, what it found, and the first 100 people whom it changes or would change.")
            .gives::<ImportView>(200),
        Route::post("/api/v1/contact-imports/{id}/start", ContactsWrite, start)
            .says(
                "Go through a file of contacts",
                "Only to look (`dry`), or to take it in. Whoever has the phone number is meant, else whoever has the e-mail address and no \
                 other number. The same file again changes nobody. Whether these people have agreed to be written to must be said.",
            )
            .takes::<Asked>()
            .gives::<ImportView>(202),
        Route::post("/api/v1/contact-imports/{id}/pause", ContactsWrite, pause)
            .says("Pause an import of contacts", "After the page that is being taken in.")
            .gives::<ImportView>(200),
        Route::post("/api/v1/contact-imports/{id}/resume", ContactsWrite, resume)
            .says("Resume an import of contacts", "Where it was paused.")
            .gives::<ImportView>(200),
        Route::post("/api/v1/contact-imports/{id}/cancel", ContactsWrite, cancel)
            .says("Cancel an import of contacts", "What was taken in by then stays.")
            .gives::<ImportView>(200),
        Route::get("/api/v1/contact-imports/{id}/refused", ContactsRead, refused)
            .says("Lines that are left out", "As CSV: the line, what is wrong with it, and what it says; the first 100,000."),
    ]
}
