//! Orders and their lines, as their rows have them.

use facts::orders::PayWhen;
use facts::{ContactId, Currency, Money, OrderId, OrderLineId, PaymentId, PriceId, ProductId, Time};
use serde::{Deserialize, Serialize};

facts::words! {
    /// How far an order is with its money.
    pub enum OrderState {
        /// Placed, and not paid.
        Created = "created",
        /// Paid.
        Paid = "paid",
        /// Paid, and some of it given back.
        PartiallyRefunded = "partially_refunded",
        /// Paid, and all of it given back.
        Refunded = "refunded",
        /// Not to be carried out; nothing was paid.
        Cancelled = "cancelled",
    }
}

/// What a customer asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    /// The order.
    pub id: OrderId,
    /// Its number for people; it has one a moment after it is placed.
    pub number: Option<i64>,
    /// Whose it is, where they are known.
    pub contact_id: Option<ContactId>,
    /// What they were called when they placed it.
    pub customer_name: Option<String>,
    /// The phone number or else the e-mail address that they gave.
    pub customer_reach: Option<String>,
    /// How far it is.
    pub state: OrderState,
    /// When it is meant to be paid.
    pub pay: PayWhen,
    /// The first line's product, by its name.
    pub product: String,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// What it comes to after the discount, in minor units.
    pub total_minor: i64,
    /// What a coupon took off, in minor units.
    pub discount_minor: i64,
    /// What was paid, in minor units.
    pub paid_minor: i64,
    /// What went back of it, in minor units.
    pub refunded_minor: i64,
    /// The coupon that was used.
    pub coupon_code: Option<String>,
    /// The day of delivery as `2026-11-21`, where one is set.
    pub delivery_date: Option<String>,
    /// The payment that paid it.
    pub payment_id: Option<PaymentId>,
    /// When it was placed.
    pub created_at: Time,
    /// When we learnt that it was paid.
    pub paid_at: Option<Time>,
    /// Where it was placed: `shop` for our own, `woocommerce/shop.example` or what a file says for one from elsewhere.
    pub source: String,
    /// What it is called where it was placed, if that is elsewhere.
    pub source_name: Option<String>,
    /// When the last of its items was packed; nothing while one is not.
    pub packed_at: Option<Time>,
}

/// The source of the orders that are placed here.
pub const OWN: &str = "shop";

impl Order {
    /// What it comes to after the discount.
    pub fn total(&self) -> Money {
        self.money(self.total_minor)
    }

    /// So many minor units in its currency.
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// Whether it was placed elsewhere: its money was taken there, and what becomes of it is decided there.
    pub fn is_foreign(&self) -> bool {
        self.source != OWN
    }

    /// What people call it: its number, what it is called elsewhere, or the end of its id in the moment before it has one.
    pub fn title(&self) -> String {
        match (self.number, &self.source_name) {
            (Some(number), _) => format!("#{number}"),
            (None, Some(name)) => name.clone(),
            (None, None) => {
                let id = self.id.to_string();
                format!("…{}", &id[id.len().saturating_sub(6)..])
            }
        }
    }
}

/// One line of an order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    /// The line.
    pub id: OrderLineId,
    /// Its place in the order, from 0.
    pub position: i64,
    /// What was bought; nothing where it was bought elsewhere.
    pub product_id: Option<ProductId>,
    /// The version of its price that was agreed on.
    pub price_id: Option<PriceId>,
    /// The product's name in addresses; elsewhere the name that stock is kept by (SKU), if it has one.
    pub product: String,
    /// The product's name, as it was then.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// What one costs, in minor units.
    pub unit_minor: i64,
    /// What all of them cost before the discount, in minor units.
    pub amount_minor: i64,
    /// The line's share of the order's discount, in minor units.
    pub discount_minor: i64,
    /// When it was packed.
    pub packed_at: Option<Time>,
}

/// An order with its lines.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Whole {
    /// The order.
    pub order: Order,
    /// Its lines, in their order.
    pub lines: Vec<Line>,
}
