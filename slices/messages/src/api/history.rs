//! `GET /api/v1/notifications/history` and `…/history/{phone}`.

use super::csv;
use super::view::MessageView;
use crate::model::address;
use crate::queries::{self, Filter, Line};
use axum::extract::State;
use axum::response::{IntoResponse, Json, Response};
use facts::messages::Channel;
use facts::{Id, OrderId};
use http::header;
use serde::Deserialize;
use store::{Error, Read, Result};
use utoipa::IntoParams;
use web::{Answer, App, Caller, Cursor, Listed, Paging, Path, Permission, Query, Route};

/// The most messages in one file.
const FILE: usize = 10_000;
/// How many are read at a time for it.
const PAGE: i64 = 200;

/// Which messages, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct Narrow {
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// scheduled, queued, sent, delivered, read, failed, unknown, dead, suppressed or expired.
    pub state: Option<String>,
    /// whatsapp or email.
    pub channel: Option<String>,
    /// One of the ten types.
    pub r#type: Option<String>,
    /// A phone number or an e-mail address.
    pub q: Option<String>,
    /// The order that they are about.
    pub order_id: Option<String>,
    /// `csv` for a file of up to 10,000 rows in place of JSON.
    pub format: Option<String>,
}

impl Narrow {
    /// Which page of them.
    pub(crate) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }

    /// What to look for.
    ///
    /// # Errors
    /// A field error that names the part of the query that means nothing.
    pub(crate) fn filter(&self) -> Result<Filter> {
        Ok(Filter {
            state: word("state", self.state.as_deref())?,
            channel: word("channel", self.channel.as_deref())?,
            template: word("type", self.r#type.as_deref())?,
            address: self.q.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(either).transpose()?,
            about: said(self.order_id.as_deref()).map(order).transpose()?.map(Id::uuid),
        })
    }
}

fn said(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn word<T: std::str::FromStr<Err = String>>(field: &str, text: Option<&str>) -> Result<Option<T>> {
    said(text).map(|text| text.parse().map_err(|error: String| Error::field(field, error))).transpose()
}

fn order(text: &str) -> Result<OrderId> {
    text.parse().map_err(|error: facts::IdError| Error::field("order_id", error.to_string()))
}

/// An address of either channel, in its one spelling.
fn either(text: &str) -> Result<String> {
    let channel = if text.contains('@') { Channel::Email } else { Channel::Whatsapp };
    address(channel, text).map_err(|_| Error::field("q", "a whole phone number or e-mail address"))
}

async fn history(State(app): State<App>, caller: Caller, Query(narrow): Query<Narrow>) -> Answer<Response> {
    let filter = narrow.filter()?;
    answer(caller.read(&app), filter, &narrow).await
}

async fn of_phone(State(app): State<App>, caller: Caller, Path(phone): Path<String>, Query(narrow): Query<Narrow>) -> Answer<Response> {
    let phone = address(Channel::Whatsapp, &phone)?;
    let filter = Filter { address: Some(phone), ..narrow.filter()? };
    answer(caller.read(&app), filter, &narrow).await
}

async fn answer(mut read: Read, filter: Filter, narrow: &Narrow) -> Answer<Response> {
    match said(narrow.format.as_deref()) {
        None | Some("json") => {}
        Some("csv") => return Ok(file(&mut read, &filter).await?),
        Some(_) => return Err(Error::field("format", "json or csv").into()),
    }
    let limit = narrow.paging().limit()?;
    let rows = queries::list(&mut read, &filter, narrow.paging().cursor()?, limit).await?;
    Ok(Json(Listed::new(rows, limit, Line::cursor).map(MessageView::from)).into_response())
}

async fn file(read: &mut Read, filter: &Filter) -> Result<Response> {
    let (mut text, mut rows, mut cursor) = (csv::HEAD.to_owned(), 0, Cursor::START);
    while rows < FILE {
        let mut page = queries::list(read, filter, cursor, PAGE).await?;
        let more = page.len() as i64 > PAGE;
        page.truncate(usize::try_from(PAGE).unwrap_or(0));
        rows += page.len();
        text.extend(page.iter().map(csv::line));
        match page.last() {
            Some(last) if more => cursor = last.cursor(),
            _ => break,
        }
    }
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"messages.csv\"")];
    Ok((headers, text).into_response())
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/notifications/history", Permission::MessagesRead, history)
            .says("Messages, newest first", "Published as GET /api/notifications/history.")
            .query::<Narrow>()
            .gives::<Listed<MessageView>>(200),
        Route::get("/api/v1/notifications/history/{phone}", Permission::MessagesRead, of_phone)
            .says("Messages to one phone, newest first", "The number in any spelling; one without a country is taken for Indian.")
            .query::<Narrow>()
            .gives::<Listed<MessageView>>(200),
    ]
}
