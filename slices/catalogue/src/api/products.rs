//! `/api/v1/products`.

use super::{ListQuery, make};
use crate::commands::{ChangeProduct, CreateProduct};
use crate::model::{Interval, Product};
use crate::queries;
use axum::extract::State;
use axum::response::{Json, Response};
use facts::{Id, Money, ProductId, Time};
use serde::{Deserialize, Deserializer, Serialize};
use store::Error;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Cursor, IdempotencyKey, Listed, Path, Permission, Query, Route, made};

/// A product with its current price.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Product)]
struct ProductView {
    #[schema(value_type = String, example = "prod_01h2xcejqtf2nbrexx3vqjhp41")]
    id: ProductId,
    /// Its name in addresses.
    #[schema(example = "starter")]
    slug: String,
    name: String,
    description: String,
    /// What it has, a line each.
    features: Vec<String>,
    /// Whether the shop offers it.
    active: bool,
    /// What one costs now.
    #[schema(value_type = web::MoneyShape)]
    price: Money,
    /// `once`, `month` or `year`.
    #[schema(value_type = String, example = "once")]
    interval: Interval,
    /// Its HSN or SAC; empty where nobody said.
    #[schema(example = "0401")]
    hsn: String,
    /// The rate of the tax in its price, in basis points; null where it is the shop's.
    #[schema(example = 1800)]
    tax_bps: Option<i64>,
    /// How many prices it has had.
    price_version: i64,
    #[schema(value_type = String, example = "2026-11-21T09:30:00Z")]
    created_at: Time,
}

impl From<Product> for ProductView {
    fn from(product: Product) -> Self {
        Self {
            price: product.price(),
            id: product.id,
            slug: product.slug,
            name: product.name,
            description: product.description,
            features: product.features.0,
            active: product.active,
            interval: product.interval,
            hsn: product.hsn,
            tax_bps: product.tax_bps,
            price_version: product.price_version,
            created_at: product.created_at,
        }
    }
}

/// A product to be sold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewProduct {
    /// 1 to 60 small letters, digits and hyphens.
    slug: String,
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    features: Vec<String>,
    /// True when not said.
    active: Option<bool>,
    #[schema(value_type = web::MoneyShape)]
    price: Money,
    /// `once` when not said.
    #[schema(value_type = Option<String>, example = "once")]
    interval: Option<Interval>,
    /// Its HSN or SAC: 2 to 8 digits.
    #[serde(default)]
    #[schema(example = "0401")]
    hsn: String,
    /// The rate of the tax in its price, in basis points; the shop's when not said.
    #[schema(example = 1800)]
    tax_bps: Option<i64>,
}

/// What is to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProductChange {
    name: Option<String>,
    description: Option<String>,
    features: Option<Vec<String>>,
    active: Option<bool>,
    /// A new version beside the old ones.
    #[schema(value_type = Option<web::MoneyShape>)]
    price: Option<Money>,
    #[schema(value_type = Option<String>, example = "once")]
    interval: Option<Interval>,
    #[schema(example = "0401")]
    hsn: Option<String>,
    /// Null for the shop's rate.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<i64>, example = 1800)]
    tax_bps: Option<Option<i64>>,
}

/// Tells a null from what was left out.
fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<i64>>, D::Error> {
    Option::deserialize(from).map(Some)
}

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Json<Listed<ProductView>>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let rows = queries::product_page(&mut caller.read(&app), &query.narrow()?, paging.cursor()?, limit + 1).await?;
    let page = Listed::new(rows, limit, |row| Cursor { at: row.created_at, id: row.id.uuid() });
    Ok(Json(page.map(ProductView::from)))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<ProductId>) -> Answer<Json<ProductView>> {
    let product = queries::product_by_id(&mut caller.read(&app), id).await?;
    Ok(Json(product.ok_or_else(|| Error::not_found("product"))?.into()))
}

async fn create(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<NewProduct>) -> Answer<Response> {
    let new = body.value;
    let command = CreateProduct {
        slug: new.slug,
        name: new.name,
        description: new.description,
        features: new.features,
        active: new.active.unwrap_or(true),
        price: new.price,
        interval: new.interval.unwrap_or(Interval::Once),
        hsn: new.hsn,
        tax_bps: new.tax_bps,
    };
    let once = make(&app, &caller, key, &body.hash, command).await?;
    Ok(made(ProductView::from(once.out), once.replayed))
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<ProductId>, body: Body<ProductChange>) -> Answer<Json<ProductView>> {
    let ProductChange { name, description, features, active, price, interval, hsn, tax_bps } = body.value;
    let command = ChangeProduct { id, name, description, features, active, hsn, tax_bps, price, interval };
    Ok(Json(app.db.run(&caller.who, command).await?.into()))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/products", Permission::CatalogueRead, list)
            .says("List products", "Newest first, those that are no longer sold included.")
            .query::<ListQuery>()
            .gives::<Listed<ProductView>>(200),
        Route::post("/api/v1/products", Permission::CatalogueWrite, create)
            .says("Make a product", "With the first version of its price.")
            .takes::<NewProduct>()
            .gives::<ProductView>(201),
        Route::get("/api/v1/products/{id}", Permission::CatalogueRead, show).says("Show a product", "").gives::<ProductView>(200),
        Route::put("/api/v1/products/{id}", Permission::CatalogueWrite, change)
            .says("Change a product", "A changed price is a new version; orders keep the price that they were placed at.")
            .takes::<ProductChange>()
            .gives::<ProductView>(200),
    ]
}
