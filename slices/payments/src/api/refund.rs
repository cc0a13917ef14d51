//! Refunds, asked for and listed.

use super::list::filled;
use super::shown::RefundShown;
use crate::commands::RequestRefund;
use crate::model::RefundState;
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::{Currency, Id, Money, PaymentId};
use http::StatusCode;
use serde::Deserialize;
use store::{Error, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Body, Caller, Cursor, IdempotencyKey, Listed, Paging, Path, Query};

/// What to give back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefundWanted {
    /// How much; all that is left when not said.
    #[serde(default)]
    #[schema(value_type = Option<web::MoneyShape>)]
    amount: Option<Money>,
    /// Why, at most 500 characters.
    #[serde(default)]
    #[schema(example = "Sent the wrong size")]
    reason: String,
}

/// Which refunds.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub struct RefundFilters {
    /// `requested`, `pending`, `settled` or `failed`.
    pub state: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

pub(super) async fn request(
    State(app): State<App>,
    caller: Caller,
    key: IdempotencyKey,
    Path(payment_id): Path<PaymentId>,
    body: Body<RefundWanted>,
) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let command = RequestRefund { payment_id, amount: body.value.amount, reason: body.value.reason };
    let once = app.db.run_once(&caller.who, key, command).await?;
    let mut response = (StatusCode::CREATED, Json(RefundShown::from(once.out))).into_response();
    if once.replayed {
        response.headers_mut().insert("idempotency-replayed", http::HeaderValue::from_static("true"));
    }
    Ok(response)
}

pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(filters): Query<RefundFilters>,
) -> Answer<Json<Listed<RefundShown>>> {
    let state = filled(&filters.state).map(|word| word.parse::<RefundState>().map_err(|message| Error::field("state", message)));
    let paging = Paging { limit: filters.limit.clone(), cursor: filters.cursor.clone() };
    let (state, cursor, limit) = (state.transpose()?, paging.cursor()?, paging.limit()?);
    let rows = queries::refunds(&mut caller.read(&app), state, cursor, limit + 1).await?;
    let page = Listed::new(rows, limit, |refund| Cursor { at: refund.created_at, id: refund.id.uuid() });
    Ok(Json(page.map(RefundShown::from)))
}

/// An amount as a person types it, such as `1,234.50`.
///
/// # Errors
/// `invalid_field` where it is not an amount above zero in the currency's digits.
pub fn read_amount(text: &str, currency: Currency) -> Result<Money> {
    let amount = Money::typed(text, currency).filter(|amount| amount.minor > 0);
    amount.ok_or_else(|| Error::field("amount", "an amount such as 199.00"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_people_type_them() {
        for (text, paise) in [("199", 19_900), ("199.5", 19_950), ("1,23,456.00", 12_345_600), ("₹ 0.05", 5)] {
            assert_eq!(read_amount(text, Currency::INR).unwrap(), Money::inr(paise), "{text}");
        }
        for text in ["", "0", "-5", "1.999", "abc", "1e3", ".5", "99999999999999999999"] {
            assert!(read_amount(text, Currency::INR).is_err(), "{text}");
        }
    }
}
