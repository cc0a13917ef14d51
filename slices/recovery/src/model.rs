//! Orders that were left, their reminders, and how a shop reminds, as the rows have them.

use facts::recovery::RecoveryEnd;
use facts::{ContactId, Currency, Money, OrderId, ProductId, ReminderId, Time};
use serde::{Deserialize, Serialize};
use store::Json;

facts::words! {
    /// How an order that was left stands.
    pub enum State {
        /// Reminders are to come.
        Waiting = "waiting",
        /// No more reminders; why says the reason.
        Over = "over",
        /// It was paid within a week of a reminder, or something for the same was.
        Recovered = "recovered",
    }
}

/// An order that was begun and not paid.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Abandoned {
    /// The order.
    pub order_id: OrderId,
    /// Whose it is.
    pub contact_id: ContactId,
    /// What they are called; empty where they did not say.
    pub customer: String,
    /// What is in it, in words.
    pub product: String,
    /// What is in it.
    pub products: Json<Vec<ProductId>>,
    /// In which currency it is.
    pub currency: Currency,
    /// What it comes to, in minor units.
    pub total_minor: i64,
    /// When it was placed.
    pub placed_at: Time,
    /// When its buyer did something last.
    pub active_at: Time,
    /// How it stands.
    pub state: State,
    /// Why it is over.
    pub why: Option<RecoveryEnd>,
    /// The reminder that is next, from 1; one past the last where none is.
    pub next_step: i64,
    /// When something happens next.
    pub next_at: Option<Time>,
    /// Whether somebody asked for the next reminder, so that it goes whatever the clock of steps says.
    pub by_hand: bool,
    /// When the provider was asked whether it is paid after all.
    pub asked_at: Option<Time>,
    /// When its buyer was reminded last.
    pub reminded_at: Option<Time>,
    /// With which reminder.
    pub reminded_step: Option<i64>,
    /// When a reminder was first opened.
    pub opened_at: Option<Time>,
    /// When a link was first followed.
    pub clicked_at: Option<Time>,
    /// The order that stands in its place.
    pub replaced_by: Option<OrderId>,
    /// When it was recovered.
    pub recovered_at: Option<Time>,
    /// The order that was paid.
    pub paid_order_id: Option<OrderId>,
    /// What was paid, in minor units.
    pub paid_minor: Option<i64>,
    /// Whether its buyer had followed a link.
    pub by_link: bool,
    /// Whether the same contact paid.
    pub by_contact: bool,
}

impl Abandoned {
    /// What it comes to.
    pub fn total(&self) -> Money {
        Money::new(self.total_minor, self.currency)
    }

    /// What was paid after a reminder.
    pub fn paid(&self) -> Option<Money> {
        self.paid_minor.map(|minor| Money::new(minor, self.currency))
    }
}

/// One reminder.
#[derive(Debug, Clone, Deserialize)]
pub struct Reminder {
    /// Its id, which its link says.
    pub id: ReminderId,
    /// The order.
    pub order_id: OrderId,
    /// Which one it is, from 1.
    pub step: i64,
    /// The discount that it carries, in basis points; nothing for none.
    pub discount_bps: i64,
    /// The coupon that gives it.
    pub coupon: Option<String>,
    /// Until when that is good.
    pub coupon_ends_at: Option<Time>,
    /// When it was made.
    pub created_at: Time,
    /// When it was opened first, as far as a mail tells.
    pub opened_at: Option<Time>,
}

/// One of a shop's reminders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecoveryStep)]
pub struct Step {
    /// How many hours after the buyer did something last, 1 to 720.
    #[schema(example = 24)]
    pub hours: i64,
    /// The discount that it offers, in basis points; 0 for none.
    #[schema(example = 1000)]
    pub discount_bps: i64,
}

/// How a shop reminds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = RecoverySettings)]
pub struct RecoverySettings {
    /// Whether reminders are sent.
    pub on: bool,
    /// The reminders, one to five, each later than the one before.
    pub steps: Vec<Step>,
    /// From when in the evening nobody is reminded, on the buyer's wall clock.
    #[schema(example = "21:00")]
    pub quiet_from: String,
    /// Until when in the morning. The same as `quiet_from` for no quiet hours.
    #[schema(example = "09:00")]
    pub quiet_to: String,
}

impl Default for RecoverySettings {
    fn default() -> Self {
        let steps = [1, 24, 72].map(|hours| Step { hours, discount_bps: 0 }).to_vec();
        Self { on: false, steps, quiet_from: "21:00".to_owned(), quiet_to: "09:00".to_owned() }
    }
}

impl RecoverySettings {
    /// A reminder by its number, from 1.
    pub fn step(&self, number: i64) -> Option<Step> {
        usize::try_from(number.checked_sub(1)?).ok().and_then(|at| self.steps.get(at)).copied()
    }

    /// How many there are.
    pub fn count(&self) -> i64 {
        i64::try_from(self.steps.len()).unwrap_or(i64::MAX)
    }
}
