//! The file that a product comes with.

use crate::commands::SetProductFile;
use crate::world::{Sold, World};
use axum::Json;
use axum::extract::State;
use facts::FileId;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use store::{Error, Result};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Path, Permission, Route};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PutProductFile {
    /// The file.
    #[schema(value_type = String, example = "file_01h2xcejqtf2nbrexx3vqjhp41")]
    file_id: FileId,
}

/// A product and the file that it comes with.
#[derive(Debug, Serialize, ToSchema)]
struct ProductFile {
    /// The product, by its name in addresses.
    #[schema(example = "starter")]
    product: String,
    #[schema(value_type = String, example = "file_01h2xcejqtf2nbrexx3vqjhp41")]
    file_id: FileId,
    /// What the file is called.
    #[schema(example = "guide.pdf")]
    name: String,
}

/// The tenant's product by its id, or by its name in addresses.
///
/// # Errors
/// There is none.
pub(crate) async fn named(app: &App, caller: &Caller, product: &str) -> Result<Sold> {
    let sold = (app.extra::<World>()?.products)(app.db.read_main(caller.tenant())).await?;
    sold.into_iter().find(|sold| sold.slug == product || sold.id.to_string() == product).ok_or_else(|| Error::not_found("product"))
}

async fn put(State(app): State<App>, caller: Caller, Path(product): Path<String>, body: Body<PutProductFile>) -> Answer<Json<ProductFile>> {
    let sold = named(&app, &caller, &product).await?;
    let file_id = body.value.file_id;
    let name = app.db.run(&caller.who, SetProductFile { product: sold.slug.clone(), file: Some(file_id) }).await?;
    Ok(Json(ProductFile { product: sold.slug, file_id, name: name.unwrap_or_default() }))
}

async fn remove(State(app): State<App>, caller: Caller, Path(product): Path<String>) -> Answer<StatusCode> {
    let sold = named(&app, &caller, &product).await?;
    app.db.run(&caller.who, SetProductFile { product: sold.slug, file: None }).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::put("/api/v1/products/{id}/file", Permission::CatalogueWrite, put)
            .says(
                "Give a product a file",
                "The product by its id or its slug. Buyers download the file once they have paid; whoever bought before gets it too.",
            )
            .takes::<PutProductFile>()
            .gives::<ProductFile>(200),
        Route::delete("/api/v1/products/{id}/file", Permission::CatalogueWrite, remove)
            .says("Take a product's file off", "The file stays; buyers find it no longer."),
    ]
}
