//! The sheet of a day: what is brought, route by route and stop by stop.

use crate::model::{Delivery, Pricing, Route, Standing, Terms};
use crate::queries;
use crate::schedule::{self, Plan};
use facts::rounds::DeliveryState;
use facts::{ContactId, Currency, DeliveryId, Money, RouteId, StandingOrderId};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::{Look, Result, params, sql};

/// A standing order that may be brought on a day, with what holds for that day.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Candidate {
    pub id: StandingOrderId,
    pub contact_id: ContactId,
    pub customer: String,
    pub route_id: RouteId,
    pub stop: i64,
    pub address: String,
    pub note: String,
    pub product: String,
    pub unit: String,
    pub pricing: Pricing,
    pub currency: Currency,
    starts_on: Date,
    ends_on: Date,
    paused_from: Date,
    resumes_on: Date,
    from_on: Date,
    quantity_milli: i64,
    weekdays: i64,
    price_minor: i64,
    other: Option<i64>,
}

/// A statement that gives whole [`Candidate`]s of the day $2: what narrows them.
macro_rules! candidates {
    ($rest:literal) => {
        sql!(concat!(
            "SELECT o.id, o.contact_id, o.customer, o.route_id, o.stop, o.address, o.note, o.product, o.unit, o.pricing, o.currency, o.starts_on,
                o.ends_on, o.paused_from, o.resumes_on, t.from_on, t.quantity_milli, t.weekdays, t.price_minor, x.quantity_milli AS other
             FROM standing_orders o
             CROSS JOIN standing_terms t
             LEFT JOIN standing_days x ON x.tenant_id = $1 AND x.standing_order_id = o.id AND x.on_day = $2
             WHERE o.tenant_id = $1 AND o.ends_on >= $2 AND o.starts_on <= $2 AND t.tenant_id = $1 AND t.standing_order_id = o.id
                AND t.from_on = (SELECT MAX(n.from_on) FROM standing_terms n
                    WHERE n.tenant_id = $1 AND n.standing_order_id = o.id AND n.from_on <= $2) ",
            $rest
        ))
    };
}

/// Every standing order that has begun by a day and is not over, of one route or of all.
pub(crate) async fn candidates(look: &mut impl Look, day: Date, route: Option<RouteId>) -> Result<Vec<Candidate>> {
    let day = day.to_string();
    look.all(candidates!("AND (o.route_id = $3 OR $3 IS NULL)"), params![look.tenant(), day, route]).await
}

/// One of them.
pub(crate) async fn candidate(look: &mut impl Look, day: Date, id: StandingOrderId) -> Result<Option<Candidate>> {
    look.maybe(candidates!("AND o.id = $3"), params![look.tenant(), day.to_string(), id]).await
}

impl Candidate {
    /// What is to be brought on the day: nothing where nothing comes. Its id is given by whoever plans it.
    pub fn delivery(&self, day: Date, id: DeliveryId) -> Option<Delivery> {
        let standing =
            Standing { starts_on: self.starts_on, ends_on: self.ends_on, paused_from: self.paused_from, resumes_on: self.resumes_on };
        let terms =
            Terms { from_on: self.from_on, quantity_milli: self.quantity_milli, weekdays: self.weekdays, price_minor: self.price_minor };
        let (state, quantity_milli) = match schedule::plan(&standing, &terms, self.other, day) {
            Plan::Nothing | Plan::Paused => return None,
            Plan::Skipped => (DeliveryState::Skipped, 0),
            Plan::Bring(quantity) => (DeliveryState::Planned, quantity),
        };
        Some(Delivery {
            id,
            on_day: day,
            standing_order_id: self.id,
            contact_id: self.contact_id,
            pricing: self.pricing,
            currency: self.currency,
            price_minor: terms.price_minor,
            share_minor: schedule::share(self.pricing, &terms, day)?,
            usual_milli: terms.quantity_milli,
            quantity_milli,
            state,
            eta: None,
            marked_at: None,
            invoice_id: None,
        })
    }
}

/// One stop of a route on a day.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Stop {
    #[serde(flatten)]
    pub delivery: Delivery,
    pub customer: String,
    pub stop: i64,
    pub address: String,
    pub note: String,
    pub product: String,
    pub unit: String,
}

impl Stop {
    /// What it costs.
    pub fn amount(&self) -> Money {
        Money::new(self.delivery.amount(), self.delivery.currency)
    }
}

/// Up to which day the tenant's sheets stand; nothing where there are none yet.
pub(crate) async fn planned_through(look: &mut impl Look) -> Result<Option<Date>> {
    look.maybe(sql!("SELECT planned_through FROM round_plans WHERE tenant_id = $1"), params![look.tenant()]).await
}

/// A day's stops on one route, in their order. A day whose sheet does not stand yet is shown as it would be now.
pub(crate) async fn stops(look: &mut impl Look, day: Date, route: RouteId) -> Result<Vec<Stop>> {
    if planned_through(look).await?.is_some_and(|through| day <= through) {
        return look
            .all(
                sql!(
                    "SELECT d.id, d.on_day, d.standing_order_id, d.contact_id, d.pricing, d.currency, d.price_minor, d.share_minor,
                        d.usual_milli, d.quantity_milli, d.state, d.eta, d.marked_at, d.invoice_id, o.customer, o.stop, o.address, o.note,
                        o.product, o.unit
                     FROM standing_orders o CROSS JOIN deliveries d
                     WHERE o.tenant_id = $1 AND o.route_id = $2 AND d.tenant_id = $1 AND d.on_day = $3 AND d.standing_order_id = o.id
                     ORDER BY o.stop, o.id"
                ),
                params![look.tenant(), route, day.to_string()],
            )
            .await;
    }
    let mut stops: Vec<Stop> = candidates(look, day, Some(route)).await?.into_iter().filter_map(|it| it.stop(day)).collect();
    stops.sort_by_key(|stop| (stop.stop, stop.delivery.standing_order_id));
    Ok(stops)
}

impl Candidate {
    /// The stop that it would be.
    fn stop(self, day: Date) -> Option<Stop> {
        let delivery = self.delivery(day, facts::Id::from_uuid(uuid::Uuid::nil()))?;
        let Candidate { customer, stop, address, note, product, unit, .. } = self;
        Some(Stop { delivery, customer, stop, address, note, product, unit })
    }
}

/// How many deliveries of one thing a route has on a day, in one state.
#[derive(Debug, Clone, Deserialize)]
struct Count {
    route_id: RouteId,
    product: String,
    unit: String,
    state: DeliveryState,
    count: i64,
    quantity_milli: i64,
}

async fn counts(look: &mut impl Look, day: Date) -> Result<Vec<Count>> {
    if planned_through(look).await?.is_some_and(|through| day <= through) {
        return look
            .all(
                sql!(
                    "SELECT o.route_id, o.product, o.unit, d.state, COUNT(*) AS count, CAST(SUM(d.quantity_milli) AS BIGINT) AS quantity_milli
                     FROM deliveries d CROSS JOIN standing_orders o
                     WHERE d.tenant_id = $1 AND d.on_day = $2 AND o.tenant_id = $1 AND o.id = d.standing_order_id
                     GROUP BY o.route_id, o.product, o.unit, d.state"
                ),
                params![look.tenant(), day.to_string()],
            )
            .await;
    }
    let would_be = candidates(look, day, None).await?.into_iter().filter_map(|it| {
        let delivery = it.delivery(day, facts::Id::from_uuid(uuid::Uuid::nil()))?;
        let Candidate { route_id, product, unit, .. } = it;
        Some(Count { route_id, product, unit, state: delivery.state, count: 1, quantity_milli: delivery.quantity_milli })
    });
    Ok(would_be.collect())
}

/// How far a route is on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Deliveries by state, in the order of [`DeliveryState::ALL`].
    by_state: [i64; DeliveryState::ALL.len()],
    /// How much of each thing there is to load, in thousandths, by product and unit. What is skipped is not loaded.
    pub load: BTreeMap<(String, String), i64>,
}

impl Progress {
    /// How many deliveries are in a state.
    pub fn of(&self, state: DeliveryState) -> i64 {
        DeliveryState::ALL.iter().position(|known| *known == state).map_or(0, |at| self.by_state[at])
    }

    /// How many stops there are to go to.
    pub fn stops(&self) -> i64 {
        self.by_state.iter().sum::<i64>() - self.of(DeliveryState::Skipped)
    }

    /// How many of them nobody has marked.
    pub fn left(&self) -> i64 {
        self.of(DeliveryState::Planned) + self.of(DeliveryState::Delayed)
    }

    fn add(&mut self, count: &Count) {
        if let Some(at) = DeliveryState::ALL.iter().position(|known| *known == count.state) {
            self.by_state[at] += count.count;
        }
        if count.state != DeliveryState::Skipped {
            *self.load.entry((count.product.clone(), count.unit.clone())).or_default() += count.quantity_milli;
        }
    }
}

/// Every route with how far it is on a day, and all of them together.
pub(crate) async fn day(look: &mut impl Look, day: Date) -> Result<(Vec<(Route, Progress)>, Progress)> {
    let (routes, counts) = (queries::routes(look).await?, counts(look, day).await?);
    let mut whole = Progress::default();
    counts.iter().for_each(|count| whole.add(count));
    let of_route = |route: Route| {
        let mut progress = Progress::default();
        counts.iter().filter(|count| count.route_id == route.id).for_each(|count| progress.add(count));
        (route, progress)
    };
    Ok((routes.into_iter().map(of_route).collect(), whole))
}

/// The day and the route of a delivery.
pub(crate) async fn place_of(look: &mut impl Look, id: DeliveryId) -> Result<Option<(Date, RouteId)>> {
    look.maybe(
        sql!(
            "SELECT d.on_day, o.route_id FROM deliveries d CROSS JOIN standing_orders o
             WHERE d.tenant_id = $1 AND d.id = $2 AND o.tenant_id = $1 AND o.id = d.standing_order_id"
        ),
        params![look.tenant(), id],
    )
    .await
}
