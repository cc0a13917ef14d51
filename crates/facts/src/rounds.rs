//! What happens to standing orders, and to what is brought of them.

use crate::{Change, ContactId, DeliveryId, Fact, Id, RouteId, StandingOrderId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

crate::words! {
    /// What became of one delivery.
    pub enum DeliveryState {
        /// It is on the sheet. Once its day is over it counts as delivered.
        Planned = "planned",
        /// It was brought.
        Delivered = "delivered",
        /// It comes later than usual.
        Delayed = "delayed",
        /// It was not brought.
        Missed = "missed",
        /// It was called off for that day.
        Skipped = "skipped",
    }
}

/// A customer gets something brought from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StandingOrderBegun {
    /// The standing order.
    pub standing_order_id: StandingOrderId,
    /// Whose it is.
    pub contact_id: ContactId,
    /// What is brought.
    pub product: String,
    /// How much of it each time, in thousandths of its unit.
    pub quantity_milli: i64,
    /// In which unit, such as `l`.
    pub unit: String,
    /// The first day, as `2026-11-22`.
    pub starts_on: String,
}

impl Fact for StandingOrderBegun {
    const KIND: &'static str = "standing_order.begun";
    fn about(&self) -> Option<Uuid> {
        Some(self.standing_order_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// How much, on which days, for how much, or where to: something of it is another from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StandingOrderChanged {
    /// The standing order.
    pub standing_order_id: StandingOrderId,
    /// Whose it is.
    pub contact_id: ContactId,
    /// From which day on quantity, weekdays and price hold; nothing where only its place changed, which holds at once.
    pub from_on: Option<String>,
    /// What changed.
    pub changes: Vec<Change>,
}

impl Fact for StandingOrderChanged {
    const KIND: &'static str = "standing_order.changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.standing_order_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// For one day another quantity was asked for, or none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StandingOrderDaySet {
    /// The standing order.
    pub standing_order_id: StandingOrderId,
    /// Whose it is.
    pub contact_id: ContactId,
    /// The day.
    pub on_day: String,
    /// How much, in thousandths; zero skips the day, and nothing takes back what was asked for.
    pub quantity_milli: Option<i64>,
}

impl Fact for StandingOrderDaySet {
    const KIND: &'static str = "standing_order.day_set";
    fn about(&self) -> Option<Uuid> {
        Some(self.standing_order_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// Nothing is brought from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StandingOrderPaused {
    /// The standing order.
    pub standing_order_id: StandingOrderId,
    /// Whose it is.
    pub contact_id: ContactId,
    /// The first day without.
    pub from_on: String,
    /// The first day with it again, where that is known.
    pub resumes_on: Option<String>,
}

impl Fact for StandingOrderPaused {
    const KIND: &'static str = "standing_order.paused";
    fn about(&self) -> Option<Uuid> {
        Some(self.standing_order_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// It is brought again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StandingOrderResumed {
    /// The standing order.
    pub standing_order_id: StandingOrderId,
    /// Whose it is.
    pub contact_id: ContactId,
    /// From which day on.
    pub from_on: String,
}

impl Fact for StandingOrderResumed {
    const KIND: &'static str = "standing_order.resumed";
    fn about(&self) -> Option<Uuid> {
        Some(self.standing_order_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// It comes to its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StandingOrderEnded {
    /// The standing order.
    pub standing_order_id: StandingOrderId,
    /// Whose it was.
    pub contact_id: ContactId,
    /// Its last day.
    pub ends_on: String,
}

impl Fact for StandingOrderEnded {
    const KIND: &'static str = "standing_order.ended";
    fn about(&self) -> Option<Uuid> {
        Some(self.standing_order_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// A day's sheet stands: customers' changes come too late for it from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoundPlanned {
    /// The day.
    pub on_day: String,
    /// How many deliveries it has.
    pub deliveries: i64,
}

impl Fact for RoundPlanned {
    const KIND: &'static str = "round.planned";
    fn about(&self) -> Option<Uuid> {
        None
    }
}

/// A customer gets something on the next day, and is to be told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeliveryAnnounced {
    /// The customer.
    pub contact_id: ContactId,
    /// The standing order, or the first of several.
    pub standing_order_id: StandingOrderId,
    /// The day.
    pub on_day: String,
}

impl Fact for DeliveryAnnounced {
    const KIND: &'static str = "delivery.announced";
    fn about(&self) -> Option<Uuid> {
        Some(self.standing_order_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// Somebody noted what became of a delivery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeliveryMarked {
    /// The delivery.
    pub delivery_id: DeliveryId,
    /// The standing order that it is of.
    pub standing_order_id: StandingOrderId,
    /// Whose it is.
    pub contact_id: ContactId,
    /// Its day.
    pub on_day: String,
    /// What it is now.
    pub state: DeliveryState,
    /// How much it is, in thousandths.
    pub quantity_milli: i64,
    /// When it comes, as `07:30`, where it is delayed.
    pub eta: Option<String>,
    /// Whether the customer is to be told.
    pub tell: bool,
}

impl Fact for DeliveryMarked {
    const KIND: &'static str = "delivery.marked";
    fn about(&self) -> Option<Uuid> {
        Some(self.standing_order_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// A month's deliveries to a customer are on an invoice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MonthBilled {
    /// The customer.
    pub contact_id: ContactId,
    /// The month, as `2026-11`.
    pub month: String,
    /// The invoice.
    pub invoice_id: crate::InvoiceId,
    /// Its number.
    pub number: String,
    /// What it comes to.
    pub total: crate::Money,
}

impl Fact for MonthBilled {
    const KIND: &'static str = "round.month_billed";
    fn about(&self) -> Option<Uuid> {
        Some(self.invoice_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// A route was made or changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RouteSaved {
    /// The route.
    pub route_id: RouteId,
    /// What it is called.
    pub name: String,
    /// What changed.
    pub changes: Vec<Change>,
}

impl Fact for RouteSaved {
    const KIND: &'static str = "route.saved";
    fn about(&self) -> Option<Uuid> {
        Some(self.route_id.uuid())
    }
}
