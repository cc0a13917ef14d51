//! `POST /api/v1/checkout/orders`, published as `POST /create_order`: an order of the shop that is paid first.

use super::amount::Amount;
use super::place::Customer;
use super::view::nested;
use crate::Config;
use crate::commands::{Buyer, PlaceOrder, Wanted, place};
use crate::referral::Brought;
use crate::visitor::Visitor;
use axum::extract::State;
use axum::response::Response;
use facts::orders::PayWhen;
use facts::{Currency, OrderId, TenantId};
use payments::{Intent, IntentState};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Error, Result, Who};
use utoipa::ToSchema;
use web::{Access, Answer, App, Asked, Body, IdempotencyKey, Route, Shop, made};

/// How long an answer waits for the provider.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a buyer wants to pay for.
#[derive(Debug, Deserialize, ToSchema)]
struct NewCheckout {
    /// Whole rupees, as the buyer was shown them: the product's price, before the coupon or after it.
    #[schema(value_type = i64, example = 99)]
    amount: Amount,
    /// The product's name in addresses.
    #[schema(example = "starter")]
    product: String,
    #[schema(example = "SAVE20")]
    coupon_code: Option<String>,
    customer: Option<Customer>,
    /// The code of whoever brought the customer; that of the link that they followed when not said.
    #[schema(example = "asha-7k2m")]
    referral_code: Option<String>,
}

/// The provider's order, ready to be paid.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Checkout)]
struct CheckoutView {
    /// The provider's id of it.
    #[schema(example = "order_DaZlswtdcn9UNV")]
    id: String,
    /// `order`.
    entity: &'static str,
    /// What is to be paid, in paise.
    #[schema(example = 9900)]
    amount: i64,
    #[schema(value_type = String, example = "INR")]
    currency: Currency,
    /// Our reference at the provider.
    receipt: String,
    /// `created`.
    status: &'static str,
    /// Origin's id of the order.
    #[schema(value_type = String, example = "ord_01h2xcejqtf2nbrexx3vqjhp41")]
    order_id: OrderId,
    /// The public key that a checkout is opened with; null where the buyer is sent to `checkout_url`.
    #[schema(example = "rzp_live_1DP5mmOlF5G5ag")]
    key_id: Option<String>,
    /// The provider's page on which it is paid, where that is an address of its own.
    checkout_url: Option<String>,
}

async fn create(
    State(app): State<App>,
    shop: Shop,
    asked: Asked,
    brought: Brought,
    visitor: Visitor,
    key: IdempotencyKey,
    body: Body<NewCheckout>,
) -> Answer<Response> {
    let required = app.extra::<Config>()?.enforce_idempotency;
    let key = if required { Some(key.required(&body.hash)?) } else { key.optional(&body.hash) };
    let new = body.value;
    let order = PlaceOrder {
        lines: vec![Wanted { product: new.product, quantity: 1 }],
        buyer: new.customer.map_or(Buyer::Nobody, Buyer::from),
        coupon: new.coupon_code,
        pay: PayWhen::First,
        shown: Some(new.amount.0),
        delivery_date: None,
        referral: new.referral_code.or(brought.0),
        visitor: visitor.0,
        key,
    };
    let who = asked.by(Who::visitor(shop.tenant));
    let once = place(&app.db, &who, order).await.map_err(nested)?;
    let order_id = once.out.order.id;
    let (intent, id) = opened(&app, shop.tenant, order_id).await?;
    let key_id = payments::key_id(&app, shop.tenant, &intent).await?;
    let view = CheckoutView {
        id,
        entity: "order",
        amount: intent.amount_minor,
        currency: intent.currency,
        receipt: intent.receipt,
        status: "created",
        order_id,
        key_id,
        checkout_url: intent.checkout_url,
    };
    Ok(made(view, once.replayed))
}

/// Waits until the provider holds an order of its own, and gives that order's id beside the intent.
///
/// # Errors
/// `provider_pending` when it takes too long: the order is kept, and asking again goes on with it.
async fn opened(app: &App, tenant: TenantId, order: OrderId) -> Result<(Intent, String)> {
    let settled = |intent: &Intent| intent.provider_order_id.is_some() || closed(intent);
    let intent = payments::until(&app.db, tenant, order, PATIENCE, settled).await?.ok_or_else(|| Error::not_found("checkout"))?;
    match intent.provider_order_id.clone() {
        Some(id) => Ok((intent, id)),
        None if closed(&intent) => Err(Error::conflict("order_closed", "This order can no longer be paid.")),
        None => {
            let message = format!(
                "Order {order} is kept, but the payment provider has not answered yet. Repeat this request with the same Idempotency-Key to go on."
            );
            Err(Error::unavailable("provider_pending", message).retry_after(Duration::from_secs(2)))
        }
    }
}

fn closed(intent: &Intent) -> bool {
    matches!(intent.state, IntentState::Cancelled | IntentState::Expired)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/checkout/orders", Access::Public, create)
            .says(
                "Order and open a checkout",
                "Places an order in the shop and returns the provider's order, to be paid in the browser. Published as POST /create_order.",
            )
            .keyed()
            .at_most("CREATE_ORDER", 10)
            .takes::<NewCheckout>()
            .gives::<CheckoutView>(201),
    ]
}
