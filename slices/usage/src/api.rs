//! `GET /api/v1/tenants/{id}/usage/stats`.

use crate::narrow::{Narrow, today};
use crate::queries::{self, Count};
use axum::extract::State;
use axum::response::{IntoResponse, Json, Response};
use facts::TenantId;
use http::{HeaderMap, header};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use web::{Answer, App, Caller, Path, Permission, Query, Route, csv};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/tenants/{id}/usage/stats", Permission::TenantRead, stats)
            .says(
                "How much a tenant used",
                "By day and feature, counted from what happened. Days are of the tenant's calendar, in the time zone that it had when \
                 it happened. With `format=csv` or `Accept: text/csv` a file.",
            )
            .query::<Narrow>()
            .gives::<Stats>(200),
    ]
}

/// How much a tenant used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsageStats)]
pub(crate) struct Stats {
    /// The tenant's time zone today.
    #[schema(example = "Asia/Kolkata")]
    pub time_zone: String,
    /// The first day.
    #[schema(example = "2026-11-01")]
    pub from: String,
    /// The last day.
    #[schema(example = "2026-11-30")]
    pub to: String,
    /// Each feature over all these days; those that were not used are left out.
    #[schema(value_type = Object, example = json!({"orders.placed": 120, "messages.whatsapp": 340}))]
    pub totals: BTreeMap<&'static str, i64>,
    /// Newest day first; days without any use are left out.
    pub days: Vec<Count>,
}

/// What each feature comes to.
pub(crate) fn totals(counts: &[Count]) -> BTreeMap<&'static str, i64> {
    let mut totals = BTreeMap::new();
    for count in counts {
        *totals.entry(count.feature.as_str()).or_default() += count.amount;
    }
    totals
}

async fn stats(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TenantId>,
    headers: HeaderMap,
    Query(narrow): Query<Narrow>,
) -> Answer<Response> {
    caller.own(id)?;
    let wanted = narrow.wanted(today(app.db.clock().now(), &caller.time_zone))?;
    let as_csv = csv::wanted(&headers, narrow.format.as_deref())?;
    let days = queries::counts(&mut caller.read(&app), &wanted).await?;
    if as_csv {
        return Ok(file(&days));
    }
    let (from, to) = (wanted.from.to_string(), wanted.to.to_string());
    Ok(Json(Stats { time_zone: caller.time_zone, from, to, totals: totals(&days), days }).into_response())
}

fn file(days: &[Count]) -> Response {
    let mut text = csv::line(["day", "feature", "amount"]);
    for count in days {
        text.push_str(&csv::line([count.day.as_str(), count.feature.as_str(), &count.amount.to_string()]));
    }
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"usage.csv\"")];
    (headers, text).into_response()
}
