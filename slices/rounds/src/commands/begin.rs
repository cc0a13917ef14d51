//! Beginning a standing order.

use super::{day, ground, plan, quantity, queries, rows};
use crate::model::{Pricing, StandingOrder};
use crate::schedule;
use contacts::NewContact;
use facts::rounds::StandingOrderBegun;
use facts::{ContactId, Money, RouteId};
use jiff::civil::Date;
use store::{Command, Error, Result, Tx};

/// Stops that a route may have: more than anybody goes to on a day.
pub(super) const MOST_STOPS: i64 = 500;
/// The last place in a route that can be given.
const LAST_STOP: i64 = 99_999;
/// Standing orders that a customer may have at a time, so that a month's bill has room for all of them.
const MOST_EACH: usize = 40;
/// The longest texts, in characters: what is brought, its unit, where to, and what to mind.
const LONGEST: (usize, usize, usize, usize) = (100, 12, 500, 300);

/// Who gets it brought.
#[derive(Debug, Clone)]
pub(crate) enum Who {
    /// Somebody who is known.
    Known(ContactId),
    /// Somebody who may be known by phone or e-mail.
    Named(NewContact),
}

/// Where it is brought to. What is not said stays, or is the usual.
#[derive(Debug, Clone, Default)]
pub(crate) struct Place {
    pub route: Option<RouteId>,
    pub stop: Option<i64>,
    pub address: Option<String>,
    pub note: Option<String>,
}

/// Begins a standing order.
#[derive(Debug, Clone)]
pub(crate) struct BeginStandingOrder {
    pub who: Who,
    pub place: Place,
    pub product: String,
    pub unit: String,
    pub hsn: String,
    pub rate_bps: i64,
    /// How much each time, such as `1.5`.
    pub quantity: String,
    /// On which weekdays, bit 0 for Monday.
    pub weekdays: i64,
    pub pricing: Pricing,
    pub price: Money,
    /// The first day; the first whose sheet does not stand where nothing is said.
    pub starts_on: Option<String>,
    /// The last day, where it is known.
    pub ends_on: Option<String>,
}

impl Command for BeginStandingOrder {
    const NAME: &'static str = "begin_standing_order";
    type Out = StandingOrder;

    async fn run(&self, tx: &mut Tx) -> Result<StandingOrder> {
        let ground = ground(tx).await?;
        let starts_on = day("starts_on", self.starts_on.as_deref(), ground.open)?;
        let ends_on = day("ends_on", self.ends_on.as_deref(), Date::MAX)?;
        if starts_on < ground.today {
            return Err(Error::field("starts_on", "today or a later day"));
        }
        if ends_on < starts_on {
            return Err(Error::field("ends_on", "no day before the first one"));
        }
        if self.price.currency != ground.currency {
            return Err(Error::field("price", format!("an amount in {}, which this account counts in", ground.currency)));
        }
        let (contact_id, customer, known_address) = self.customer(tx).await?;
        let mut order = StandingOrder {
            id: tx.id(),
            contact_id,
            customer,
            route_id: self.place.route.ok_or_else(|| Error::field("route_id", "the route that it is brought on"))?,
            stop: 0,
            address: known_address,
            note: String::new(),
            product: web::text("product", &self.product, LONGEST.0)?,
            unit: web::text("unit", &self.unit, LONGEST.1)?,
            hsn: catalogue::tax::hsn("hsn", &self.hsn)?,
            rate_bps: catalogue::tax::rate("rate_bps", self.rate_bps)?,
            pricing: self.pricing,
            currency: ground.currency,
            starts_on,
            ends_on,
            paused_from: Date::MAX,
            resumes_on: Date::MAX,
            created_at: tx.now(),
            from_on: starts_on,
            quantity_milli: quantity("quantity", &self.quantity)?,
            weekdays: self.weekdays,
            price_minor: price(self.price)?,
        };
        if order.product.is_empty() {
            return Err(Error::field("product", "what is brought"));
        }
        fits(&order)?;
        let others = queries::of_contact(tx, contact_id, ground.today).await?;
        if others.iter().filter(|other| other.ends_on >= ground.today).count() >= MOST_EACH {
            return Err(Error::conflict(
                "too_many_standing_orders",
                format!("This customer has {MOST_EACH} standing orders: end one first."),
            ));
        }
        put(tx, &mut order, &self.place, ground.today, true).await?;
        rows::insert_order(tx, &order).await?;
        plan::join(tx, &ground, order.id, starts_on).await?;
        tx.state(StandingOrderBegun {
            standing_order_id: order.id,
            contact_id,
            product: order.product.clone(),
            quantity_milli: order.quantity_milli,
            unit: order.unit.clone(),
            starts_on: starts_on.to_string(),
        })
        .await?;
        Ok(order)
    }
}

impl BeginStandingOrder {
    /// Whoever gets it, their name, and the address that is known of them.
    async fn customer(&self, tx: &mut Tx) -> Result<(ContactId, String, String)> {
        let id = match &self.who {
            Who::Known(id) => *id,
            Who::Named(person) => contacts::save(tx, person.clone()).await?,
        };
        let contact = contacts::find(tx, id).await?.ok_or_else(|| Error::field("contact_id", "There is no such contact."))?;
        let address = contact.attributes.get("address").and_then(|value| value.as_str()).unwrap_or_default().to_owned();
        Ok((contact.id, called(contact), address))
    }
}

/// What a customer is called on a sheet.
pub(crate) fn called(contact: contacts::Contact) -> String {
    contact.name.or(contact.phone).or(contact.email).unwrap_or_else(|| "Customer".to_owned())
}

/// A price: above nothing.
pub(super) fn price(price: Money) -> Result<i64> {
    if (1..=1_000_000_000).contains(&price.minor) {
        Ok(price.minor)
    } else {
        Err(Error::field("price", "an amount above nothing, and at most 10 million"))
    }
}

/// Refuses what costs more than can be counted.
pub(super) fn fits(order: &StandingOrder) -> Result<()> {
    schedule::amount(order.pricing, order.price_minor, order.price_minor, order.quantity_milli, order.quantity_milli)
        .filter(|minor| *minor <= 1_000_000_000_000)
        .map(drop)
        .ok_or_else(|| Error::field("quantity", "less of it, or a lower price"))
}

/// Puts a standing order in its place: on a route that there is and that has room, at the end where no stop is named.
pub(super) async fn put(tx: &mut Tx, order: &mut StandingOrder, place: &Place, today: Date, new: bool) -> Result<()> {
    let moves = new || place.route.is_some_and(|route| route != order.route_id);
    if let Some(route) = place.route {
        order.route_id = route;
    }
    if moves {
        let route = rows::lock_route(tx, order.route_id).await?;
        route.ok_or_else(|| Error::field("route_id", "There is no such route."))?;
        let stops = queries::stops(tx, order.route_id, today).await?;
        if stops.count >= MOST_STOPS {
            return Err(Error::conflict("route_full", format!("A route has {MOST_STOPS} stops at the most. Make another one.")));
        }
        order.stop = (stops.last + 1).min(LAST_STOP);
    }
    if let Some(stop) = place.stop {
        order.stop = if (1..=LAST_STOP).contains(&stop) { stop } else { return Err(Error::field("stop", format!("1 to {LAST_STOP}"))) };
    }
    if let Some(address) = &place.address {
        order.address = web::text("address", address, LONGEST.2)?;
    }
    if let Some(note) = &place.note {
        order.note = web::text("note", note, LONGEST.3)?;
    }
    Ok(())
}
