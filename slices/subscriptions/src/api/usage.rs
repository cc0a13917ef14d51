//! `GET /api/v1/subscriptions/{id}/usage`: what was used above the plan.

use crate::queries;
use crate::usage::{self, Used};
use axum::Json;
use axum::extract::State;
use facts::{InvoiceId, Money, SubscriptionId, UsageId};
use serde::Serialize;
use store::{Error, Result};
use utoipa::ToSchema;
use web::{Answer, App, Caller, Listed, Path, Permission, Route};

/// Stretches of usage that are shown of one subscription.
const MOST: i64 = 200;

/// So much of a feature that was used above the plan, and what it costs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SubscriptionUsage)]
struct UsedView {
    #[schema(value_type = String)]
    id: UsageId,
    #[schema(example = "api_calls")]
    feature: String,
    name: String,
    unit: String,
    /// The first day of the period in which it was used.
    #[schema(example = "2026-11-01")]
    from: String,
    /// The day after its last.
    #[schema(example = "2026-12-01")]
    to: String,
    /// How many units above what the plan gives.
    #[schema(example = 1250)]
    units: i64,
    /// How many units are sold together.
    #[schema(example = 1000)]
    per: i64,
    /// How many packages of them: one that is begun is a whole one.
    #[schema(example = 2)]
    packages: i64,
    /// What a package costs, the tax in it.
    #[schema(value_type = web::MoneyShape)]
    price: Money,
    /// What they cost together.
    #[schema(value_type = web::MoneyShape)]
    amount: Money,
    /// The invoice that asks for it; null while it waits for the next renewal's.
    #[schema(value_type = Option<String>)]
    invoice_id: Option<InvoiceId>,
}

impl UsedView {
    fn of(used: Used) -> Result<Self> {
        Ok(Self {
            amount: used.amount()?,
            price: Money::new(used.price_minor, used.currency),
            id: used.id,
            feature: used.feature,
            name: used.name,
            unit: used.unit,
            from: used.period_start.to_string(),
            to: used.period_end.to_string(),
            units: used.units,
            per: used.per_units,
            packages: used.packages,
            invoice_id: used.invoice_id,
        })
    }
}

async fn list(State(app): State<App>, caller: Caller, Path(id): Path<SubscriptionId>) -> Answer<Json<Listed<UsedView>>> {
    let mut read = caller.read(&app);
    queries::subscription(&mut read, id).await?.ok_or_else(|| Error::not_found("subscription"))?;
    let used = usage::of(&mut read, id, MOST).await?;
    let data = used.into_iter().map(UsedView::of).collect::<Result<Vec<_>>>()?;
    Ok(Json(Listed { data, next_cursor: None }))
}

const SAYS: &str = "Each period of each feature once, newest first, as soon as the period is over and a day has passed. It is on the invoice of \
    the next renewal; where the subscription rests or has ended, or renews only in more than a month, it is billed at once.";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/subscriptions/{id}/usage", Permission::SubscriptionsRead, list)
            .says("List what was used above the plan", SAYS)
            .gives::<Listed<UsedView>>(200),
    ]
}
