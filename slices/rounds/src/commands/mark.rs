//! Noting what became of deliveries.

use crate::model::Delivery;
use crate::states::{self, Mark};
use crate::{clock, queries, rows};
use facts::rounds::{DeliveryMarked, DeliveryState};
use facts::{DeliveryId, RouteId};
use jiff::civil::{Date, Time as Hour};
use jiff::tz::TimeZone;
use std::collections::HashSet;
use store::{Command, Error, Result, Tx};

/// What is noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noted {
    /// It was brought.
    Delivered,
    /// It comes at this time.
    Delayed(Hour),
    /// It was not brought.
    Missed,
    /// What was noted was wrong.
    Undone,
}

impl Noted {
    /// What is noted, as a request names it: the state to be in, and a time where that is `delayed`.
    ///
    /// # Errors
    /// The field.
    pub fn read(state: DeliveryState, eta: Option<&str>) -> Result<Self> {
        match state {
            DeliveryState::Delivered => Ok(Self::Delivered),
            DeliveryState::Missed => Ok(Self::Missed),
            DeliveryState::Planned => Ok(Self::Undone),
            DeliveryState::Delayed => Ok(Self::Delayed(clock::hour("eta", eta.unwrap_or_default())?)),
            DeliveryState::Skipped => Err(Error::field("state", "delivered, delayed, missed, or planned to undo a mark")),
        }
    }

    fn mark(self) -> Mark {
        match self {
            Self::Delivered => Mark::Deliver,
            Self::Delayed(_) => Mark::Delay,
            Self::Missed => Mark::Miss,
            Self::Undone => Mark::Undo,
        }
    }
}

/// The moment that marks are made in.
struct Moment {
    today: Date,
    confirm: bool,
}

impl Moment {
    async fn now(tx: &mut Tx) -> Result<Self> {
        let zone = TimeZone::get(&identity::tenant(tx).await?.time_zone).unwrap_or(TimeZone::UTC);
        Ok(Self { today: clock::today(tx.now(), &zone), confirm: queries::settings(tx).await?.confirm })
    }

    /// Whether a day can be marked so: what is still to come can be late and nothing else.
    fn has_come(&self, day: Date, noted: Noted) -> Result<()> {
        if day <= self.today || !matches!(noted, Noted::Delivered | Noted::Missed) {
            return Ok(());
        }
        Err(Error::conflict("not_yet", format!("{day} is still to come. Mark it on that day, or call its stops off with quantity 0.")))
    }

    /// The delivery as it is after the mark, and what is stated of it.
    fn marked(&self, tx: &Tx, before: Delivery, state: DeliveryState, noted: Noted) -> (Delivery, DeliveryMarked) {
        let eta = if let Noted::Delayed(hour) = noted { Some(clock::hour_text(hour)) } else { None };
        let marked_at = (noted != Noted::Undone).then(|| tx.now());
        let after = Delivery { state, eta, marked_at, ..before };
        // Who hears of yesterday's milk today has drunk it.
        let tell = match noted {
            Noted::Delivered => after.on_day == self.today,
            Noted::Delayed(_) => after.on_day >= self.today,
            Noted::Missed | Noted::Undone => false,
        };
        let fact = told(&after, self.confirm && tell);
        (after, fact)
    }
}

/// What is stated of a delivery as it is now.
pub(super) fn told(delivery: &Delivery, tell: bool) -> DeliveryMarked {
    DeliveryMarked {
        delivery_id: delivery.id,
        standing_order_id: delivery.standing_order_id,
        contact_id: delivery.contact_id,
        on_day: delivery.on_day.to_string(),
        state: delivery.state,
        quantity_milli: delivery.quantity_milli,
        eta: delivery.eta.clone(),
        tell,
    }
}

/// Refuses what is on an invoice.
pub(super) fn not_billed(delivery: &Delivery) -> Result<()> {
    match delivery.invoice_id {
        None => Ok(()),
        Some(invoice) => Err(Error::conflict(
            "month_billed",
            format!("This month is billed. Take what was not brought back with a credit note for the invoice {invoice}."),
        )),
    }
}

/// Notes what became of one delivery.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MarkDelivery {
    pub id: DeliveryId,
    pub noted: Noted,
}

impl Command for MarkDelivery {
    const NAME: &'static str = "mark_delivery";
    type Out = Delivery;

    async fn run(&self, tx: &mut Tx) -> Result<Delivery> {
        let moment = Moment::now(tx).await?;
        let before = rows::lock_delivery(tx, self.id).await?.ok_or_else(|| Error::not_found("delivery"))?;
        not_billed(&before)?;
        moment.has_come(before.on_day, self.noted)?;
        let state = states::next(before.state, self.noted.mark())?;
        let (after, fact) = moment.marked(tx, before, state, self.noted);
        rows::put_deliveries(tx, std::slice::from_ref(&after)).await?;
        tx.state(fact).await?;
        Ok(after)
    }
}

/// Notes the same of many deliveries of a day: of some, of a route, or of all. Those to which it cannot happen are left as they are.
#[derive(Debug, Clone)]
pub(crate) struct MarkRound {
    pub day: Date,
    pub route: Option<RouteId>,
    /// Which; all that nobody marked yet where nothing is said.
    pub ids: Option<Vec<DeliveryId>>,
    pub noted: Noted,
}

/// What [`MarkRound`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Marked {
    /// How many deliveries it marked.
    pub marked: usize,
    /// How many of those named it left as they were.
    pub left: usize,
}

impl Command for MarkRound {
    const NAME: &'static str = "mark_round";
    type Out = Marked;

    async fn run(&self, tx: &mut Tx) -> Result<Marked> {
        let moment = Moment::now(tx).await?;
        moment.has_come(self.day, self.noted)?;
        let wanted: Option<HashSet<DeliveryId>> = self.ids.as_ref().map(|ids| ids.iter().copied().collect());
        let mark = self.noted.mark();
        let (mut deliveries, mut facts) = (Vec::new(), Vec::new());
        for before in rows::lock_day(tx, self.day, self.route).await? {
            let is_meant = match &wanted {
                Some(ids) => ids.contains(&before.id),
                None => matches!(before.state, DeliveryState::Planned | DeliveryState::Delayed),
            };
            let Some(state) = states::after(before.state, mark).filter(|_| is_meant && before.invoice_id.is_none()) else { continue };
            let (after, fact) = moment.marked(tx, before, state, self.noted);
            deliveries.push(after);
            facts.push(fact);
        }
        rows::put_deliveries(tx, &deliveries).await?;
        tx.state_all(facts).await?;
        let marked = deliveries.len();
        Ok(Marked { marked, left: wanted.map_or(0, |ids| ids.len() - marked) })
    }
}
