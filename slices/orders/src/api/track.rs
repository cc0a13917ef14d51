//! `GET /order/{id}`: how an order stands, for whoever has its id. It says nothing about the customer.

use crate::model::{Order, OrderState, Whole};
use crate::{pages, queries};
use axum::extract::State;
use axum::response::{IntoResponse, Json, Response};
use facts::{Currency, OrderId, Time};
use http::{HeaderMap, header};
use payments::Intent;
use serde::{Deserialize, Serialize};
use store::{Error, Look, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Access, Address, Answer, App, Path, Query, Route, Shop};

/// How an order stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderStatus)]
struct StatusView {
    #[schema(value_type = String, example = "ord_01h2xcejqtf2nbrexx3vqjhp41")]
    id: OrderId,
    #[schema(value_type = String, example = "ord_01h2xcejqtf2nbrexx3vqjhp41")]
    order_id: OrderId,
    /// The payment provider's id, where the order is paid online.
    provider_order_id: Option<String>,
    /// `created`, `paid`, `partially_refunded`, `refunded` or `cancelled`.
    #[schema(value_type = String, example = "paid")]
    status: OrderState,
    /// What it comes to, in minor units.
    #[schema(example = 9900)]
    amount: i64,
    #[schema(value_type = String, example = "INR")]
    currency: Currency,
    /// The first product, by its name.
    product: String,
    lines: Vec<StatusLine>,
    delivery_date: Option<String>,
    #[schema(value_type = String)]
    created_at: Time,
    #[schema(value_type = Option<String>)]
    paid_at: Option<Time>,
    /// Where the first file that was paid for is downloaded: a path here, good for 15 minutes. Ask again for another.
    #[schema(example = "/download/starter?token=1795149900.…")]
    download_url: Option<String>,
    /// Every file that was paid for.
    downloads: Vec<StatusDownload>,
}

/// A file that was paid for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderDownload)]
struct StatusDownload {
    product: String,
    /// What the file is called.
    name: String,
    /// In bytes.
    size: i64,
    /// How often it may still be downloaded.
    uses_left: i64,
    /// Where; null where no use is left.
    url: Option<String>,
    /// When the address stops working.
    #[schema(value_type = String)]
    expires_at: Time,
}

/// One line of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderStatusLine)]
struct StatusLine {
    product: String,
    name: String,
    quantity: i64,
    /// What all of them cost before the discount, in minor units.
    amount: i64,
    packed: bool,
}

impl StatusView {
    fn of(Whole { order, lines }: Whole, intent: Option<Intent>, base: &str, links: Vec<files::Link>) -> Self {
        let line = |line: crate::model::Line| StatusLine {
            product: line.product,
            name: line.name,
            quantity: line.quantity,
            amount: line.amount_minor,
            packed: line.packed_at.is_some(),
        };
        let download = |link: files::Link| StatusDownload {
            product: link.product,
            name: link.name,
            size: link.size,
            uses_left: link.left,
            url: link.path.map(|path| format!("{base}{path}")),
            expires_at: link.expires_at,
        };
        let downloads: Vec<StatusDownload> = links.into_iter().map(download).collect();
        let Order { id, state, total_minor, currency, product, delivery_date, created_at, paid_at, .. } = order;
        Self {
            id,
            order_id: id,
            provider_order_id: intent.and_then(|intent| intent.provider_order_id),
            status: state,
            amount: total_minor,
            currency,
            product,
            lines: lines.into_iter().map(line).collect(),
            delivery_date,
            created_at,
            paid_at,
            download_url: downloads.iter().find_map(|download| download.url.clone()),
            downloads,
        }
    }
}

/// The order with Origin's or the provider's id.
async fn find(look: &mut impl Look, id: &str) -> Result<Option<(Whole, Option<Intent>)>> {
    let (order, intent) = match id.parse::<OrderId>() {
        Ok(id) => (id, payments::intent(look, id).await?),
        Err(_) => match payments::intent_by_provider_order(look, id).await? {
            Some(intent) => match intent.payable().order() {
                Some(order) => (order, Some(intent)),
                None => return Ok(None),
            },
            None => return Ok(None),
        },
    };
    Ok(queries::whole(look, order).await?.map(|whole| (whole, intent)))
}

/// What a buyer brings along who comes back from the provider's page.
#[derive(Debug, Default, Deserialize, IntoParams)]
struct Came {
    /// `failed` when they come from a payment that did not succeed.
    payment: Option<String>,
}

async fn track(
    State(app): State<App>,
    shop: Shop,
    Path(id): Path<String>,
    Query(came): Query<Came>,
    from: Address,
    headers: HeaderMap,
) -> Answer<Response> {
    let found = find(&mut app.db.read_main(shop.tenant), &id).await?;
    let (whole, intent) = found.ok_or_else(|| Error::not_found("order"))?;
    let links = files::links(&app, &shop, whole.order.id, from.0).await?;
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if accept.contains("text/html") {
        let front = branding::Front::of(&app, shop).await?;
        return Ok(pages::track(&app, &front, &whole, &links, intent.is_some(), came.payment.as_deref() == Some("failed")));
    }
    Ok(Json(StatusView::of(whole, intent, &shop.base, links)).into_response())
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/order/{id}", Access::Public, track)
            .says("Follow an order", "By Origin's or the provider's id; a page for a browser, JSON for a program.")
            .query::<Came>()
            .gives::<StatusView>(200),
    ]
}
