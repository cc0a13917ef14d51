//! Products with their current price, and coupons.

use facts::{ContactId, CouponId, Currency, ExperimentId, Money, OrderId, PriceId, ProductId, Time};
use serde::{Deserialize, Serialize};
use store::Json;

facts::words! {
    /// What a price is paid for.
    pub enum Interval {
        /// The thing itself, once.
        Once = "once",
        /// A month of it.
        Month = "month",
        /// A year of it.
        Year = "year",
    }
}

facts::words! {
    /// How a coupon's discount is reckoned.
    pub enum CouponKind {
        /// A share of the amount, in basis points.
        Percent = "percent",
        /// An amount of its own, never more than there is to pay.
        Fixed = "fixed",
    }
}

/// Something that is sold, with its current price.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Product {
    /// The product.
    pub id: ProductId,
    /// Its name in addresses: `starter`.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// What it is, in a sentence or two.
    pub description: String,
    /// What it has, a line each.
    pub features: Json<Vec<String>>,
    /// Whether the shop offers it.
    pub active: bool,
    /// Its HSN or SAC; empty where nobody said.
    pub hsn: String,
    /// The rate of the tax in its price, in basis points; none where it is the shop's.
    pub tax_bps: Option<i64>,
    /// Since when it is there.
    pub created_at: Time,
    /// The price that counts now.
    pub price_id: PriceId,
    /// Which version of the price that is, from 1.
    pub price_version: i64,
    /// The price in minor units.
    pub amount_minor: i64,
    /// The currency of the price.
    pub currency: Currency,
    /// What the price is paid for.
    pub interval: Interval,
    /// The experiment that has its price on trial, where one does and it was asked.
    #[serde(default)]
    pub trial: Option<ExperimentId>,
}

impl Product {
    /// What one of it costs now.
    pub fn price(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }
}

/// A discount that is claimed by its code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Coupon {
    /// The coupon.
    pub id: CouponId,
    /// What people type, in capitals; they may type it in small letters too.
    pub code: String,
    /// How the discount is reckoned.
    pub kind: CouponKind,
    /// Basis points or minor units, by `kind`.
    pub value: i64,
    /// The currency of the amounts, and of the orders that it is good for.
    pub currency: Currency,
    /// How often it can be used in all; for ever when nobody said.
    pub max_uses: Option<i64>,
    /// How often it is in use now.
    pub used: i64,
    /// How often one person can use it.
    pub per_contact: Option<i64>,
    /// What an order comes to at least, in minor units, before the discount.
    pub min_amount_minor: i64,
    /// From when it is good.
    pub starts_at: Option<Time>,
    /// Until when it is good, that moment not included.
    pub ends_at: Option<Time>,
    /// Whether it can be used at all.
    pub active: bool,
    /// Since when it is there.
    pub created_at: Time,
}

/// What a redeemed coupon takes off one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discount {
    /// The coupon.
    pub coupon_id: CouponId,
    /// Its code, as it is written.
    pub code: String,
    /// How much it takes off: from nothing to the whole amount.
    pub amount: Money,
}

/// One use of a coupon.
#[derive(Debug, Clone)]
pub(crate) struct Use {
    pub order_id: OrderId,
    pub contact_id: Option<ContactId>,
    pub amount: Money,
}
