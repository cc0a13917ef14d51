//! `/api/v1/events`: what the shop's own programs say that people did.

use crate::commands::{Doer, Tell, Told};
use crate::model::{Event, Known};
use crate::queries::{self, Filter, place};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::ContactId;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Map, Value};
use store::{Error, Look, Read, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Paging, Permission, Query, Route, csv, filter_part, made};

/// The columns of the file.
const COLUMNS: &str = "id,at,name,contact_id,data";

/// What somebody did.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewContactEvent)]
struct NewEvent {
    /// What you call it: small letters, digits, _, - and dots.
    #[schema(example = "service_due")]
    name: String,
    /// Who did it, where you know their id.
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    /// Else their number: whoever has it, or somebody new.
    #[schema(example = "+919876543210")]
    phone: Option<String>,
    /// Or their e-mail address.
    email: Option<String>,
    /// What else is to be said of it, plain values by name: a journey's texts may use them, as `{{ machine }}`.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({"machine": "RO filter"}))]
    data: Map<String, Value>,
}

impl NewEvent {
    fn who(&self) -> Result<Doer> {
        match (self.contact_id, &self.phone, &self.email) {
            (Some(id), None, None) => Ok(Doer::Known(id)),
            (Some(_), ..) => Err(Error::field("contact_id", "either this, or phone and email")),
            (None, None, None) => Err(Error::field("contact_id", "who did it: contact_id, phone or email")),
            (None, phone, email) => Ok(Doer::Reached { phone: phone.clone(), email: email.clone() }),
        }
    }
}

async fn tell(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<NewEvent>) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let who = body.value.who()?;
    let NewEvent { name, data, .. } = body.value;
    let once = app.db.run_once(&caller.who, key, Tell { name: name.clone(), who, data: data.clone() }).await?;
    // Whoever asks again has said the same again.
    let Told { id, contact_id, at } = once.out;
    Ok(made(Event { id, name, contact_id, data: store::Json(data), at }, once.replayed))
}

/// Which events, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct EventQuery {
    /// Those that are called so.
    pub name: Option<String>,
    /// Those of one contact.
    pub contact_id: Option<String>,
    /// `csv` for a file of all that fit, whatever `limit` and `cursor` say.
    pub format: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl EventQuery {
    /// What it asks for; of somebody who became one with another, what is under the id that they have now.
    ///
    /// # Errors
    /// `contact_id` is none.
    pub(crate) async fn filter(&self, look: &mut impl Look) -> Result<Filter> {
        let contact = filter_part::<ContactId>("contact_id", self.contact_id.as_deref(), "an id like con_01j8…")?;
        Ok(Filter {
            name: self.name.clone().filter(|name| !name.is_empty()),
            contact: match contact {
                Some(id) => Some(contacts::now_known_as(look, id).await?),
                None => None,
            },
        })
    }

    /// Which page it asks for.
    pub(crate) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

async fn list(State(app): State<App>, caller: Caller, headers: HeaderMap, Query(query): Query<EventQuery>) -> Answer<Response> {
    let mut read = caller.read(&app);
    let filter = query.filter(&mut read).await?;
    let paging = query.paging();
    let (limit, cursor) = (paging.limit()?, paging.cursor()?);
    if csv::wanted(&headers, query.format.as_deref())? {
        return Ok(file(read, filter).await?);
    }
    let rows = queries::page(&mut read, &filter, cursor, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, place)).into_response())
}

/// Every event that fits, as a file.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn file(read: Read, filter: Filter) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, filter) = (read.clone(), filter.clone());
        async move { queries::page(&mut read, &filter, after, limit).await }
    };
    let cells = |event: &Event| {
        let data = Value::Object(event.data.0.clone()).to_string();
        vec![event.id.to_string(), event.at.to_string(), event.name.clone(), event.contact_id.to_string(), data]
    };
    csv::file("events", COLUMNS, page, place, cells).await
}

async fn names(State(app): State<App>, caller: Caller) -> Answer<Json<Listed<Known>>> {
    let data = queries::known(&mut caller.read(&app)).await?;
    Ok(Json(Listed { data, next_cursor: None }))
}

pub(crate) fn routes() -> Vec<Route> {
    const ALL: &str = "/api/v1/events";
    vec![
        Route::get(ALL, Permission::ContactsRead, list)
            .says("List events", "Newest first. With `format=csv` or `Accept: text/csv` a file of all that fit.")
            .query::<EventQuery>()
            .gives::<Listed<Event>>(200),
        Route::post(ALL, Permission::ContactsWrite, tell)
            .says(
                "Tell of an event",
                "Something that somebody did outside of Origin, by a name of your own. As `event:service_due` journeys begin with it, wait for it and \
                 end by it, segments ask who did it how often, and experiments count it.",
            )
            .keyed()
            .takes::<NewEvent>()
            .gives::<Event>(201),
        Route::get("/api/v1/events/names", Permission::ContactsRead, names)
            .says("List the names of events", "Those that have happened last, 200 at the most, in the order of their names; each with how often it happened.")
            .gives::<Listed<Known>>(200),
    ]
}
