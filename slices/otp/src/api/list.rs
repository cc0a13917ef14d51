//! `GET /api/v1/otp`: what was sent, and what became of it.

use crate::model::OneTimeCode;
use crate::queries::{self, Filter, place};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::messages::Channel;
use http::HeaderMap;
use serde::Deserialize;
use store::{Error, Result};
use utoipa::IntoParams;
use web::{Answer, App, Caller, Listed, Paging, Permission, Query, Route, csv};

/// Which codes, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct Narrow {
    /// `sent`, `used`, `spent` or `replaced`.
    pub state: Option<String>,
    /// A whole number or address.
    #[serde(alias = "q")]
    pub address: Option<String>,
    /// `csv` for a file of all that fits.
    pub format: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Narrow {
    /// Which page of them.
    pub(crate) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }

    /// What to look for.
    ///
    /// # Errors
    /// The field that cannot be read.
    pub(crate) fn filter(&self) -> Result<Filter> {
        let said = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let state = said(&self.state).map(|text| text.parse().map_err(|error: String| Error::field("state", error))).transpose()?;
        let address = match said(&self.address) {
            Some(text) if text.contains('@') => Some(messages::address(Channel::Email, &text)?),
            Some(text) => Some(messages::address(Channel::Sms, &text)?),
            None => None,
        };
        Ok(Filter { state, address })
    }
}

async fn list(State(app): State<App>, caller: Caller, headers: HeaderMap, Query(narrow): Query<Narrow>) -> Answer<Response> {
    let (filter, paging) = (narrow.filter()?, narrow.paging());
    let (limit, cursor) = (paging.limit()?, paging.cursor()?);
    let mut read = caller.read(&app);
    if csv::wanted(&headers, narrow.format.as_deref())? {
        let page = move |after, limit| {
            let (mut read, filter) = (read.clone(), filter.clone());
            async move { queries::list(&mut read, &filter, after, limit).await }
        };
        return Ok(csv::file("codes", "id,purpose,address,state,sends,tries,created_at,expires_at", page, place, cells).await?);
    }
    let rows = queries::list(&mut read, &filter, cursor, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, place)).into_response())
}

fn cells(code: &OneTimeCode) -> Vec<String> {
    vec![
        code.id.to_string(),
        code.purpose.to_string(),
        code.address.clone(),
        code.state.to_string(),
        code.sends.to_string(),
        code.tries.to_string(),
        code.created_at.to_string(),
        code.expires_at.to_string(),
    ]
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/otp", Permission::MessagesRead, list)
            .says(
                "List one-time codes",
                "Newest first; the codes themselves are kept nowhere. With `format=csv` or `Accept: text/csv` a file.",
            )
            .query::<Narrow>()
            .gives::<Listed<OneTimeCode>>(200),
    ]
}
