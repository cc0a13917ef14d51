//! `GET /api/v1/usage-thresholds`: the thresholds that were crossed.

use super::list::ListQuery;
use crate::model::{Crossed, Subject};
use crate::queries::{self, Filter};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::{ContactId, Id, TenantId, ThresholdId, Time};
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use store::{Read, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Caller, Listed, Permission, Query, Route, csv};

const THRESHOLD_COLUMNS: &str = "id,contact_id,feature,percent,limit,used,period_start,crossed_at";

/// Which thresholds, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
struct ThresholdQuery {
    /// Those of one contact.
    contact_id: Option<String>,
    /// Those of one feature, by its code.
    feature: Option<String>,
    /// Not before this time, such as 2026-11-01T00:00:00Z.
    from: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    cursor: Option<String>,
    /// `csv` for a file.
    format: Option<String>,
}

impl ThresholdQuery {
    fn plain(self) -> ListQuery {
        let Self { contact_id, feature, from, limit, cursor, .. } = self;
        ListQuery { contact_id, feature, source: None, from, limit, cursor }
    }
}

/// A threshold that was crossed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsageThreshold)]
struct ThresholdView {
    #[schema(value_type = String, example = "thr_01h2xcejqtf2nbrexx3vqjhp41")]
    id: ThresholdId,
    /// None for what the account used itself.
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    feature: String,
    /// 80, 90, 100 or 110.
    percent: i64,
    limit: i64,
    /// So much was used then.
    used: i64,
    period_start: String,
    #[schema(value_type = String, format = DateTime)]
    crossed_at: Time,
}

impl ThresholdView {
    fn of(crossed: Crossed, tenant: TenantId) -> Self {
        Self {
            contact_id: Subject::of(tenant, crossed.subject).contact(),
            id: crossed.id,
            feature: crossed.feature,
            percent: crossed.percent,
            limit: crossed.allowed,
            used: crossed.used,
            period_start: crossed.period_start.to_string(),
            crossed_at: crossed.crossed_at,
        }
    }
}

async fn thresholds(State(app): State<App>, caller: Caller, headers: HeaderMap, Query(query): Query<ThresholdQuery>) -> Answer<Response> {
    let as_file = csv::wanted(&headers, query.format.as_deref())?;
    let query = query.plain();
    let (paging, tenant, filter) = (query.paging(), caller.tenant(), query.filter()?);
    if as_file {
        return Ok(thresholds_file(caller.read(&app), filter).await?);
    }
    let limit = paging.limit()?;
    let rows = queries::thresholds(&mut caller.read(&app), &filter, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, queries::threshold_place).map(|crossed| ThresholdView::of(crossed, tenant))).into_response())
}

async fn thresholds_file(read: Read, filter: Filter) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, filter) = (read.clone(), filter.clone());
        async move { queries::thresholds(&mut read, &filter, after, limit).await }
    };
    csv::file("usage-thresholds", THRESHOLD_COLUMNS, page, queries::threshold_place, threshold_cells).await
}

fn threshold_cells(crossed: &Crossed) -> Vec<String> {
    vec![
        crossed.id.to_string(),
        ContactId::from_uuid(crossed.subject).to_string(),
        crossed.feature.clone(),
        crossed.percent.to_string(),
        crossed.allowed.to_string(),
        crossed.used.to_string(),
        crossed.period_start.to_string(),
        crossed.crossed_at.to_string(),
    ]
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/usage-thresholds", Permission::EntitlementsRead, thresholds)
            .says("List the thresholds that were crossed", "Newest first. With `format=csv` or `Accept: text/csv` all of them as a file.")
            .query::<ThresholdQuery>()
            .gives::<Listed<ThresholdView>>(200),
    ]
}
