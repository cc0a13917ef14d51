//! `GET /api/v1/packing-list`.

use super::view::OrderView;
use crate::queries;
use crate::to_pack::{self, Wanted};
use axum::extract::State;
use axum::response::Json;
use serde::Deserialize;
use utoipa::IntoParams;
use web::{Answer, App, Caller, Listed, Paging, Permission, Query, Route};

/// Which orders, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub struct PackingQuery {
    /// Placed on this day of the shop's calendar, such as 2026-11-21.
    pub placed_on: Option<String>,
    /// To be delivered on this day.
    pub delivery_date: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl PackingQuery {
    /// Which page it asks for.
    pub fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }

    /// Which orders it asks for, on the wall clock of this zone.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub fn wanted(&self, zone: &str) -> store::Result<Wanted> {
        Wanted::typed(self.placed_on.as_deref(), self.delivery_date.as_deref(), zone)
    }
}

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<PackingQuery>) -> Answer<Json<Listed<OrderView>>> {
    let paging = query.paging();
    let (limit, wanted) = (paging.limit()?, query.wanted(&caller.time_zone)?);
    let rows = to_pack::page(&mut caller.read(&app), &wanted, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, |whole| queries::place(&whole.order)).map(OrderView::from)))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/packing-list", Permission::OrdersRead, list)
            .says(
                "List what is to be packed",
                "Orders that are paid, or are paid later, and of which an item is not packed; the oldest first, with their lines.",
            )
            .query::<PackingQuery>()
            .gives::<Listed<OrderView>>(200),
    ]
}
