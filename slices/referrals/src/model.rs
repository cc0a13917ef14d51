//! Referrers, their commissions and what they were paid, as the rows have them.

use facts::referrals::CommissionPaidBy;
use facts::{CommissionId, CommissionPayoutId, ContactId, Currency, Money, OrderId, ReferrerId, Time};
use serde::{Deserialize, Serialize};

/// Who brings customers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Referrer {
    /// Their id.
    pub id: ReferrerId,
    /// Which of the contacts they are, where they are one.
    pub contact_id: Option<ContactId>,
    /// What they are called.
    pub name: String,
    /// What stands in their link.
    pub code: String,
    /// Their share in basis points, where it is another than the shop's usual one.
    pub rate_bps: Option<i64>,
    /// Whether orders that they bring count.
    pub active: bool,
    /// How many followed their link.
    pub clicks: i64,
    /// How many of them signed up.
    pub sign_ups: i64,
    /// How many orders they brought that were paid.
    pub orders: i64,
    /// Since when they are one.
    pub created_at: Time,
}

facts::words! {
    /// How far a commission is.
    pub enum State {
        /// The order is placed, and not paid.
        Open = "open",
        /// It is paid, and can still be given back.
        Pending = "pending",
        /// It can no longer be given back: what is left of the commission is owed.
        Payable = "payable",
        /// All of it went back with the order's money.
        Reversed = "reversed",
        /// The order was cancelled.
        Void = "void",
        /// It counts for nobody; why says the reason.
        Refused = "refused",
    }
}

facts::words! {
    /// Why an order counts for nobody.
    pub enum Refusal {
        /// Who brought it bought it.
        SelfReferral = "self_referral",
    }
}

/// A referrer's share of one order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Commission {
    /// Its id.
    pub id: CommissionId,
    /// Whose it is.
    pub referrer_id: ReferrerId,
    /// Of which order.
    pub order_id: OrderId,
    /// How far it is.
    pub state: State,
    /// Why it counts for nobody.
    pub why: Option<Refusal>,
    /// In which currency.
    pub currency: Currency,
    /// What was paid for the order, in minor units.
    pub paid_minor: i64,
    /// That without tax.
    pub base_minor: i64,
    /// The share of it, in basis points.
    pub rate_bps: i64,
    /// What it comes to.
    pub amount_minor: i64,
    /// What went back of the order's money.
    pub refunded_minor: i64,
    /// What went back of the commission with it.
    pub reversed_minor: i64,
    /// When the order was placed.
    pub created_at: Time,
    /// When it was paid.
    pub earned_at: Option<Time>,
    /// When it can be paid.
    pub due_at: Option<Time>,
}

impl Commission {
    /// So many minor units in its currency.
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// What is left of it.
    pub fn left(&self) -> Money {
        self.money(self.amount_minor - self.reversed_minor)
    }
}

/// What a referrer has to get in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// Whose it is.
    pub referrer_id: ReferrerId,
    /// In which currency.
    pub currency: Currency,
    /// What is not theirs yet, because the orders can still be given back.
    pub pending_minor: i64,
    /// What can be paid now; below nothing where they got more than is theirs by now.
    pub payable_minor: i64,
    /// What they were paid.
    pub paid_minor: i64,
}

impl Balance {
    /// What can be paid now.
    pub fn payable(&self) -> Money {
        Money::new(self.payable_minor, self.currency)
    }

    /// So many minor units in its currency.
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }
}

/// What a referrer was paid.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Payout {
    /// Its id.
    pub id: CommissionPayoutId,
    /// Who was paid.
    pub referrer_id: ReferrerId,
    /// What they were called.
    pub name: String,
    /// In which currency.
    pub currency: Currency,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// How.
    pub method: CommissionPaidBy,
    /// The transfer's number.
    pub reference: String,
    /// When it was noted.
    pub paid_at: Time,
}

impl Payout {
    /// How much.
    pub fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }
}

/// What a shop gives its referrers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ReferralSettings)]
pub struct ReferralSettings {
    /// Their share of an order without tax, in basis points.
    #[schema(example = 3000)]
    pub rate_bps: i64,
    /// How many days an order can be given back, 0 to 365: so long its commission waits.
    #[schema(example = 14)]
    pub hold_days: i64,
}

impl Default for ReferralSettings {
    fn default() -> Self {
        Self { rate_bps: 3_000, hold_days: 14 }
    }
}
