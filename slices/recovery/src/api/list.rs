//! `GET /api/v1/recovery/abandoned-orders`, as pages of JSON or as one file.

use super::EXPORTS_A_MINUTE;
use super::view::AbandonedView;
use crate::model::{Abandoned, State};
use crate::queries::{self, Filter};
use axum::Json;
use axum::extract::State as Of;
use axum::response::Response;
use facts::{ContactId, Time};
use serde::Deserialize;
use store::{Read, Result};
use utoipa::IntoParams;
use web::{Answer, App, Caller, Listed, Paging, Permission, Query, Route, csv, filter_part};

/// The columns of the file.
const COLUMNS: &str = "order_id,contact_id,customer,product,currency,total,state,why,placed_at,active_at,next_step,next_at,reminded_step,\
    reminded_at,opened_at,clicked_at,recovered_at,paid_order_id,paid,by_link,by_contact";

/// Which orders, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct ListQuery {
    /// `waiting`, `over` or `recovered`.
    pub state: Option<String>,
    /// Those of one contact.
    pub contact_id: Option<String>,
    /// Placed at this time or later, such as 2026-11-01T00:00:00Z.
    pub from: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl ListQuery {
    /// What it asks for.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub(crate) fn filter(&self) -> Result<Filter> {
        Ok(Filter {
            state: filter_part::<State>("state", self.state.as_deref(), "waiting, over or recovered")?,
            contact: filter_part::<ContactId>("contact_id", self.contact_id.as_deref(), "an id like con_01j8…")?,
            from: filter_part::<Time>("from", self.from.as_deref(), "a time like 2026-11-21T09:30:00Z")?,
        })
    }

    /// Which page it asks for.
    pub(crate) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

async fn list(Of(app): Of<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Json<Listed<AbandonedView>>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let rows = queries::page(&mut caller.read(&app), &query.filter()?, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, queries::place).map(AbandonedView::from)))
}

async fn export(Of(app): Of<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Response> {
    Ok(as_file(caller.read(&app), query.filter()?).await?)
}

/// Every order that the filter lets through, as a file.
///
/// # Errors
/// Whatever the database refuses.
pub(crate) async fn as_file(read: Read, filter: Filter) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, filter) = (read.clone(), filter.clone());
        async move { queries::page(&mut read, &filter, after, limit).await }
    };
    csv::file("abandoned-orders", COLUMNS, page, queries::place, cells).await
}

fn cells(left: &Abandoned) -> Vec<String> {
    fn text(value: Option<impl ToString>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    vec![
        left.order_id.to_string(),
        left.contact_id.to_string(),
        left.customer.clone(),
        left.product.clone(),
        left.currency.to_string(),
        left.total().decimal(),
        left.state.to_string(),
        text(left.why),
        left.placed_at.to_string(),
        left.active_at.to_string(),
        text((left.state == State::Waiting).then_some(left.next_step)),
        text(left.next_at),
        text(left.reminded_step),
        text(left.reminded_at),
        text(left.opened_at),
        text(left.clicked_at),
        text(left.recovered_at),
        text(left.paid_order_id),
        left.paid().map(facts::Money::decimal).unwrap_or_default(),
        left.by_link.to_string(),
        left.by_contact.to_string(),
    ]
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/recovery/abandoned-orders", Permission::OrdersRead, list)
            .says("List abandoned orders", "Those that were to be paid first and that nobody has paid for an hour, newest first.")
            .query::<ListQuery>()
            .gives::<Listed<AbandonedView>>(200),
        Route::get("/api/v1/recovery/abandoned-orders/export", Permission::OrdersRead, export)
            .says("Export abandoned orders", "Every one that the filters let through, as CSV.")
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .query::<ListQuery>(),
    ]
}
