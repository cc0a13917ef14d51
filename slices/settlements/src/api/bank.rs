//! `/api/v1/bank-rows`.

use super::view::{BankRowView, cursor, day};
use crate::model::{BankRow, State};
use crate::queries;
use axum::Json;
use axum::extract::State as Part;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use serde::Deserialize;
use store::{Error, Read, Result};
use utoipa::IntoParams;
use web::{Answer, App, Caller, Cursor, Listed, Paging, Permission, Query, Route, csv, filter_part};

/// The columns of the file.
const COLUMNS: &str = "on_day,id,amount,currency,reference,narration,state,reason,settlement_id,note";

/// Which lines of the bank's statements, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct BankQuery {
    /// `new`, `matched`, `exception`, `accepted` or `aside`.
    pub state: Option<String>,
    /// A part of what the bank wrote.
    pub q: Option<String>,
    /// `csv` for a file of all that match, whatever `limit` and `cursor` say.
    pub format: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl BankQuery {
    pub fn state(&self) -> Result<Option<State>> {
        filter_part("state", self.state.as_deref(), "new, matched, exception, accepted or aside")
    }

    /// # Errors
    /// `q`, when it is too long.
    pub fn words(&self) -> Result<Option<String>> {
        match self.q.clone().filter(|words| !words.trim().is_empty()) {
            Some(words) if words.chars().count() > 100 => Err(Error::field("q", "at most 100 characters")),
            words => Ok(words),
        }
    }

    pub fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

fn place(row: &BankRow) -> Cursor {
    cursor(row.at, row.id)
}

async fn list(Part(app): Part<App>, caller: Caller, headers: HeaderMap, Query(query): Query<BankQuery>) -> Answer<Response> {
    let (state, words, paging) = (query.state()?, query.words()?, query.paging());
    let mut read = caller.read(&app);
    if csv::wanted(&headers, query.format.as_deref())? {
        return Ok(bank_file(read, state, words).await?);
    }
    let limit = paging.limit()?;
    let rows = queries::bank_rows(&mut read, state, words.as_deref(), paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, place).map(BankRowView::from)).into_response())
}

/// All that match, as a file.
///
/// # Errors
/// The first page cannot be read.
pub(crate) async fn bank_file(read: Read, state: Option<State>, words: Option<String>) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, words) = (read.clone(), words.clone());
        async move { queries::bank_rows(&mut read, state, words.as_deref(), after, limit).await }
    };
    csv::file("bank-rows", COLUMNS, page, place, |row| {
        vec![
            day(row.at),
            row.id.to_string(),
            row.amount().decimal(),
            row.currency.to_string(),
            row.reference.clone(),
            row.narration.clone(),
            row.state.to_string(),
            row.reason.map(|reason| reason.to_string()).unwrap_or_default(),
            row.settlement_id.map(|id| id.to_string()).unwrap_or_default(),
            row.note.clone().unwrap_or_default(),
        ]
    })
    .await
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/bank-rows", Permission::PaymentsRead, list)
            .says("List lines of the bank's statements", "Newest first. With `format=csv` or `Accept: text/csv` a file of all that match.")
            .query::<BankQuery>()
            .gives::<Listed<BankRowView>>(200),
    ]
}
