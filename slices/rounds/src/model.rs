//! Routes, standing orders and deliveries, as their rows have them.

use crate::schedule;
use facts::rounds::DeliveryState;
use facts::{ContactId, Currency, DeliveryId, InvoiceId, Money, RouteId, StandingOrderId, Time};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

facts::words! {
    /// What a price is for.
    pub enum Pricing {
        /// For one unit of what is brought.
        Unit = "unit",
        /// For a whole month of the usual quantity.
        Month = "month",
    }
}

facts::words! {
    /// How a standing order is on a day.
    pub enum Status {
        /// Its first day is still to come.
        Upcoming = "upcoming",
        /// It is brought.
        Active = "active",
        /// Nothing is brought for a while.
        Paused = "paused",
        /// It is over.
        Ended = "ended",
    }
}

/// A way that somebody goes, stop by stop.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Route {
    /// Its id.
    pub id: RouteId,
    /// What it is called.
    pub name: String,
    /// Its place among the routes.
    pub position: i64,
}

/// From when until when something is brought. [`Date::MAX`] is a day that never comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The first day.
    pub starts_on: Date,
    /// The last day.
    pub ends_on: Date,
    /// The first day of its pause.
    pub paused_from: Date,
    /// The first day after it.
    pub resumes_on: Date,
}

impl Standing {
    /// Whether nothing comes on a day because of a pause.
    pub fn is_paused(&self, day: Date) -> bool {
        self.paused_from <= day && day < self.resumes_on
    }

    /// How it is on a day.
    pub fn status(&self, day: Date) -> Status {
        if self.ends_on < day || self.ends_on < self.starts_on {
            Status::Ended
        } else if day < self.starts_on {
            Status::Upcoming
        } else if self.is_paused(day) {
            Status::Paused
        } else {
            Status::Active
        }
    }
}

/// What a customer gets brought, with the terms of the day that it was looked at for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StandingOrder {
    /// Its id.
    pub id: StandingOrderId,
    /// Whose it is.
    pub contact_id: ContactId,
    /// Their name.
    pub customer: String,
    /// Their place: the route.
    pub route_id: RouteId,
    /// And the place in it.
    pub stop: i64,
    /// Where it is brought to.
    pub address: String,
    /// What to mind, such as "ring twice".
    pub note: String,
    /// What is brought.
    pub product: String,
    /// In which unit it is measured, such as `l`.
    pub unit: String,
    /// Its HSN.
    pub hsn: String,
    /// The rate of its tax in basis points, which its price includes.
    pub rate_bps: i64,
    /// What its price is for.
    pub pricing: Pricing,
    /// In which currency.
    pub currency: Currency,
    /// The first day.
    pub starts_on: Date,
    /// The last day.
    pub ends_on: Date,
    /// The first day of its pause.
    pub paused_from: Date,
    /// The first day after its pause.
    pub resumes_on: Date,
    /// When it was made.
    pub created_at: Time,
    /// Since when the terms hold.
    pub from_on: Date,
    /// How much each time, in thousandths.
    pub quantity_milli: i64,
    /// On which weekdays, bit 0 for Monday.
    pub weekdays: i64,
    /// For how much.
    pub price_minor: i64,
}

impl StandingOrder {
    /// From when until when.
    pub fn standing(&self) -> Standing {
        let Self { starts_on, ends_on, paused_from, resumes_on, .. } = *self;
        Standing { starts_on, ends_on, paused_from, resumes_on }
    }

    /// The terms that it was looked at with.
    pub fn terms(&self) -> Terms {
        let Self { from_on, quantity_milli, weekdays, price_minor, .. } = *self;
        Terms { from_on, quantity_milli, weekdays, price_minor }
    }

    /// Its price.
    pub fn price(&self) -> Money {
        Money::new(self.price_minor, self.currency)
    }

    /// What is brought each time, as people say it: `1.5 l Cow milk`.
    pub fn what(&self) -> String {
        quantity_of(self.quantity_milli, &self.unit, &self.product)
    }
}

/// So much of something, as people say it: `1.5 l Cow milk`, `2 Newspaper`.
pub fn quantity_of(milli: i64, unit: &str, product: &str) -> String {
    let quantity = invoices::quantity_text(milli);
    if unit.is_empty() { format!("{quantity} {product}") } else { format!("{quantity} {unit} {product}") }
}

/// How much, when, and for how much, from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Terms {
    /// The first day that they hold on.
    pub from_on: Date,
    /// How much each time, in thousandths.
    pub quantity_milli: i64,
    /// On which weekdays, bit 0 for Monday.
    pub weekdays: i64,
    /// For how much.
    pub price_minor: i64,
}

/// What is brought of one standing order on one day.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// Its day.
    pub on_day: Date,
    /// What it is of.
    pub standing_order_id: StandingOrderId,
    /// Whose it is.
    pub contact_id: ContactId,
    /// What the price is for.
    pub pricing: Pricing,
    /// In which currency.
    pub currency: Currency,
    /// The price that held when it was planned.
    pub price_minor: i64,
    /// What the usual quantity of the day costs.
    pub share_minor: i64,
    /// The usual quantity of the day, in thousandths.
    pub usual_milli: i64,
    /// How much it is really; nothing where it is skipped.
    pub quantity_milli: i64,
    /// What became of it.
    pub state: DeliveryState,
    /// When it comes, where it is delayed: `07:30`.
    pub eta: Option<String>,
    /// When it was marked.
    pub marked_at: Option<Time>,
    /// The invoice that it is on.
    pub invoice_id: Option<InvoiceId>,
}

impl Delivery {
    /// Whether it is paid for: what nobody marked counts as delivered.
    pub fn counts(&self) -> bool {
        !matches!(self.state, DeliveryState::Missed | DeliveryState::Skipped)
    }

    /// What it costs, in minor units; nothing where it was not brought.
    pub fn amount(&self) -> i64 {
        if !self.counts() {
            return 0;
        }
        schedule::amount(self.pricing, self.price_minor, self.share_minor, self.usual_milli, self.quantity_milli).unwrap_or(i64::MAX)
    }
}

/// How a tenant's rounds go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoundSettings {
    /// The time of day from which on the next day's sheet stands, such as `20:00`.
    pub cut_off: String,
    /// Whether customers are told the evening before.
    pub announce: bool,
    /// Whether customers are told when something was delivered or is delayed.
    pub confirm: bool,
}

impl Default for RoundSettings {
    fn default() -> Self {
        Self { cut_off: "20:00".to_owned(), announce: true, confirm: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn how_it_is_on_a_day() {
        let days = |day| date(2026, 11, day);
        let it = Standing { starts_on: days(5), ends_on: days(25), paused_from: days(10), resumes_on: days(15) };
        for (day, status) in [
            (4, Status::Upcoming),
            (5, Status::Active),
            (9, Status::Active),
            (10, Status::Paused),
            (14, Status::Paused),
            (15, Status::Active),
            (25, Status::Active),
            (26, Status::Ended),
        ] {
            assert_eq!(it.status(days(day)), status, "{day}");
        }
        assert_eq!(Standing { ends_on: days(4), ..it }.status(days(1)), Status::Ended, "called off before its first day");
        let open = Standing { ends_on: Date::MAX, paused_from: Date::MAX, resumes_on: Date::MAX, ..it };
        assert_eq!(open.status(days(12)), Status::Active);
    }

    #[test]
    fn in_words() {
        assert_eq!(quantity_of(1_500, "l", "Cow milk"), "1.5 l Cow milk");
        assert_eq!(quantity_of(2_000, "", "Newspaper"), "2 Newspaper");
    }
}
