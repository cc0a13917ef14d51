//! What happens to orders that were begun and not paid.

use crate::{ContactId, Fact, Id, Money, OrderId, ReminderId, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A customer is to be reminded of an order: the provider has just said that nobody paid it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecoveryReminderDue {
    /// The reminder.
    pub reminder_id: ReminderId,
    /// The order.
    pub order_id: OrderId,
    /// Whom to remind.
    pub contact_id: ContactId,
    /// Which reminder it is, from 1.
    pub step: i64,
    /// What is left in it, in words.
    pub product: String,
    /// What it comes to now, after the discount.
    pub total: Money,
    /// The discount in basis points, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_bps: Option<i64>,
    /// Where the customer goes on, such as `/r/rem_…`. Its own link: whoever follows it is counted.
    pub path: String,
    /// Until when it may be sent: after that people sleep.
    pub until: Time,
}

impl Fact for RecoveryReminderDue {
    const KIND: &'static str = "recovery.reminder_due";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

crate::words! {
    /// Why nobody is reminded of an order any more.
    pub enum RecoveryEnd {
        /// It was paid.
        Paid = "paid",
        /// The customer has bought the same otherwise since.
        Bought = "bought",
        /// It was cancelled.
        Cancelled = "cancelled",
        /// The customer wants no reminders.
        OptedOut = "opted_out",
        /// Something in it is no longer sold.
        NotSold = "not_sold",
        /// Somebody stopped it.
        Stopped = "stopped",
        /// The customer has another order in its place, at another price.
        Replaced = "replaced",
        /// It is too long ago.
        Late = "late",
        /// Every reminder has had its time.
        Done = "done",
    }
}

/// Nobody is reminded of an order any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecoveryEnded {
    /// The order.
    pub order_id: OrderId,
    /// Whose it is.
    pub contact_id: Option<ContactId>,
    /// Why.
    pub why: RecoveryEnd,
}

impl Fact for RecoveryEnded {
    const KIND: &'static str = "recovery.ended";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// A customer who was reminded has paid within a week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderRecovered {
    /// The order that they were reminded of.
    pub order_id: OrderId,
    /// The order that they paid: the same, or one for the same thing.
    pub paid_order_id: OrderId,
    /// Whose it is.
    pub contact_id: Option<ContactId>,
    /// What was paid.
    pub amount: Money,
    /// The last reminder before it, from 1.
    pub step: i64,
    /// Whether they had followed a reminder's link.
    pub by_link: bool,
}

impl Fact for OrderRecovered {
    const KIND: &'static str = "recovery.recovered";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}
