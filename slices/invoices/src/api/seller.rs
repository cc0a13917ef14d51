//! `/api/v1/invoice-settings`: who sells, and how they bill.

use crate::commands::PutSeller;
use crate::queries;
use axum::Json;
use axum::extract::State;
use store::Error;
use web::{Answer, App, Body, Caller, Permission, Route};

async fn show(State(app): State<App>, caller: Caller) -> Answer<Json<PutSeller>> {
    let seller = queries::seller(&mut caller.read(&app)).await?;
    Ok(Json(seller.ok_or_else(|| Error::not_found("billing settings"))?.into()))
}

async fn put(State(app): State<App>, caller: Caller, body: Body<PutSeller>) -> Answer<Json<PutSeller>> {
    let seller = app.db.run(&caller.who, body.value).await?;
    Ok(Json(seller.into()))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/invoice-settings", Permission::InvoicesRead, show)
            .says("Show the billing settings", "404 until they are set.")
            .gives::<PutSeller>(200),
        Route::put("/api/v1/invoice-settings", Permission::TenantWrite, put)
            .says("Set the billing settings", "Who sells and how they bill. Issued invoices keep what stood on their day.")
            .takes::<PutSeller>()
            .gives::<PutSeller>(200),
    ]
}
