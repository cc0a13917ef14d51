//! `GET /api/v1/usage-events`, as pages of JSON or as one file.

use crate::model::{Subject, UsageEvent};
use crate::queries::{self, Filter};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::{ContactId, Id, TenantId, Time, UsageEventId};
use serde::{Deserialize, Serialize};
use store::{Error, Read, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Caller, Listed, Paging, Permission, Query, Route, csv, filter_part};

/// How often an address may ask for a file, a minute.
pub(crate) const EXPORTS_A_MINUTE: u32 = 15;
const EVENT_COLUMNS: &str = "id,source,event_id,contact_id,feature,quantity,at,received_at,period_start,adjusts";

/// Which events, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct ListQuery {
    /// Those of one contact.
    pub contact_id: Option<String>,
    /// Those of one feature, by its code.
    pub feature: Option<String>,
    /// Those from one source.
    pub source: Option<String>,
    /// Not before this time, such as 2026-11-01T00:00:00Z.
    pub from: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl ListQuery {
    pub(crate) fn filter(&self) -> Result<Filter> {
        let short = |field: &str, text: &Option<String>| match text.as_deref().filter(|text| !text.is_empty()) {
            Some(text) if text.len() > 120 => Err(Error::field(field, "at most 120 characters")),
            text => Ok(text.map(str::to_owned)),
        };
        let contact: Option<ContactId> = filter_part("contact_id", self.contact_id.as_deref(), "an id like con_01j8…")?;
        Ok(Filter {
            subject: contact.map(Id::uuid),
            feature: short("feature", &self.feature)?,
            source: short("source", &self.source)?,
            from: filter_part("from", self.from.as_deref(), "a time such as 2026-11-01T00:00:00Z")?,
        })
    }

    pub(crate) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

/// Something that was used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsageEvent)]
struct EventView {
    #[schema(value_type = String, example = "use_01h2xcejqtf2nbrexx3vqjhp41")]
    id: UsageEventId,
    /// Where it came from; `consume` is what was asked for and counted in one.
    source: String,
    event_id: String,
    /// None for what the account used itself.
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    feature: String,
    quantity: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Time,
    #[schema(value_type = String, format = DateTime)]
    received_at: Time,
    /// The first day of the period that it counts in.
    period_start: String,
    /// The first day of the period that it came too late for.
    adjusts: Option<String>,
}

impl EventView {
    fn of(event: UsageEvent, tenant: TenantId) -> Self {
        Self {
            contact_id: Subject::of(tenant, event.subject).contact(),
            id: event.id,
            source: event.source,
            event_id: event.event_id,
            feature: event.feature,
            quantity: event.quantity,
            at: event.at,
            received_at: event.received_at,
            period_start: event.period_start.to_string(),
            adjusts: event.adjusts.map(|day| day.to_string()),
        }
    }
}

async fn events(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Json<Listed<EventView>>> {
    let (paging, tenant) = (query.paging(), caller.tenant());
    let limit = paging.limit()?;
    let rows = queries::events(&mut caller.read(&app), &query.filter()?, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, queries::event_place).map(|event| EventView::of(event, tenant))))
}

async fn export_events(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Response> {
    Ok(events_file(caller.read(&app), query.filter()?).await?)
}

/// Every event that the filter lets through, as a file.
///
/// # Errors
/// Whatever the database refuses.
pub(crate) async fn events_file(read: Read, filter: Filter) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, filter) = (read.clone(), filter.clone());
        async move { queries::events(&mut read, &filter, after, limit).await }
    };
    csv::file("usage-events", EVENT_COLUMNS, page, queries::event_place, event_cells).await
}

fn event_cells(event: &UsageEvent) -> Vec<String> {
    vec![
        event.id.to_string(),
        event.source.clone(),
        event.event_id.clone(),
        ContactId::from_uuid(event.subject).to_string(),
        event.feature.clone(),
        event.quantity.to_string(),
        event.at.to_string(),
        event.received_at.to_string(),
        event.period_start.to_string(),
        event.adjusts.map(|day| day.to_string()).unwrap_or_default(),
    ]
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::EntitlementsRead;
    vec![
        Route::get("/api/v1/usage-events", EntitlementsRead, events)
            .says("List what was used", "Newest first.")
            .query::<ListQuery>()
            .gives::<Listed<EventView>>(200),
        Route::get("/api/v1/usage-events/export", EntitlementsRead, export_events)
            .says("Export what was used", "Every event that the filters let through, as CSV.")
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .query::<ListQuery>(),
    ]
}
