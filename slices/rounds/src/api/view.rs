//! Standing orders and deliveries, as they leave the house.

use crate::model::{Delivery, Pricing, RoundSettings, Route, StandingOrder, Status, Terms};
use crate::schedule::{self, Day};
use crate::sheet::{Progress, Stop};
use facts::rounds::DeliveryState;
use facts::{ContactId, DeliveryId, InvoiceId, Money, RouteId, StandingOrderId, Time};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A standing order.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = StandingOrder)]
pub(super) struct OrderView {
    #[schema(value_type = String, example = "sto_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: StandingOrderId,
    /// `upcoming`, `active`, `paused` or `ended`, today.
    #[schema(value_type = String, example = "active")]
    pub status: Status,
    #[schema(value_type = String)]
    pub contact_id: ContactId,
    #[schema(example = "Asha Rao")]
    pub customer: String,
    #[schema(value_type = String)]
    pub route_id: RouteId,
    /// The place in the route.
    pub stop: i64,
    pub address: String,
    #[schema(example = "ring twice")]
    pub note: String,
    #[schema(example = "Cow milk")]
    pub product: String,
    #[schema(example = "l")]
    pub unit: String,
    pub hsn: String,
    /// Basis points, which the price includes.
    pub rate_bps: i64,
    /// How much each time, a decimal in text.
    #[schema(example = "1.5")]
    pub quantity: String,
    #[schema(value_type = Vec<String>)]
    pub weekdays: Vec<Day>,
    /// What the price is for: a `unit`, or a `month`.
    #[schema(value_type = String, example = "unit")]
    pub price_per: Pricing,
    #[schema(value_type = web::MoneyShape)]
    pub price: Money,
    #[schema(example = "2026-11-22")]
    pub starts_on: String,
    /// The last day; null where none is set.
    pub ends_on: Option<String>,
    /// The first day of the pause that is under way, to come or past; null where there was none.
    pub paused_from: Option<String>,
    /// The first day after it; null where it is open.
    pub resumes_on: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

/// A day that may never come.
fn set(day: Date) -> Option<String> {
    (day != Date::MAX).then(|| day.to_string())
}

impl OrderView {
    pub fn of(order: StandingOrder, today: Date) -> Self {
        Self {
            status: order.standing().status(today),
            quantity: invoices::quantity_text(order.quantity_milli),
            weekdays: schedule::days_of(order.weekdays),
            price: order.price(),
            starts_on: order.starts_on.to_string(),
            ends_on: set(order.ends_on),
            paused_from: set(order.paused_from),
            resumes_on: set(order.resumes_on),
            id: order.id,
            contact_id: order.contact_id,
            customer: order.customer,
            route_id: order.route_id,
            stop: order.stop,
            address: order.address,
            note: order.note,
            product: order.product,
            unit: order.unit,
            hsn: order.hsn,
            rate_bps: order.rate_bps,
            price_per: order.pricing,
            created_at: order.created_at,
        }
    }
}

/// How much, when and for how much, from a day on.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = StandingOrderTerms)]
pub(super) struct TermsView {
    pub from_on: String,
    pub quantity: String,
    #[schema(value_type = Vec<String>)]
    pub weekdays: Vec<Day>,
    #[schema(value_type = web::MoneyShape)]
    pub price: Money,
}

impl TermsView {
    pub fn of(terms: Terms, order: &StandingOrder) -> Self {
        Self {
            from_on: terms.from_on.to_string(),
            quantity: invoices::quantity_text(terms.quantity_milli),
            weekdays: schedule::days_of(terms.weekdays),
            price: Money::new(terms.price_minor, order.currency),
        }
    }
}

/// A standing order with all that is agreed on for other days than today.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = StandingOrderWhole)]
pub(super) struct WholeView {
    #[serde(flatten)]
    pub order: OrderView,
    /// Every terms that it had, has or will have, oldest first.
    pub terms: Vec<TermsView>,
    /// Single days with another quantity, from today on; `0` is a day that is skipped.
    pub days: Vec<DayView>,
}

/// A single day with another quantity.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = StandingOrderDay)]
pub(super) struct DayView {
    pub on_day: String,
    pub quantity: String,
}

/// What is brought of a standing order on a day.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Delivery)]
pub(super) struct DeliveryView {
    /// Null where the day's sheet does not stand yet.
    #[schema(value_type = Option<String>, example = "dlv_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: Option<DeliveryId>,
    #[schema(example = "2026-11-22")]
    pub on_day: String,
    #[schema(value_type = String)]
    pub standing_order_id: StandingOrderId,
    #[schema(value_type = String)]
    pub contact_id: ContactId,
    #[schema(example = "1.5")]
    pub quantity: String,
    /// `planned`, `delivered`, `delayed`, `missed` or `skipped`.
    #[schema(value_type = String, example = "planned")]
    pub state: DeliveryState,
    /// When it comes, where it is delayed.
    #[schema(example = "07:30")]
    pub eta: Option<String>,
    /// What it costs: nothing where it was missed or skipped.
    #[schema(value_type = web::MoneyShape)]
    pub amount: Money,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub marked_at: Option<Time>,
    /// The month's bill that it is on.
    #[schema(value_type = Option<String>)]
    pub invoice_id: Option<InvoiceId>,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: Some(delivery.id).filter(|id| !facts::Id::uuid(*id).is_nil()),
            on_day: delivery.on_day.to_string(),
            standing_order_id: delivery.standing_order_id,
            contact_id: delivery.contact_id,
            quantity: invoices::quantity_text(delivery.quantity_milli),
            state: delivery.state,
            amount: Money::new(delivery.amount(), delivery.currency),
            eta: delivery.eta,
            marked_at: delivery.marked_at,
            invoice_id: delivery.invoice_id,
        }
    }
}

/// A stop of a route.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RoundStop)]
pub(super) struct StopView {
    #[serde(flatten)]
    pub delivery: DeliveryView,
    pub stop: i64,
    pub customer: String,
    pub address: String,
    pub note: String,
    pub product: String,
    pub unit: String,
}

impl From<Stop> for StopView {
    fn from(it: Stop) -> Self {
        let Stop { delivery, customer, stop, address, note, product, unit } = it;
        Self { delivery: delivery.into(), stop, customer, address, note, product, unit }
    }
}

/// How much of one thing there is to load.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RoundLoad)]
pub(super) struct LoadView {
    pub product: String,
    pub unit: String,
    pub quantity: String,
}

/// How far a round is.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RoundProgress)]
pub(super) struct ProgressView {
    /// How many deliveries there are to bring.
    pub deliveries: i64,
    pub planned: i64,
    pub delivered: i64,
    pub delayed: i64,
    pub missed: i64,
    /// Called off; no stops of the round.
    pub skipped: i64,
    pub load: Vec<LoadView>,
}

impl From<&Progress> for ProgressView {
    fn from(progress: &Progress) -> Self {
        let load = progress.load.iter().map(|((product, unit), milli)| LoadView {
            product: product.clone(),
            unit: unit.clone(),
            quantity: invoices::quantity_text(*milli),
        });
        Self {
            deliveries: progress.stops(),
            planned: progress.of(DeliveryState::Planned),
            delivered: progress.of(DeliveryState::Delivered),
            delayed: progress.of(DeliveryState::Delayed),
            missed: progress.of(DeliveryState::Missed),
            skipped: progress.of(DeliveryState::Skipped),
            load: load.collect(),
        }
    }
}

/// A route.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = DeliveryRoute)]
pub(super) struct RouteView {
    #[schema(value_type = String, example = "rte_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: RouteId,
    #[schema(example = "North")]
    pub name: String,
    /// Its place among the routes.
    pub position: i64,
}

impl From<Route> for RouteView {
    fn from(route: Route) -> Self {
        Self { id: route.id, name: route.name, position: route.position }
    }
}

/// How rounds go.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = RoundSettings)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingsView {
    /// The time of day from which on the next day's sheet stands.
    #[schema(example = "20:00")]
    pub cut_off: String,
    /// Whether customers are told the evening before; true when not said.
    #[serde(default = "yes")]
    pub announce: bool,
    /// Whether customers are told when something was delivered or is delayed; true when not said.
    #[serde(default = "yes")]
    pub confirm: bool,
}

fn yes() -> bool {
    true
}

impl From<RoundSettings> for SettingsView {
    fn from(settings: RoundSettings) -> Self {
        let RoundSettings { cut_off, announce, confirm } = settings;
        Self { cut_off, announce, confirm }
    }
}

impl From<SettingsView> for RoundSettings {
    fn from(view: SettingsView) -> Self {
        let SettingsView { cut_off, announce, confirm } = view;
        Self { cut_off, announce, confirm }
    }
}
