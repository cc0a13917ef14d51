//! What happens to those who bring customers.

use crate::{Change, CommissionId, CommissionPayoutId, ContactId, Fact, Id, Money, OrderId, ReferrerId, RefundId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Somebody got a link of their own, or what is known of them changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReferrerSaved {
    /// Who.
    pub referrer_id: ReferrerId,
    /// Which of the contacts they are, where they are one.
    pub contact_id: Option<ContactId>,
    /// What they are called.
    pub name: String,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for ReferrerSaved {
    const KIND: &'static str = "referrer.saved";
    fn about(&self) -> Option<Uuid> {
        Some(self.referrer_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// An order that a referrer brought was paid: their share of it is theirs once the money can no longer go back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommissionEarned {
    /// The commission.
    pub commission_id: CommissionId,
    /// Whose it is.
    pub referrer_id: ReferrerId,
    /// The order.
    pub order_id: OrderId,
    /// What it is a share of: the order without tax.
    pub base: Money,
    /// The share, in basis points.
    pub rate_bps: i64,
    /// What it comes to.
    pub amount: Money,
}

impl Fact for CommissionEarned {
    const KIND: &'static str = "commission.earned";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
}

/// Money of the order went back, and the referrer's share of it with it; also after it was paid to them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommissionReversed {
    /// The commission.
    pub commission_id: CommissionId,
    /// Whose it is.
    pub referrer_id: ReferrerId,
    /// The order.
    pub order_id: OrderId,
    /// The refund that it goes back with.
    pub refund_id: RefundId,
    /// How much of it.
    pub amount: Money,
}

impl Fact for CommissionReversed {
    const KIND: &'static str = "commission.reversed";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
}

/// The time in which the order could be given back is over: the commission can be paid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommissionReleased {
    /// The commission.
    pub commission_id: CommissionId,
    /// Whose it is.
    pub referrer_id: ReferrerId,
    /// The order.
    pub order_id: OrderId,
    /// What is left of it.
    pub amount: Money,
}

impl Fact for CommissionReleased {
    const KIND: &'static str = "commission.released";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
}

crate::words! {
    /// How a commission was paid.
    pub enum CommissionPaidBy {
        /// To a UPI address.
        Upi = "upi",
        /// By bank transfer.
        Bank = "bank",
        /// In notes and coins.
        Cash = "cash",
    }
}

/// Somebody noted that a referrer was paid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommissionPaid {
    /// The payout.
    pub payout_id: CommissionPayoutId,
    /// Who was paid.
    pub referrer_id: ReferrerId,
    /// What they are called.
    pub name: String,
    /// How much.
    pub amount: Money,
    /// How.
    pub method: CommissionPaidBy,
    /// The transfer's number, as the bank says it.
    pub reference: String,
}

impl Fact for CommissionPaid {
    const KIND: &'static str = "commission.paid";
    fn about(&self) -> Option<Uuid> {
        Some(self.referrer_id.uuid())
    }
}
