//! `GET /api/v1/notifications/history` and `…/history/{phone}`.

use super::view::MessageView;
use crate::model::address;
use crate::queries::{self, Filter, Line};
use axum::extract::State;
use axum::response::{IntoResponse, Json, Response};
use facts::messages::Channel;
use facts::{CampaignId, Id, IdError, OrderId};
use http::HeaderMap;
use serde::Deserialize;
use std::str::FromStr;
use store::{Error, Read, Result};
use utoipa::IntoParams;
use uuid::Uuid;
use web::{Answer, App, Caller, Listed, Paging, Path, Permission, Query, Route, csv};

/// The columns of the file.
const COLUMNS: &str = "id,created_at,type,channel,address,state,reason,subject,body,sent_at,updated_at";

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
    /// One of the types.
    pub r#type: Option<String>,
    /// A phone number or an e-mail address.
    pub q: Option<String>,
    /// The order that they are about.
    pub order_id: Option<String>,
    /// The campaign that they are of.
    pub campaign_id: Option<String>,
    /// What their last failure meant: `transient`, `permanent` or another of the classes.
    pub class: Option<String>,
    /// `csv` for a file of all that match, whatever `limit` and `cursor` say.
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
            about: match said(self.campaign_id.as_deref()) {
                Some(id) => Some(thing::<CampaignId>("campaign_id", id)?),
                None => said(self.order_id.as_deref()).map(|id| thing::<OrderId>("order_id", id)).transpose()?,
            },
            class: word("class", self.class.as_deref())?,
        })
    }
}

fn said(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn word<T: std::str::FromStr<Err = String>>(field: &str, text: Option<&str>) -> Result<Option<T>> {
    said(text).map(|text| text.parse().map_err(|error: String| Error::field(field, error))).transpose()
}

fn thing<T: Id + FromStr<Err = IdError>>(field: &str, text: &str) -> Result<Uuid> {
    text.parse().map(T::uuid).map_err(|error: IdError| Error::field(field, error.to_string()))
}

/// An address of either channel, in its one spelling.
fn either(text: &str) -> Result<String> {
    let channel = if text.contains('@') { Channel::Email } else { Channel::Whatsapp };
    address(channel, text).map_err(|_| Error::field("q", "a whole phone number or e-mail address"))
}

async fn history(State(app): State<App>, caller: Caller, headers: HeaderMap, Query(narrow): Query<Narrow>) -> Answer<Response> {
    let filter = narrow.filter()?;
    answer(caller.read(&app), &headers, filter, &narrow).await
}

async fn of_phone(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(phone): Path<String>,
    Query(narrow): Query<Narrow>,
) -> Answer<Response> {
    let phone = address(Channel::Whatsapp, &phone)?;
    let filter = Filter { address: Some(phone), ..narrow.filter()? };
    answer(caller.read(&app), &headers, filter, &narrow).await
}

async fn answer(mut read: Read, headers: &HeaderMap, filter: Filter, narrow: &Narrow) -> Answer<Response> {
    if csv::wanted(headers, narrow.format.as_deref())? {
        return Ok(file(read, filter).await?);
    }
    let limit = narrow.paging().limit()?;
    let rows = queries::list(&mut read, &filter, narrow.paging().cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, Line::cursor).map(MessageView::from)).into_response())
}

/// All that match, as a file.
async fn file(read: Read, filter: Filter) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, filter) = (read.clone(), filter.clone());
        async move { queries::list(&mut read, &filter, after, limit).await }
    };
    csv::file("messages", COLUMNS, page, Line::cursor, cells).await
}

fn cells(line: &Line) -> Vec<String> {
    vec![
        line.id.to_string(),
        line.created_at.to_string(),
        line.template.clone(),
        line.channel.to_string(),
        line.address.clone(),
        line.state.to_string(),
        line.reason.clone().unwrap_or_default(),
        line.subject.clone(),
        line.body.clone(),
        line.sent_at.map(|at| at.to_string()).unwrap_or_default(),
        line.updated_at.to_string(),
    ]
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/notifications/history", Permission::MessagesRead, history)
            .says(
                "Messages, newest first",
                "Published as GET /api/notifications/history. With `format=csv` or `Accept: text/csv` a file of all that match.",
            )
            .query::<Narrow>()
            .gives::<Listed<MessageView>>(200),
        Route::get("/api/v1/notifications/history/{phone}", Permission::MessagesRead, of_phone)
            .says(
                "Messages to one phone, newest first",
                "The number in any spelling; one without a country is taken for Indian. A file as for all messages.",
            )
            .query::<Narrow>()
            .gives::<Listed<MessageView>>(200),
    ]
}
