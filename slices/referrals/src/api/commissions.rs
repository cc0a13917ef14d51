//! `/api/v1/referrals/commissions`: the shares of single orders, as pages of JSON or as one file.

use super::EXPORTS_A_MINUTE;
use super::view::CommissionView;
use crate::model::{Commission, State as Stage};
use crate::queries::{self, Filter};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::ReferrerId;
use serde::Deserialize;
use store::{Read, Result};
use utoipa::IntoParams;
use web::{Answer, App, Caller, Listed, Paging, Permission, Query, Route, csv, filter_part};

/// The columns of the file.
const COLUMNS: &str = "id,referrer_id,order_id,state,why,currency,base,rate_bps,amount,reversed,created_at,earned_at,due_at";

/// Which commissions, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct ListQuery {
    /// Those of one referrer.
    pub referrer_id: Option<String>,
    /// `open`, `pending`, `payable`, `reversed`, `void` or `refused`.
    pub state: Option<String>,
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
        let states = "open, pending, payable, reversed, void or refused";
        Ok(Filter {
            referrer: filter_part::<ReferrerId>("referrer_id", self.referrer_id.as_deref(), "an id like rfr_01j8…")?,
            state: filter_part::<Stage>("state", self.state.as_deref(), states)?,
        })
    }

    /// Which page it asks for.
    pub(crate) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Json<Listed<CommissionView>>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let rows = queries::commission_page(&mut caller.read(&app), &query.filter()?, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, queries::place_of_commission).map(CommissionView::from)))
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Response> {
    Ok(as_file(caller.read(&app), query.filter()?).await?)
}

/// Every commission that the filter lets through, as a file.
///
/// # Errors
/// Whatever the database refuses.
pub(crate) async fn as_file(read: Read, filter: Filter) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, filter) = (read.clone(), filter.clone());
        async move { queries::commission_page(&mut read, &filter, after, limit).await }
    };
    csv::file("commissions", COLUMNS, page, queries::place_of_commission, cells).await
}

fn cells(it: &Commission) -> Vec<String> {
    let amount = |minor: i64| it.money(minor).decimal();
    vec![
        it.id.to_string(),
        it.referrer_id.to_string(),
        it.order_id.to_string(),
        it.state.to_string(),
        it.why.map(|why| why.to_string()).unwrap_or_default(),
        it.currency.to_string(),
        amount(it.base_minor),
        it.rate_bps.to_string(),
        amount(it.amount_minor),
        amount(it.reversed_minor),
        it.created_at.to_string(),
        it.earned_at.map(|at| at.to_string()).unwrap_or_default(),
        it.due_at.map(|at| at.to_string()).unwrap_or_default(),
    ]
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/referrals/commissions", Permission::PaymentsRead, list)
            .says("List commissions", "The referrers' shares of single orders, newest first.")
            .query::<ListQuery>()
            .gives::<Listed<CommissionView>>(200),
        Route::get("/api/v1/referrals/commissions/export", Permission::PaymentsRead, export)
            .says("Export commissions", "Every one that the filters let through, as CSV.")
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .query::<ListQuery>(),
    ]
}
