//! `GET /api/v1/consents`: every word that was said on being written to.

use crate::lists::{self, LogFilter, place_of_entry};
use crate::model::{Consent, Entry};
use crate::rules;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::consent::{How, Scope};
use facts::messages::Channel;
use facts::{ConsentId, ContactId, Time};
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use store::{Error, Read, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Caller, Listed, Paging, Permission, Query, Route, csv, filter_part};

/// The columns of the file.
const COLUMNS: &str = "id,at,channel,address,contact_id,scope,said,how,evidence,ip,who";

/// Which words, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct LogQuery {
    /// A channel, such as `email`.
    pub channel: Option<String>,
    /// `all` or `marketing`.
    pub scope: Option<String>,
    /// `given` or `withdrawn`.
    pub said: Option<String>,
    /// How it became known, such as `one_click` or `stop_word`.
    pub how: Option<String>,
    /// A whole address in any writing: with an @ an e-mail address, else a phone number.
    pub address: Option<String>,
    /// Those of one contact.
    pub contact_id: Option<String>,
    /// `csv` for a file of all that fit, whatever `limit` and `cursor` say.
    pub format: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl LogQuery {
    /// What it asks for.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub(crate) fn filter(&self) -> Result<LogFilter> {
        let typed = self.address.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let channel = filter_part::<Channel>("channel", self.channel.as_deref(), "a channel, such as email")?;
        let address = typed.map(|text| spelled(channel, text)).transpose()?;
        Ok(LogFilter {
            channel,
            scope: filter_part::<Scope>("scope", self.scope.as_deref(), "all or marketing")?,
            said: filter_part::<Consent>("said", self.said.as_deref(), "given or withdrawn")?,
            how: filter_part::<How>("how", self.how.as_deref(), "how it became known, such as one_click")?,
            address,
            contact: filter_part::<ContactId>("contact_id", self.contact_id.as_deref(), "an id like con_01j8…")?,
        })
    }

    /// Which page it asks for.
    pub(crate) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

/// An address as it is kept: by its channel, else by how it looks.
fn spelled(channel: Option<Channel>, text: &str) -> Result<String> {
    match channel {
        Some(channel) => rules::address(channel, text),
        None if text.contains('@') => rules::address(Channel::Email, text),
        None => contacts::phone(text).map_err(|_| Error::field("address", "a whole phone number or e-mail address")),
    }
}

/// A word.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Consent)]
struct EntryView {
    #[schema(value_type = String, example = "cns_01h2xcejqtf2nbrexx3vqjhp41")]
    id: ConsentId,
    #[schema(value_type = String, example = "email")]
    channel: Channel,
    #[schema(example = "asha@example.com")]
    address: String,
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    /// `all` or `marketing`.
    #[schema(value_type = String, example = "marketing")]
    scope: Scope,
    /// `given` or `withdrawn`.
    #[schema(value_type = String, example = "withdrawn")]
    said: Consent,
    /// api, import, form, preference_page, one_click, stop_word, start_word, by_hand or provider.
    #[schema(value_type = String, example = "one_click")]
    how: How,
    /// What was said, or how somebody knows.
    evidence: String,
    /// Where the person's request came from, where it was the person's.
    ip: Option<String>,
    /// Who noted it, such as `visitor` or `member:usr_…`.
    who: String,
    #[schema(value_type = String, format = DateTime)]
    at: Time,
}

impl From<Entry> for EntryView {
    fn from(entry: Entry) -> Self {
        let Entry { id, contact_id, channel, address, scope, said, how, evidence, ip, who, at } = entry;
        Self { id, channel, address, contact_id, scope, said, how, evidence, ip, who, at }
    }
}

async fn list(State(app): State<App>, caller: Caller, headers: HeaderMap, Query(query): Query<LogQuery>) -> Answer<Response> {
    let filter = query.filter()?;
    let paging = query.paging();
    let (limit, cursor) = (paging.limit()?, paging.cursor()?);
    if csv::wanted(&headers, query.format.as_deref())? {
        return Ok(log_file(caller.read(&app), filter).await?);
    }
    let rows = lists::log(&mut caller.read(&app), &filter, cursor, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, place_of_entry).map(EntryView::from)).into_response())
}

/// Every word that fits, as a file.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn log_file(read: Read, filter: LogFilter) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, filter) = (read.clone(), filter.clone());
        async move { lists::log(&mut read, &filter, after, limit).await }
    };
    csv::file("consents", COLUMNS, page, place_of_entry, cells).await
}

fn cells(entry: &Entry) -> Vec<String> {
    vec![
        entry.id.to_string(),
        entry.at.to_string(),
        entry.channel.to_string(),
        entry.address.clone(),
        entry.contact_id.map(|id| id.to_string()).unwrap_or_default(),
        entry.scope.to_string(),
        entry.said.to_string(),
        entry.how.to_string(),
        entry.evidence.clone(),
        entry.ip.clone().unwrap_or_default(),
        entry.who.clone(),
    ]
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/consents", Permission::ContactsRead, list)
            .says(
                "List words of consent",
                "Every word that was said on being written to, newest first; nothing of it is ever changed. With `format=csv` or \
                 `Accept: text/csv` a file of all that fit.",
            )
            .query::<LogQuery>()
            .gives::<Listed<EntryView>>(200),
    ]
}
