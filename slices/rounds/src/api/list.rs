//! `GET /api/v1/standing-orders`, as pages of JSON or as one file.

use super::view::OrderView;
use super::{EXPORTS_A_MINUTE, today};
use crate::model::{StandingOrder, Status};
use crate::queries::{self, Filter};
use crate::schedule;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::{ContactId, RouteId};
use jiff::civil::Date;
use serde::Deserialize;
use store::{Error, Read, Result};
use utoipa::IntoParams;
use web::{Answer, App, Caller, Listed, Paging, Permission, Query, Route, csv, filter_part};

/// The columns of the file.
const COLUMNS: &str = "id,customer,contact_id,route_id,stop,address,note,product,quantity,unit,weekdays,price,price_per,currency,hsn,rate_bps,\
    starts_on,ends_on,paused_from,resumes_on";

/// Which standing orders, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct ListQuery {
    /// `upcoming`, `active`, `paused` or `ended`, today.
    pub status: Option<String>,
    /// Those of one route.
    pub route_id: Option<String>,
    /// Those of one contact.
    pub contact_id: Option<String>,
    /// A part of the customer's name or of the product's.
    pub q: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl ListQuery {
    /// What it asks for on a day.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub(crate) fn filter(&self, today: Date) -> Result<Filter> {
        if self.q.as_deref().is_some_and(|q| q.chars().count() > 200) {
            return Err(Error::field("q", "at most 200 characters"));
        }
        Ok(Filter {
            today,
            status: filter_part::<Status>("status", self.status.as_deref(), "upcoming, active, paused or ended")?,
            route: filter_part::<RouteId>("route_id", self.route_id.as_deref(), "an id like rte_01j8…")?,
            contact: filter_part::<ContactId>("contact_id", self.contact_id.as_deref(), "an id like con_01j8…")?,
            q: self.q.clone(),
        })
    }

    /// Which page it asks for.
    pub(crate) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Json<Listed<OrderView>>> {
    let paging = query.paging();
    let (limit, today) = (paging.limit()?, today(&app, &caller));
    let rows = queries::page(&mut caller.read(&app), &query.filter(today)?, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, queries::place).map(|order| OrderView::of(order, today))))
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Response> {
    let filter = query.filter(today(&app, &caller))?;
    Ok(as_file(caller.read(&app), filter).await?)
}

/// Every standing order that the filter lets through, as a file.
///
/// # Errors
/// Whatever the database refuses.
pub(crate) async fn as_file(read: Read, filter: Filter) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, filter) = (read.clone(), filter.clone());
        async move { queries::page(&mut read, &filter, after, limit).await }
    };
    csv::file("standing-orders", COLUMNS, page, queries::place, cells).await
}

fn cells(order: &StandingOrder) -> Vec<String> {
    let set = |day: Date| if day == Date::MAX { String::new() } else { day.to_string() };
    let weekdays = schedule::days_of(order.weekdays).iter().map(|day| day.as_str()).collect::<Vec<_>>();
    vec![
        order.id.to_string(),
        order.customer.clone(),
        order.contact_id.to_string(),
        order.route_id.to_string(),
        order.stop.to_string(),
        order.address.clone(),
        order.note.clone(),
        order.product.clone(),
        invoices::quantity_text(order.quantity_milli),
        order.unit.clone(),
        weekdays.join(" "),
        order.price().decimal(),
        order.pricing.to_string(),
        order.currency.to_string(),
        order.hsn.clone(),
        order.rate_bps.to_string(),
        order.starts_on.to_string(),
        set(order.ends_on),
        set(order.paused_from),
        set(order.resumes_on),
    ]
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/standing-orders", Permission::RoundsRead, list)
            .says("List standing orders", "Newest first, those that are over among them, with the terms of today.")
            .query::<ListQuery>()
            .gives::<Listed<OrderView>>(200),
        Route::get("/api/v1/standing-orders/export", Permission::RoundsRead, export)
            .says("Export standing orders", "Every one that the filters let through, as CSV.")
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .query::<ListQuery>(),
    ]
}
