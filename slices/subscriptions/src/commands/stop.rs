//! Ending a subscription, letting it rest, and changing one's mind.

use crate::held::Held;
use crate::model::Subscription;
use crate::rules::{self, Event};
use facts::SubscriptionId;
use facts::subscriptions::SubscriptionState;
use jiff::civil::Date;
use store::{Command, Error, Result, Tx};
use web::text;

/// The longest reason, in characters.
const LONGEST: usize = 500;

/// Ends a subscription, now or with its period. Nothing is given back: a credit note does that, if somebody wants to.
#[derive(Debug, Clone)]
pub(crate) struct CancelSubscription {
    /// The subscription.
    pub id: SubscriptionId,
    /// Whether what was billed is still given.
    pub at_period_end: bool,
    /// Why.
    pub reason: String,
}

impl Command for CancelSubscription {
    const NAME: &'static str = "cancel_subscription";
    type Out = Subscription;

    async fn run(&self, tx: &mut Tx) -> Result<Subscription> {
        let reason = text("reason", &self.reason, LONGEST)?;
        let mut held = Held::lock(tx, self.id).await?;
        rules::next(held.sub.state, Event::Cancel)?;
        let today = held.desk.today;
        // There is no period to wait for where nothing is given.
        if self.at_period_end && held.sub.has_access() {
            held.sub.cancel_on = Some(held.sub.period_end);
            (held.sub.pause_on, held.sub.resume_on) = (None, None);
            held.sub.reason = Some(reason).filter(|reason| !reason.is_empty());
        } else {
            held.end(tx, Event::Cancel, today, &reason).await?;
        }
        held.settle(tx).await
    }
}

/// Takes back the wish to end a subscription, or to let it rest, as long as it has not come true.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeepSubscription {
    /// The subscription.
    pub id: SubscriptionId,
}

impl Command for KeepSubscription {
    const NAME: &'static str = "keep_subscription";
    type Out = Subscription;

    async fn run(&self, tx: &mut Tx) -> Result<Subscription> {
        let mut held = Held::lock(tx, self.id).await?;
        let wished = held.sub.cancel_on.is_some() || held.sub.pause_on.is_some();
        if !wished && held.sub.next_price_id.is_none() && held.sub.next_quantity.is_none() && held.sub.pending.is_none() {
            return Err(Error::conflict("nothing_to_take_back", "Nothing is to happen with this subscription."));
        }
        held.drop_pending(tx).await?;
        (held.sub.cancel_on, held.sub.pause_on, held.sub.reason) = (None, None, None);
        (held.sub.next_price_id, held.sub.next_quantity) = (None, None);
        if held.sub.state != SubscriptionState::Paused {
            held.sub.resume_on = None;
        }
        held.settle(tx).await
    }
}

/// Lets a subscription rest, now or from the end of its period on.
#[derive(Debug, Clone)]
pub(crate) struct PauseSubscription {
    /// The subscription.
    pub id: SubscriptionId,
    /// Whether what was billed is still given.
    pub at_period_end: bool,
    /// When it goes on by itself.
    pub resume_on: Option<Date>,
    /// Why.
    pub reason: String,
}

impl Command for PauseSubscription {
    const NAME: &'static str = "pause_subscription";
    type Out = Subscription;

    async fn run(&self, tx: &mut Tx) -> Result<Subscription> {
        let reason = text("reason", &self.reason, LONGEST)?;
        let mut held = Held::lock(tx, self.id).await?;
        rules::next(held.sub.state, Event::Pause)?;
        let today = held.desk.today;
        let from = if self.at_period_end { held.sub.period_end } else { today };
        if self.resume_on.is_some_and(|day| day <= from) {
            return Err(Error::field("resume_on", format!("a day after {from}, or none")));
        }
        held.sub.resume_on = self.resume_on;
        if self.at_period_end {
            (held.sub.pause_on, held.sub.cancel_on) = (Some(from), None);
            held.sub.reason = Some(reason).filter(|reason| !reason.is_empty());
        } else {
            held.rest(tx, today, &reason).await?;
        }
        held.settle(tx).await
    }
}

/// Lets a subscription go on, now or on a day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ResumeSubscription {
    /// The subscription.
    pub id: SubscriptionId,
    /// On which day; now where none is said.
    pub on: Option<Date>,
}

impl Command for ResumeSubscription {
    const NAME: &'static str = "resume_subscription";
    type Out = Subscription;

    async fn run(&self, tx: &mut Tx) -> Result<Subscription> {
        let mut held = Held::lock(tx, self.id).await?;
        rules::next(held.sub.state, Event::Resume)?;
        let on = self.on.unwrap_or(held.desk.today);
        if on < held.desk.today || on < held.earliest() {
            return Err(Error::field("on", format!("{} or a later day", held.earliest().max(held.desk.today))));
        }
        if on > held.desk.today {
            held.sub.resume_on = Some(on);
        } else {
            held.go_on(tx, on).await?;
        }
        held.settle(tx).await
    }
}
