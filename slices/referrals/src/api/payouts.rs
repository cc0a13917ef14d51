//! What referrers were paid: noted by hand, once for each transfer.

use super::view::PayoutView;
use crate::commands::PayReferrer;
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::referrals::CommissionPaidBy;
use facts::{Money, ReferrerId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Paging, Path, Permission, Query, Route, filter_part, made};

/// A payout, as it is noted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPayout {
    /// How much; all that can be paid when not said.
    #[schema(value_type = Option<web::MoneyShape>)]
    amount: Option<Money>,
    /// `upi`, `bank` or `cash`.
    #[schema(value_type = String, example = "upi")]
    method: CommissionPaidBy,
    /// The transfer's number; each is noted once.
    #[schema(example = "UTR 412345678901")]
    reference: String,
}

/// Which payouts, and which page of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
struct ListQuery {
    /// Those of one referrer.
    referrer_id: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    cursor: Option<String>,
}

async fn pay(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ReferrerId>,
    key: IdempotencyKey,
    body: Body<NewPayout>,
) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let NewPayout { amount, method, reference } = body.value;
    let once = app.db.run_once(&caller.who, key, PayReferrer { id, amount, method, reference }).await?;
    Ok(made(PayoutView::from(once.out), once.replayed))
}

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Json<Listed<PayoutView>>> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let limit = paging.limit()?;
    let referrer = filter_part::<ReferrerId>("referrer_id", query.referrer_id.as_deref(), "an id like rfr_01j8…")?;
    let rows = queries::payout_page(&mut caller.read(&app), referrer, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, queries::place_of_payout).map(PayoutView::from)))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/referrals/{id}/payouts", Permission::PaymentsWrite, pay)
            .says("Note a payout", "That you have paid a referrer, by UPI, bank or cash: at most what can be paid, and each transfer once.")
            .keyed()
            .takes::<NewPayout>()
            .gives::<PayoutView>(201),
        Route::get("/api/v1/referrals/payouts", Permission::PaymentsRead, list)
            .says("List payouts", "What referrers were paid, newest first.")
            .query::<ListQuery>()
            .gives::<Listed<PayoutView>>(200),
    ]
}
