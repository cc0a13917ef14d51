//! `/api/v1/suppressions`: the addresses that are not written to.

use crate::commands::{Lift, StopAddress};
use crate::lists::{self, StopFilter, place_of_stop};
use crate::model::{Reason, Suppression};
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::consent::{How, Scope};
use facts::messages::Channel;
use facts::{ContactId, SuppressionId, Time};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use store::{Error, Read, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Paging, Path, Permission, Query, Route, csv, filter_part};

/// The columns of the file.
const COLUMNS: &str = "id,since,channel,address,contact_id,scope,reason,detail,who";

/// Which suppressions, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct StopQuery {
    /// A channel, such as `email`.
    pub channel: Option<String>,
    /// `all` or `marketing`.
    pub scope: Option<String>,
    /// unsubscribed, stop_word, bounced, complained, undeliverable, by_hand or provider_opt_out.
    pub reason: Option<String>,
    /// A part of the address.
    pub q: Option<String>,
    /// `csv` for a file of all that fit, whatever `limit` and `cursor` say.
    pub format: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl StopQuery {
    /// What it asks for.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub(crate) fn filter(&self) -> Result<StopFilter> {
        let q = self.q.as_deref().map(str::trim).filter(|text| !text.is_empty());
        if q.is_some_and(|q| q.chars().count() > 200) {
            return Err(Error::field("q", "at most 200 characters"));
        }
        Ok(StopFilter {
            channel: filter_part::<Channel>("channel", self.channel.as_deref(), "a channel, such as email")?,
            scope: filter_part::<Scope>("scope", self.scope.as_deref(), "all or marketing")?,
            reason: filter_part::<Reason>("reason", self.reason.as_deref(), "a reason, such as unsubscribed")?,
            q: q.map(str::to_owned),
        })
    }

    /// Which page it asks for.
    pub(crate) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

/// An address that is not written to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suppression)]
struct StopView {
    #[schema(value_type = String, example = "supp_01h2xcejqtf2nbrexx3vqjhp41")]
    id: SuppressionId,
    #[schema(value_type = String, example = "email")]
    channel: Channel,
    #[schema(example = "asha@example.com")]
    address: String,
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    /// `all`, or `marketing` where only offers do not go there.
    #[schema(value_type = String, example = "marketing")]
    scope: Scope,
    #[schema(value_type = String, example = "unsubscribed")]
    reason: Reason,
    /// What else is known of it, such as a provider's words.
    detail: String,
    /// Who noted it.
    who: String,
    #[schema(value_type = String, format = DateTime)]
    since: Time,
}

impl From<Suppression> for StopView {
    fn from(stop: Suppression) -> Self {
        let Suppression { id, contact_id, channel, address, scope, reason, detail, who, since } = stop;
        Self { id, channel, address, contact_id, scope, reason, detail, who, since }
    }
}

async fn list(State(app): State<App>, caller: Caller, headers: HeaderMap, Query(query): Query<StopQuery>) -> Answer<Response> {
    let filter = query.filter()?;
    let paging = query.paging();
    let (limit, cursor) = (paging.limit()?, paging.cursor()?);
    if csv::wanted(&headers, query.format.as_deref())? {
        return Ok(stop_file(caller.read(&app), filter).await?);
    }
    let rows = lists::suppressions(&mut caller.read(&app), &filter, cursor, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, place_of_stop).map(StopView::from)).into_response())
}

/// Every suppression that fits, as a file.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn stop_file(read: Read, filter: StopFilter) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, filter) = (read.clone(), filter.clone());
        async move { lists::suppressions(&mut read, &filter, after, limit).await }
    };
    csv::file("suppressions", COLUMNS, page, place_of_stop, cells).await
}

fn cells(stop: &Suppression) -> Vec<String> {
    vec![
        stop.id.to_string(),
        stop.since.to_string(),
        stop.channel.to_string(),
        stop.address.clone(),
        stop.contact_id.map(|id| id.to_string()).unwrap_or_default(),
        stop.scope.to_string(),
        stop.reason.to_string(),
        stop.detail.clone(),
        stop.who.clone(),
    ]
}

/// An address that is to be written to no more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSuppression {
    #[schema(value_type = String, example = "email")]
    channel: Channel,
    /// In any writing.
    #[schema(example = "asha@example.com")]
    address: String,
    /// `all` or `marketing`; marketing when not said.
    #[schema(value_type = Option<String>)]
    scope: Option<Scope>,
    /// Why; by_hand when not said.
    #[schema(value_type = Option<String>)]
    reason: Option<Reason>,
    /// How that is known.
    #[serde(default)]
    detail: String,
}

async fn add(
    State(app): State<App>,
    caller: Caller,
    key: IdempotencyKey,
    body: Body<NewSuppression>,
) -> Answer<(StatusCode, Json<Listed<StopView>>)> {
    let NewSuppression { channel, address, scope, reason, detail } = body.value;
    let (scope, reason) = (scope.unwrap_or(Scope::Marketing), reason.unwrap_or(Reason::ByHand));
    let command = StopAddress { channel, address, scope, reason, detail, how: How::Api };
    let to = match key.optional(&body.hash) {
        Some(key) => app.db.run_once(&caller.who, key, command).await?.out,
        None => app.db.run(&caller.who, command).await?,
    };
    let on = queries::on(&mut app.db.read_main(caller.tenant()), &[to]).await?;
    let data = on.into_iter().flat_map(|on| on.stops).map(StopView::from).collect();
    Ok((StatusCode::CREATED, Json(Listed { data, next_cursor: None })))
}

/// Why an address may be written to again.
#[derive(Debug, Default, Deserialize, IntoParams)]
struct Because {
    /// How it is known that they want it again, or that it arrives again.
    why: Option<String>,
}

async fn lift(State(app): State<App>, caller: Caller, Path(id): Path<SuppressionId>, Query(because): Query<Because>) -> Answer<StatusCode> {
    app.db.run(&caller.who, Lift { id, why: because.why.unwrap_or_default() }).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/suppressions", Permission::ContactsRead, list)
            .says(
                "List suppressed addresses",
                "Who is not written to and why, newest first. With `format=csv` or `Accept: text/csv` a file of all that fit.",
            )
            .query::<StopQuery>()
            .gives::<Listed<StopView>>(200),
        Route::post("/api/v1/suppressions", Permission::ContactsWrite, add)
            .says(
                "Suppress an address",
                "At once, also for what is queued already. A wish is noted in the log of consent. The answer lists all that stops the \
                 address. An Idempotency-Key is taken.",
            )
            .takes::<NewSuppression>()
            .gives::<Listed<StopView>>(201),
        Route::delete("/api/v1/suppressions/{id}", Permission::MessagesWrite, lift)
            .says(
                "Lift a suppression",
                "Say `why`. Where somebody had wished not to be written to, the reason stands in the log of consent as the evidence that they \
                 changed their mind.",
            )
            .query::<Because>(),
    ]
}
