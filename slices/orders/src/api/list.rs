//! `GET /api/v1/orders`, as pages of JSON or as one file.

use super::csv;
use super::view::OrderView;
use crate::model::OrderState;
use crate::queries::{self, Filter};
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Json, Redirect, Response};
use facts::{ContactId, TenantId, Time};
use futures::stream;
use http::header;
use serde::Deserialize;
use std::str::FromStr;
use store::{Error, Result};
use utoipa::IntoParams;
use web::{Answer, App, Caller, Cursor, Listed, Paging, Permission, Query, Route};

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

fn read<T: FromStr>(field: &str, text: Option<&str>, hint: &str) -> Result<Option<T>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| Error::field(field, hint))
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
            state: read("state", self.state.as_deref(), &format!("one of {states}"))?,
            contact: read::<ContactId>("contact_id", self.contact_id.as_deref(), "an id like con_01j8…")?,
            from: read::<Time>("from", self.from.as_deref(), "a time like 2026-11-21T09:30:00Z")?,
            to: read::<Time>("to", self.to.as_deref(), "a time like 2026-11-21T09:30:00Z")?,
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
    Ok(as_csv(&app, caller.tenant(), query.filter()?))
}

/// Every order that the filter lets through as a file, read page by page while it is sent.
pub fn as_csv(app: &App, tenant: TenantId, filter: Filter) -> Response {
    let look = app.db.read(tenant);
    let pages = stream::try_unfold(Some(Cursor::START), move |cursor| {
        let (mut look, filter) = (look.clone(), filter.clone());
        async move {
            let Some(cursor) = cursor else { return Ok::<_, Error>(None) };
            let page = queries::page(&mut look, &filter, cursor, 200).await?;
            let head = if cursor == Cursor::START { csv::HEAD } else { "" };
            let text: String = std::iter::once(head.to_owned()).chain(page.iter().map(csv::line)).collect();
            Ok(Some((text, page.last().map(queries::place))))
        }
    });
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"orders.csv\"")];
    (headers, Body::from_stream(pages)).into_response()
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/orders", Permission::OrdersRead, list)
            .says("List orders", "Newest first, without their lines.")
            .query::<ListQuery>()
            .gives::<Listed<OrderView>>(200),
        Route::get("/api/v1/orders/export", Permission::OrdersRead, export)
            .says("Export orders", "Every order that the filters let through, as CSV.")
            .at_most("EXPORT", csv::EXPORTS_A_MINUTE)
            .query::<ListQuery>(),
    ]
}
