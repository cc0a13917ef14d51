//! `POST /api/v1/orders`.

use super::amount::Amount;
use super::view::{OrderView, nested};
use crate::commands::{Buyer, PlaceOrder, Wanted, place};
use axum::extract::State;
use axum::response::Response;
use contacts::NewContact;
use facts::ContactId;
use facts::orders::PayWhen;
use serde::Deserialize;
use store::{Error, Result};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Permission, Route, made};

/// Who buys; a phone number or an e-mail address is needed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct Customer {
    name: Option<String>,
    /// In any writing; numbers without a country are Indian.
    #[schema(example = "+919876543210")]
    phone: Option<String>,
    #[schema(example = "asha@example.com")]
    email: Option<String>,
}

impl From<Customer> for Buyer {
    fn from(Customer { name, phone, email }: Customer) -> Self {
        Buyer::Said(NewContact { name, phone, email, ..NewContact::default() })
    }
}

/// One thing that is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewLine {
    /// The product's name in addresses.
    #[schema(example = "starter")]
    product: String,
    /// 1 when not said.
    quantity: Option<i64>,
}

/// An order to be placed: `lines`, or `product` for one of one thing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOrder {
    lines: Option<Vec<NewLine>>,
    #[schema(example = "starter")]
    product: Option<String>,
    /// What you expect it to come to, in whole rupees or as money; the order is refused when it does not.
    #[schema(value_type = Option<Object>, example = json!({"minor": 9900, "currency": "INR"}))]
    amount: Option<Amount>,
    coupon_code: Option<String>,
    customer: Option<Customer>,
    /// In place of `customer`: somebody who is known already.
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    /// `later` when not said; `first` opens a checkout.
    #[schema(value_type = Option<String>, example = "later")]
    pay: Option<PayWhen>,
    #[schema(example = "2026-11-21")]
    delivery_date: Option<String>,
    /// The code of whoever brought the customer, as it stands in their link.
    #[schema(example = "asha-7k2m")]
    referral_code: Option<String>,
}

impl NewOrder {
    fn wanted(&mut self) -> Result<Vec<Wanted>> {
        match (self.lines.take(), self.product.take()) {
            (Some(lines), None) => {
                Ok(lines.into_iter().map(|line| Wanted { product: line.product, quantity: line.quantity.unwrap_or(1) }).collect())
            }
            (None, Some(product)) => Ok(vec![Wanted { product, quantity: 1 }]),
            _ => Err(Error::field("lines", "either lines or a product")),
        }
    }

    fn buyer(&mut self) -> Result<Buyer> {
        match (self.customer.take(), self.contact_id) {
            (Some(_), Some(_)) => Err(Error::field("contact_id", "either a customer or a contact_id")),
            (Some(customer), None) => Ok(customer.into()),
            (None, Some(id)) => Ok(Buyer::Known(id)),
            (None, None) => Ok(Buyer::Nobody),
        }
    }
}

async fn create(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<NewOrder>) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let mut new = body.value;
    let order = PlaceOrder {
        lines: new.wanted()?,
        buyer: new.buyer()?,
        coupon: new.coupon_code,
        pay: new.pay.unwrap_or(PayWhen::Later),
        shown: new.amount.map(|amount| amount.0),
        delivery_date: new.delivery_date,
        referral: new.referral_code,
        visitor: None,
        key: Some(key),
    };
    let once = place(&app.db, &caller.who, order).await.map_err(nested)?;
    Ok(made(OrderView::from(once.out), once.replayed))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/orders", Permission::OrdersWrite, create)
            .says(
                "Place an order",
                "At the catalogue's prices. The key is the order's for ever: the same request again gets the same order.",
            )
            .keyed()
            .takes::<NewOrder>()
            .gives::<OrderView>(201),
    ]
}
