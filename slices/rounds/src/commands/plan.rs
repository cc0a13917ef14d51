//! Planning: from the cut-off on a day's sheet stands.

use crate::model::{Delivery, RoundSettings};
use crate::{clock, queries, rows, sheet};
use facts::rounds::{DeliveryAnnounced, RoundPlanned};
use facts::{Currency, StandingOrderId};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use store::{Result, Timer, Tx};

use super::BillMonths;

/// The most days that are made up for after a standstill: more than a month, so that a month's bill lacks nothing.
const LATEST: i64 = 40;

/// The tenant's days, held for the transaction.
pub(crate) struct Ground {
    /// Its wall clock.
    pub zone: TimeZone,
    /// What it counts in.
    pub currency: Currency,
    /// How its rounds go.
    pub settings: RoundSettings,
    /// The day that the wall clock shows.
    pub today: Date,
    /// The first day whose sheet does not stand.
    pub open: Date,
}

/// The tenant's days. Sheets that are due stand afterwards, whether their timer has rung or not, and nobody else changes what
/// they are made of before this transaction is over.
pub(crate) async fn ground(tx: &mut Tx) -> Result<Ground> {
    let tenant = identity::tenant(tx).await?;
    let zone = TimeZone::get(&tenant.time_zone).unwrap_or(TimeZone::UTC);
    let settings = queries::settings(tx).await?;
    let cut_off = clock::hour("cut_off", &settings.cut_off)?;
    let (today, closed) = (clock::today(tx.now(), &zone), clock::closed(tx.now(), &zone, cut_off));
    if rows::begin_plans(tx, closed).await? {
        PlanRound::set(tx, &zone, &settings).await?;
        BillMonths::set(tx, &zone).await?;
    }
    let through = rows::lock_plans(tx).await?;
    let open = closed.max(through).saturating_add(1.day());
    let ground = Ground { zone, currency: tenant.currency, settings, today, open };
    if through < closed {
        catch_up(tx, &ground, through, closed).await?;
    }
    Ok(ground)
}

/// Plans every day after one up to another. One day at a time, of which there is one, but after a standstill.
async fn catch_up(tx: &mut Tx, ground: &Ground, through: Date, closed: Date) -> Result<()> {
    let mut day = through.saturating_add(1.day()).max(closed.saturating_sub(Span::new().days(LATEST)));
    while day <= closed {
        plan(tx, ground, day).await?;
        day = day.saturating_add(1.day());
    }
    rows::set_planned(tx, closed).await
}

/// Puts a day's deliveries on the sheet, and has customers told where that day is tomorrow.
async fn plan(tx: &mut Tx, ground: &Ground, day: Date) -> Result<()> {
    let mut deliveries: Vec<Delivery> = Vec::new();
    for candidate in sheet::candidates(tx, day, None).await? {
        let id = tx.id();
        deliveries.extend(candidate.delivery(day, id));
    }
    rows::insert_deliveries(tx, &deliveries).await?;
    let brought: Vec<&Delivery> = deliveries.iter().filter(|delivery| delivery.counts()).collect();
    let on_day = day.to_string();
    let count = i64::try_from(brought.len()).unwrap_or(i64::MAX);
    if count > 0 {
        tx.state(RoundPlanned { on_day: on_day.clone(), deliveries: count }).await?;
    }
    if ground.settings.announce && day > ground.today {
        let mut told = HashSet::new();
        let first = brought.into_iter().filter(|delivery| told.insert(delivery.contact_id));
        let announced = first.map(|delivery| DeliveryAnnounced {
            contact_id: delivery.contact_id,
            standing_order_id: delivery.standing_order_id,
            on_day: on_day.clone(),
        });
        tx.state_all(announced.collect::<Vec<_>>()).await?;
    }
    Ok(())
}

/// Puts one standing order on the sheets that stand already, from a day on.
pub(super) async fn join(tx: &mut Tx, ground: &Ground, id: StandingOrderId, from: Date) -> Result<()> {
    let mut deliveries = Vec::new();
    let mut day = from;
    // Today's and tomorrow's, at the most.
    while day < ground.open {
        let delivery_id = tx.id();
        deliveries.extend(sheet::candidate(tx, day, id).await?.and_then(|candidate| candidate.delivery(day, delivery_id)));
        day = day.saturating_add(1.day());
    }
    rows::insert_deliveries(tx, &deliveries).await
}

/// Rings at each cut-off.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PlanRound {}

impl PlanRound {
    /// Sets it for the next cut-off.
    pub(super) async fn set(tx: &mut Tx, zone: &TimeZone, settings: &RoundSettings) -> Result<()> {
        let cut_off = clock::hour("cut_off", &settings.cut_off)?;
        let next = clock::next_cut_off(tx.now(), zone, cut_off);
        tx.at(next, Self {}).await
    }
}

impl Timer for PlanRound {
    const NAME: &'static str = "plan_round";

    fn key(&self) -> String {
        "next".to_owned()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let ground = ground(tx).await?;
        Self::set(tx, &ground.zone, &ground.settings).await
    }
}
