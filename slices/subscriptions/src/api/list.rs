//! `GET /api/v1/subscriptions`, as pages of JSON or as one file.

use super::view::SubscriptionView;
use crate::model::Subscription;
use crate::queries::{self, Filter};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::subscriptions::SubscriptionState;
use facts::{ContactId, PlanId};
use jiff::civil::Date;
use serde::Deserialize;
use store::{Error, Read, Result};
use utoipa::IntoParams;
use web::{Answer, App, Caller, Listed, Paging, Permission, Query, Route, csv, filter_part};

/// How often an address may ask for a file, a minute.
pub(crate) const EXPORTS_A_MINUTE: u32 = 15;
const COLUMNS: &str = "id,customer,contact_id,plan_id,quantity,discount_bps,state,period_start,period_end,mrr,currency,cancel_on,resume_on,\
    ended_on,created_at,run_by,provider_subscription_id";

/// Which subscriptions, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct ListQuery {
    /// `incomplete`, `trialing`, `active`, `past_due`, `paused`, `unpaid`, `canceled` or `expired`.
    pub state: Option<String>,
    /// Those of one plan.
    pub plan_id: Option<String>,
    /// Those of one contact.
    pub contact_id: Option<String>,
    /// Those that end by this day, such as 2026-12-31.
    pub ending_by: Option<String>,
    /// `true` for those that a person has to look at.
    pub parked: Option<String>,
    /// A part of the customer's name.
    pub q: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl ListQuery {
    pub(crate) fn filter(&self) -> Result<Filter> {
        if self.q.as_deref().is_some_and(|q| q.chars().count() > 200) {
            return Err(Error::field("q", "at most 200 characters"));
        }
        let states = "incomplete, trialing, active, past_due, paused, unpaid, canceled or expired";
        let ending: Option<Date> = filter_part("ending_by", self.ending_by.as_deref(), "a day such as 2026-12-31")?;
        Ok(Filter {
            state: filter_part::<SubscriptionState>("state", self.state.as_deref(), states)?,
            plan: filter_part::<PlanId>("plan_id", self.plan_id.as_deref(), "an id like plan_01j8…")?,
            contact: filter_part::<ContactId>("contact_id", self.contact_id.as_deref(), "an id like con_01j8…")?,
            ending_by: ending.map(|day| day.to_string()),
            parked: filter_part::<bool>("parked", self.parked.as_deref(), "true or false")?.unwrap_or(false),
            q: self.q.clone(),
        })
    }

    pub(crate) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Json<Listed<SubscriptionView>>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let rows = queries::page(&mut caller.read(&app), &query.filter()?, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, queries::place).map(SubscriptionView::from)))
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Response> {
    Ok(as_file(caller.read(&app), query.filter()?).await?)
}

/// Every subscription that the filter lets through, as a file.
///
/// # Errors
/// Whatever the database refuses.
pub(crate) async fn as_file(read: Read, filter: Filter) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, filter) = (read.clone(), filter.clone());
        async move { queries::page(&mut read, &filter, after, limit).await }
    };
    csv::file("subscriptions", COLUMNS, page, queries::place, cells).await
}

fn cells(sub: &Subscription) -> Vec<String> {
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    vec![
        sub.id.to_string(),
        sub.customer_name.clone(),
        sub.contact_id.to_string(),
        sub.plan_id.map(|plan| plan.to_string()).unwrap_or_default(),
        sub.quantity.to_string(),
        sub.discount_bps.to_string(),
        sub.state.to_string(),
        sub.period_start.to_string(),
        sub.period_end.to_string(),
        sub.money(sub.mrr_minor).decimal(),
        sub.currency.to_string(),
        day(sub.cancel_on),
        day(sub.resume_on),
        day(sub.ended_on),
        sub.created_at.to_string(),
        sub.run.as_ref().map(|run| run.0.provider.to_string()).unwrap_or_default(),
        sub.run.as_ref().map(|run| run.0.theirs.clone()).unwrap_or_default(),
    ]
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/subscriptions", Permission::SubscriptionsRead, list)
            .says("List subscriptions", "Newest first; `ending_by` gives those that will have ended by a day.")
            .query::<ListQuery>()
            .gives::<Listed<SubscriptionView>>(200),
        Route::get("/api/v1/subscriptions/export", Permission::SubscriptionsRead, export)
            .says("Export subscriptions", "Every one that the filters let through, as CSV.")
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .query::<ListQuery>(),
    ]
}
