//! Adding, listing and deleting files.

use super::download::handed;
use crate::commands::DeleteFile;
use crate::model::{File, Kept};
use crate::queries::{self, Comes};
use crate::receive::receive;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::{FileId, Time};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use store::{Error, Read, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Caller, Incoming, Listed, Paging, Path, Permission, Query, Route, csv};

/// A file that a shop sells.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = File)]
pub(crate) struct FileView {
    #[schema(value_type = String, example = "file_01h2xcejqtf2nbrexx3vqjhp41")]
    id: FileId,
    /// What it is called when it is saved.
    #[schema(example = "guide.pdf")]
    name: String,
    #[schema(example = "application/pdf")]
    media_type: String,
    /// In bytes.
    size: i64,
    /// SHA-256 of its bytes, in hex.
    sha256: String,
    /// How often it was downloaded.
    downloads: i64,
    /// The products that come with it, by their names in addresses.
    products: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

impl FileView {
    fn of(file: Kept, products: Vec<String>) -> Self {
        let Kept { id, name, media_type, size, sha256, created_at, downloads } = file;
        Self { id, name, media_type, size, sha256, downloads, products, created_at }
    }

    fn new(file: File) -> Self {
        let File { id, name, media_type, size, sha256, created_at } = file;
        Self { id, name, media_type, size, sha256, downloads: 0, products: Vec::new(), created_at }
    }
}

/// What the file that is sent is called.
#[derive(Debug, Default, Deserialize, IntoParams)]
struct Named {
    /// What it is called when it is saved, such as `guide.pdf`; a form's file has a name of its own.
    name: Option<String>,
}

async fn add(
    State(app): State<App>,
    caller: Caller,
    Query(named): Query<Named>,
    incoming: Incoming,
) -> Answer<(StatusCode, Json<FileView>)> {
    let file = receive(&app, &caller.who, named.name, incoming).await?;
    Ok((StatusCode::CREATED, Json(FileView::new(file))))
}

/// The query of the list of files.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct Narrow {
    /// A part of the name.
    pub q: Option<String>,
    /// `csv` for a file of all that fits, whatever `limit` and `cursor` say.
    pub format: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Narrow {
    /// The words as a pattern.
    ///
    /// # Errors
    /// `q`, when it is too long.
    fn pattern(&self) -> Result<Option<String>> {
        let words = self.q.as_deref().map(str::trim).filter(|words| !words.is_empty());
        if words.is_some_and(|words| words.chars().count() > 100) {
            return Err(Error::field("q", "at most 100 characters"));
        }
        Ok(words.map(web::like))
    }
}

/// A page of files, newest first.
///
/// # Errors
/// A field of the query that cannot be read.
pub(crate) async fn listed(read: &mut Read, narrow: &Narrow) -> Result<Listed<Kept>> {
    let paging = Paging { limit: narrow.limit.clone(), cursor: narrow.cursor.clone() };
    let (limit, pattern) = (paging.limit()?, narrow.pattern()?);
    let rows = queries::files(read, pattern.as_deref(), paging.cursor()?, limit + 1).await?;
    Ok(Listed::new(rows, limit, queries::place))
}

async fn list(State(app): State<App>, caller: Caller, headers: HeaderMap, Query(narrow): Query<Narrow>) -> Answer<Response> {
    let mut read = caller.read(&app);
    if csv::wanted(&headers, narrow.format.as_deref())? {
        return Ok(as_file(read, narrow.pattern()?).await?);
    }
    let listed = listed(&mut read, &narrow).await?;
    let comes = queries::products(&mut read).await?;
    Ok(Json(listed.map(|file| view(file, &comes))).into_response())
}

fn view(file: Kept, comes: &[Comes]) -> FileView {
    let products = comes.iter().filter(|one| one.file_id == file.id).map(|one| one.product.clone()).collect();
    FileView::of(file, products)
}

/// All that fits, as a file.
async fn as_file(read: Read, pattern: Option<String>) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, pattern) = (read.clone(), pattern.clone());
        async move { queries::files(&mut read, pattern.as_deref(), after, limit).await }
    };
    csv::file("files", "id,name,media_type,size,sha256,downloads,created_at", page, queries::place, |file| {
        let Kept { id, name, media_type, size, sha256, created_at, downloads } = file;
        vec![
            id.to_string(),
            name.clone(),
            media_type.clone(),
            size.to_string(),
            sha256.clone(),
            downloads.to_string(),
            created_at.to_string(),
        ]
    })
    .await
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<FileId>) -> Answer<Json<FileView>> {
    let mut read = caller.read(&app);
    let file = queries::file(&mut read, id).await?.ok_or_else(|| Error::not_found("file"))?;
    let products = queries::products_of(&mut read, id).await?;
    Ok(Json(FileView::of(file, products)))
}

/// The file itself, for the shop's own people: no use of anybody's.
async fn content(State(app): State<App>, caller: Caller, Path(id): Path<FileId>, headers: HeaderMap) -> Answer<Response> {
    let kept = queries::file(&mut caller.read(&app), id).await?.ok_or_else(|| Error::not_found("file"))?;
    let Kept { id, name, media_type, size, sha256, created_at, .. } = kept;
    Ok(handed(&app, caller.tenant(), &File { id, name, media_type, size, sha256, created_at }, &headers, false).await?)
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<FileId>) -> Answer<StatusCode> {
    app.db.run(&caller.who, DeleteFile(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn routes(largest: u64) -> Vec<Route> {
    vec![
        Route::post("/api/v1/files", Permission::CatalogueWrite, add)
            .says(
                "Add a file",
                "The body is the file, with its Content-Type, and `name` says what it is called; or a form (multipart/form-data) with one \
                 file. It is for sale once a product comes with it: PUT /api/v1/products/{id}/file.",
            )
            .query::<Named>()
            .gives::<FileView>(201)
            .streamed(largest),
        Route::get("/api/v1/files", Permission::CatalogueRead, list)
            .says("List files", "Newest first. With `format=csv` or `Accept: text/csv` a file of all that fits.")
            .query::<Narrow>()
            .gives::<Listed<FileView>>(200),
        Route::get("/api/v1/files/{id}", Permission::CatalogueRead, show)
            .says("Show a file", "With the products that come with it.")
            .gives::<FileView>(200),
        Route::get("/api/v1/files/{id}/content", Permission::CatalogueWrite, content)
            .says("Fetch a file", "Its bytes, whole or in ranges, for the shop itself. It counts as no buyer's download."),
        Route::delete("/api/v1/files/{id}", Permission::CatalogueWrite, delete)
            .says("Delete a file", "Refused while a product comes with it (409 `file_sold`)."),
    ]
}
