//! An order as JSON.

use crate::model::{Line, Order, OrderState, Whole};
use facts::orders::PayWhen;
use facts::{ContactId, Money, OrderId, OrderLineId, ProductId, Time};
use serde::Serialize;
use store::Error;
use utoipa::ToSchema;

/// An order, as the merchant sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Order)]
pub struct OrderView {
    #[schema(value_type = String, example = "ord_01h2xcejqtf2nbrexx3vqjhp41")]
    id: OrderId,
    /// Its number for people; null in the first moment.
    number: Option<i64>,
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    /// What the customer was called when they placed it.
    customer_name: Option<String>,
    /// `created`, `paid`, `partially_refunded`, `refunded` or `cancelled`.
    #[schema(value_type = String, example = "created")]
    state: OrderState,
    /// `first` or `later`.
    #[schema(value_type = String, example = "later")]
    pay: PayWhen,
    /// What it comes to after the discount.
    #[schema(value_type = web::MoneyShape)]
    total: Money,
    #[schema(value_type = web::MoneyShape)]
    discount: Money,
    #[schema(value_type = web::MoneyShape)]
    paid: Money,
    #[schema(value_type = web::MoneyShape)]
    refunded: Money,
    coupon_code: Option<String>,
    #[schema(example = "2026-11-21")]
    delivery_date: Option<String>,
    #[schema(value_type = String, example = "2026-11-21T09:30:00Z")]
    created_at: Time,
    #[schema(value_type = Option<String>)]
    paid_at: Option<Time>,
    /// Where it was placed: `shop` for your own shop here, else another, such as `woocommerce/shop.example`.
    #[schema(example = "shop")]
    source: String,
    /// What it is called where it was placed, if that is elsewhere.
    source_name: Option<String>,
    /// When the last of its items was packed; null while one is not.
    #[schema(value_type = Option<String>)]
    packed_at: Option<Time>,
    /// Left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<Vec<LineView>>,
}

/// One line of an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderLine)]
pub struct LineView {
    #[schema(value_type = String, example = "line_01h2xcejqtf2nbrexx3vqjhp41")]
    id: OrderLineId,
    /// Null where it was bought elsewhere.
    #[schema(value_type = Option<String>)]
    product_id: Option<ProductId>,
    /// The product's name in addresses.
    #[schema(example = "starter")]
    product: String,
    /// The product's name when the order was placed.
    name: String,
    quantity: i64,
    /// What one cost then.
    #[schema(value_type = web::MoneyShape)]
    unit: Money,
    /// What all of them cost, before the discount.
    #[schema(value_type = web::MoneyShape)]
    amount: Money,
    /// The line's share of the order's discount.
    #[schema(value_type = web::MoneyShape)]
    discount: Money,
    #[schema(value_type = Option<String>)]
    packed_at: Option<Time>,
}

impl From<Order> for OrderView {
    fn from(order: Order) -> Self {
        Self {
            total: order.total(),
            discount: order.money(order.discount_minor),
            paid: order.money(order.paid_minor),
            refunded: order.money(order.refunded_minor),
            id: order.id,
            number: order.number,
            contact_id: order.contact_id,
            customer_name: order.customer_name,
            state: order.state,
            pay: order.pay,
            coupon_code: order.coupon_code,
            delivery_date: order.delivery_date,
            created_at: order.created_at,
            paid_at: order.paid_at,
            source: order.source,
            source_name: order.source_name,
            packed_at: order.packed_at,
            lines: None,
        }
    }
}

impl From<Whole> for OrderView {
    fn from(Whole { order, lines }: Whole) -> Self {
        let lines = lines.into_iter().map(|line| LineView::of(&order, line)).collect();
        Self { lines: Some(lines), ..Self::from(order) }
    }
}

impl LineView {
    fn of(order: &Order, line: Line) -> Self {
        Self {
            unit: order.money(line.unit_minor),
            amount: order.money(line.amount_minor),
            discount: order.money(line.discount_minor),
            id: line.id,
            product_id: line.product_id,
            product: line.product,
            name: line.name,
            quantity: line.quantity,
            packed_at: line.packed_at,
        }
    }
}

/// An error about the customer's fields, which in a request stand inside `customer`.
pub fn nested(error: Error) -> Error {
    let inside = ["name", "phone", "email"];
    if !error.fields().iter().any(|wrong| inside.contains(&wrong.field.as_str())) {
        return error;
    }
    let moved = Error::new(error.kind(), error.code(), error.message());
    error.fields().iter().fold(moved, |moved, wrong| match inside.contains(&wrong.field.as_str()) {
        true => moved.with_field(format!("customer.{}", wrong.field), wrong.message.clone()),
        false => moved.with_field(wrong.field.clone(), wrong.message.clone()),
    })
}
