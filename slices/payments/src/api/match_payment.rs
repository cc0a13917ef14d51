//! Matching a payment by hand.

use super::shown::PaymentShown;
use crate::commands::MatchPayment;
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::payments::Payable;
use facts::{InvoiceId, OrderId, PaymentId};
use serde::Deserialize;
use store::{Error, Result};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Path};

/// What a payment is to pay.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchWanted {
    /// An unpaid order or invoice of the same amount and currency.
    #[schema(example = "ord_01j8z3k5c6e7f8g9h0j1k2m3n4")]
    to: String,
}

pub(super) async fn apply(
    State(app): State<App>,
    caller: Caller,
    key: IdempotencyKey,
    Path(payment_id): Path<PaymentId>,
    body: Body<MatchWanted>,
) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let command = MatchPayment { payment_id, to: read_payable(&body.value.to)? };
    let once = app.db.run_once(&caller.who, key, command).await?;
    let payment = queries::payment(&mut app.db.read_main(caller.tenant()), once.out).await?;
    let payment = payment.ok_or_else(|| Error::not_found("payment"))?;
    let mut response = Json(PaymentShown::from(payment)).into_response();
    if once.replayed {
        response.headers_mut().insert("idempotency-replayed", http::HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// What is paid for, by its id.
///
/// # Errors
/// `invalid_field` where it is the id of neither an order nor an invoice.
pub fn read_payable(id: &str) -> Result<Payable> {
    let order = id.parse::<OrderId>().map(Payable::from);
    let found = order.or_else(|_| id.parse::<InvoiceId>().map(Payable::from));
    found.map_err(|_| Error::field("to", "the id of an order (ord_…) or of an invoice (inv_…)"))
}
