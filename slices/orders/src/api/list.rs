//! `GET /api/v1/orders`, as pages of JSON or as one file.

use super::view::OrderView;
use crate::model::{Order, OrderState};
use crate::queries::{self, Filter};
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Json, Redirect, Response};
use facts::{ContactId, Money, Time};
use serde::Deserialize;
use store::{Error, Read, Result};
use utoipa::IntoParams;
use web::{Answer, App, Caller, Listed, Paging, Permission, Query, Route, csv, filter_part};

/// How often an address may ask for a file, a minute.
pub const EXPORTS_A_MINUTE: u32 = 15;

/// The columns of the file.
const COLUMNS: &str =
    "id,number,placed_at,state,pay,customer,reach,product,currency,total,discount,paid,refunded,coupon,delivery_date,paid_at";

/// Which orders, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub struct ListQuery {
    /// `created`, `paid`, `partially_refunded`, `refunded` or `cancelled`.
    pub state: Option<String>,
    /// Those of one contact.
    pub contact_id: Option<String>,
    /// Placed at this time or later, such as 2026-11-01T00:00:00Z.
    pub from: Option<String>,
    /// Placed before this time.
    pub to: Option<String>,
    /// A number, an id, or a part of the customer's name, phone number or e-mail address.
    pub q: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// `csv` leads to the file of all that match.
    pub format: Option<String>,
}

impl ListQuery {
    /// What it asks for.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub fn filter(&self) -> Result<Filter> {
        let states = OrderState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>().join(", ");
        if self.q.as_deref().is_some_and(|q| q.chars().count() > 200) {
            return Err(Error::field("q", "at most 200 characters"));
        }
        Ok(Filter {
            state: filter_part("state", self.state.as_deref(), &format!("one of {states}"))?,
            contact: filter_part::<ContactId>("contact_id", self.contact_id.as_deref(), "an id like con_01j8…")?,
            from: filter_part::<Time>("from", self.from.as_deref(), "a time like 2026-11-21T09:30:00Z")?,
            to: filter_part::<Time>("to", self.to.as_deref(), "a time like 2026-11-21T09:30:00Z")?,
            q: self.q.clone(),
        })
    }

    /// Which page it asks for.
    pub fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>, RawQuery(raw): RawQuery) -> Answer<Response> {
    match query.format.as_deref().unwrap_or("json") {
        "json" => {}
        "csv" => return Ok(Redirect::temporary(&format!("/api/v1/orders/export?{}", raw.unwrap_or_default())).into_response()),
        _ => return Err(Error::field("format", "json or csv").into()),
    }
    let paging = query.paging();
    let limit = paging.limit()?;
    let rows = queries::page(&mut caller.read(&app), &query.filter()?, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, queries::place).map(OrderView::from)).into_response())
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Response> {
    Ok(as_file(caller.read(&app), query.filter()?).await?)
}

/// Every order that the filter lets through, as a file.
///
/// # Errors
/// Whatever the database refuses.
pub async fn as_file(read: Read, filter: Filter) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, filter) = (read.clone(), filter.clone());
        async move { queries::page(&mut read, &filter, after, limit).await }
    };
    csv::file("orders", COLUMNS, page, queries::place, cells).await
}

fn cells(order: &Order) -> Vec<String> {
    let amount = |minor: i64| Money::new(minor, order.currency).decimal();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        order.id.to_string(),
        order.number.map(|number| number.to_string()).unwrap_or_default(),
        order.created_at.to_string(),
        order.state.to_string(),
        order.pay.to_string(),
        text(&order.customer_name),
        text(&order.customer_reach),
        order.product.clone(),
        order.currency.to_string(),
        amount(order.total_minor),
        amount(order.discount_minor),
        amount(order.paid_minor),
        amount(order.refunded_minor),
        text(&order.coupon_code),
        text(&order.delivery_date),
        order.paid_at.map(|at| at.to_string()).unwrap_or_default(),
    ]
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/orders", Permission::OrdersRead, list)
            .says("List orders", "Newest first, without their lines.")
            .query::<ListQuery>()
            .gives::<Listed<OrderView>>(200),
        Route::get("/api/v1/orders/export", Permission::OrdersRead, export)
            .says("Export orders", "Every order that the filters let through, as CSV.")
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .query::<ListQuery>(),
    ]
}
