//! `/api/v1/settlements`.

use super::view::{RowView, SettlementView, cursor};
use crate::commands::{MatchByHand, TakeApart};
use crate::model::{Settlement, SettlementRow, State};
use crate::queries;
use axum::Json;
use axum::extract::State as Part;
use axum::response::{IntoResponse, Response};
use facts::{BankRowId, SettlementId, Time};
use http::HeaderMap;
use serde::Deserialize;
use store::{Error, Read, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Body, Caller, Cursor, Listed, Paging, Path, Permission, Query, Route, csv, filter_part};

/// The columns of the file.
const COLUMNS: &str = "settled_at,id,provider,provider_settlement_id,utr,amount,rows_amount,rows,fees,tax,corrections,currency,state,reason,\
    bank_row_id,note";

/// Which settlements, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct SettlementsQuery {
    /// `new`, `waiting`, `matched`, `exception` or `accepted`.
    pub state: Option<String>,
    /// `csv` for a file of all that match, whatever `limit` and `cursor` say.
    pub format: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl SettlementsQuery {
    pub fn state(&self) -> Result<Option<State>> {
        filter_part("state", self.state.as_deref(), "new, waiting, matched, exception or accepted")
    }

    pub fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

/// Where a page that ends with this one goes on.
fn place(settlement: &Settlement) -> Cursor {
    cursor(settlement.settled_at, settlement.id)
}

async fn list(Part(app): Part<App>, caller: Caller, headers: HeaderMap, Query(query): Query<SettlementsQuery>) -> Answer<Response> {
    let (state, paging) = (query.state()?, query.paging());
    let mut read = caller.read(&app);
    if csv::wanted(&headers, query.format.as_deref())? {
        return Ok(settlements_file(read, state).await?);
    }
    let limit = paging.limit()?;
    let rows = queries::settlements(&mut read, state, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, place).map(SettlementView::from)).into_response())
}

/// All that match, as a file.
///
/// # Errors
/// The first page cannot be read.
pub(crate) async fn settlements_file(read: Read, state: Option<State>) -> Result<Response> {
    let page = move |after, limit| {
        let mut read = read.clone();
        async move { queries::settlements(&mut read, state, after, limit).await }
    };
    csv::file("settlements", COLUMNS, page, place, |it| {
        vec![
            it.settled_at.to_string(),
            it.id.to_string(),
            it.provider.clone(),
            it.settlement_ref.clone(),
            it.utr.clone().unwrap_or_default(),
            it.money(it.net_minor).decimal(),
            it.money(it.rows_minor).decimal(),
            it.rows_count.to_string(),
            it.money(it.fee_minor).decimal(),
            it.money(it.tax_minor).decimal(),
            it.money(it.other_minor).decimal(),
            it.currency.to_string(),
            it.state.to_string(),
            it.reason.map(|reason| reason.to_string()).unwrap_or_default(),
            it.bank_row_id.map(|id| id.to_string()).unwrap_or_default(),
            it.note.clone().unwrap_or_default(),
        ]
    })
    .await
}

async fn show(Part(app): Part<App>, caller: Caller, Path(id): Path<SettlementId>) -> Answer<Json<SettlementView>> {
    let settlement = queries::settlement(&mut caller.read(&app), id).await?.ok_or_else(|| Error::not_found("settlement"))?;
    Ok(Json(settlement.into()))
}

async fn rows(
    Part(app): Part<App>,
    caller: Caller,
    Path(id): Path<SettlementId>,
    Query(paging): Query<Paging>,
) -> Answer<Json<Listed<RowView>>> {
    let limit = paging.limit()?;
    let mut read = caller.read(&app);
    queries::settlement(&mut read, id).await?.ok_or_else(|| Error::not_found("settlement"))?;
    let rows: Vec<SettlementRow> = queries::rows(&mut read, id, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, |row| cursor(Time(0), row.id)).map(RowView::from)))
}

/// A line of the bank's statement that is a settlement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMatch {
    #[schema(value_type = String, example = "bnk_01h2xcejqtf2nbrexx3vqjhp41")]
    bank_row_id: BankRowId,
    /// Why; needed where the amounts differ.
    #[serde(default)]
    note: String,
}

async fn pair(Part(app): Part<App>, caller: Caller, Path(id): Path<SettlementId>, body: Body<NewMatch>) -> Answer<Json<SettlementView>> {
    let NewMatch { bank_row_id, note } = body.value;
    Ok(Json(app.db.run(&caller.who, MatchByHand { settlement: id, bank_row: bank_row_id, note }).await?.into()))
}

async fn part(Part(app): Part<App>, caller: Caller, Path(id): Path<SettlementId>) -> Answer<Json<SettlementView>> {
    Ok(Json(app.db.run(&caller.who, TakeApart(id)).await?.into()))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{PaymentsRead, PaymentsWrite};
    vec![
        Route::get("/api/v1/settlements", PaymentsRead, list)
            .says("List settlements", "What the providers paid out, newest first. With `format=csv` or `Accept: text/csv` a file of all.")
            .query::<SettlementsQuery>()
            .gives::<Listed<SettlementView>>(200),
        Route::get("/api/v1/settlements/{id}", PaymentsRead, show)
            .says("Look at a settlement", "With how it stands against its rows and the bank.")
            .gives::<SettlementView>(200),
        Route::get("/api/v1/settlements/{id}/rows", PaymentsRead, rows)
            .says("List the rows of a settlement", "Each payment, refund and correction that it is made of.")
            .query::<Paging>()
            .gives::<Listed<RowView>>(200),
        Route::put("/api/v1/settlements/{id}/match", PaymentsWrite, pair)
            .says(
                "Match a settlement with the bank",
                "With a free line of the bank's statement, by hand. 409 where one of the two is taken.",
            )
            .takes::<NewMatch>()
            .gives::<SettlementView>(200),
        Route::delete("/api/v1/settlements/{id}/match", PaymentsWrite, part)
            .says("Take a match apart", "Only one that was made by hand.")
            .gives::<SettlementView>(200),
    ]
}
