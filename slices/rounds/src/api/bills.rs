//! `/api/v1/month-bills`: what was billed of which month, and billing it now.

use crate::commands::BillMonth;
use crate::queries::{self, MonthBill};
use axum::Json;
use axum::extract::State;
use facts::{ContactId, InvoiceId, Money, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Body, Caller, Listed, Paging, Permission, Query, Route};

/// Which bills, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
struct BillsQuery {
    /// Those of one month, such as 2026-11.
    month: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A customer's month that is on an invoice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MonthBill)]
struct BillView {
    #[schema(example = "2026-11")]
    month: String,
    #[schema(value_type = String)]
    contact_id: ContactId,
    customer: String,
    #[schema(value_type = String)]
    invoice_id: InvoiceId,
    number: String,
    #[schema(value_type = web::MoneyShape)]
    total: Money,
    #[schema(value_type = String, format = DateTime)]
    billed_at: Time,
}

impl From<MonthBill> for BillView {
    fn from(bill: MonthBill) -> Self {
        let MonthBill { month, contact_id, customer, currency, invoice_id, number, total_minor, billed_at } = bill;
        Self { month, contact_id, customer, invoice_id, number, total: Money::new(total_minor, currency), billed_at }
    }
}

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<BillsQuery>) -> Answer<Json<Listed<BillView>>> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let limit = paging.limit()?;
    let month = query.month.as_deref().filter(|month| !month.is_empty());
    month.map(crate::month::days).transpose()?;
    let rows = queries::bills(&mut caller.read(&app), month, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, queries::place_of_bill).map(BillView::from)))
}

/// The month that is billed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBills {
    #[schema(example = "2026-11")]
    month: String,
}

/// How many bills are on their way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BillsOnTheirWay)]
struct BillsView {
    customers: usize,
}

async fn bill(State(app): State<App>, caller: Caller, body: Body<NewBills>) -> Answer<Json<BillsView>> {
    let customers = app.db.run(&caller.who, BillMonth { month: body.value.month }).await?;
    Ok(Json(BillsView { customers }))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/month-bills", Permission::RoundsRead, list)
            .says("List months that are billed", "Newest first: an invoice for each customer and month.")
            .query::<BillsQuery>()
            .gives::<Listed<BillView>>(200),
        Route::post("/api/v1/month-bills", Permission::InvoicesWrite, bill)
            .says("Bill a month", "Every customer who is not billed for it yet. It happens by itself on the morning of the first.")
            .takes::<NewBills>()
            .gives::<BillsView>(200),
    ]
}
