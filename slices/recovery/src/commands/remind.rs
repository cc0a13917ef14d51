//! An order's timer: finds out whether it was left, and sends one reminder after the other.
//!
//! A reminder goes out in two rings: the first sends somebody to ask the provider, the second goes on only when the provider has answered
//! since, under a lock on what is to be paid, so that a payment is settled before the reminder or after it and never beside it.

use super::begin::{begin, reachable};
use super::end::finish;
use super::send::remind;
use crate::model::{Abandoned, RecoverySettings, State};
use crate::{queries, rows, rules};
use contacts::Contact;
use facts::recovery::RecoveryEnd;
use facts::{OrderId, Time};
use jiff::tz::TimeZone;
use orders::{OrderState, Whole};
use payments::{Intent, IntentState, PaymentState};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Result, Timer, Tx};
use web::Quiet;

/// How long a payment that somebody has begun is waited for before anybody is reminded.
const UNDER_WAY: Duration = Duration::from_secs(3_600);

/// Looks after an order that is not paid.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RemindOfOrder {
    /// The order.
    pub order_id: OrderId,
    /// When its buyer did something last, as far as was known when this was set.
    pub active_at: Time,
}

impl Timer for RemindOfOrder {
    const NAME: &'static str = "remind_of_order";

    fn key(&self) -> String {
        self.order_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let Some(whole) = orders::whole(tx, self.order_id).await? else { return Ok(()) };
        let settings = queries::settings(tx).await?;
        let left = match rows::lock(tx, self.order_id).await? {
            Some(left) => left,
            None => match begin(tx, &whole, self.active_at, &settings).await? {
                Some(left) => left,
                None => return Ok(()),
            },
        };
        if left.state != State::Waiting {
            return Ok(());
        }
        go_on(tx, left, &whole, &settings).await
    }
}

/// Looks whether an order was left when its buyer has done nothing for an hour.
pub(crate) async fn look_later(tx: &mut Tx, order_id: OrderId, active_at: Time) -> Result<()> {
    tx.at(active_at.after(rules::LEFT_AFTER), RemindOfOrder { order_id, active_at }).await
}

/// Sets the timer of a locked order for its next reminder, or ends them after the last.
pub(crate) async fn schedule(tx: &mut Tx, mut left: Abandoned, settings: &RecoverySettings) -> Result<Abandoned> {
    let due = match rules::due(settings, left.next_step, left.active_at, left.reminded_at) {
        Some(_) if left.by_hand => tx.now(),
        Some(due) => due.max(tx.now()),
        None => return finish(tx, left, RecoveryEnd::Done).await,
    };
    left.asked_at = None;
    wait(tx, left, due).await
}

/// Rings again at a moment.
async fn wait(tx: &mut Tx, mut left: Abandoned, at: Time) -> Result<Abandoned> {
    left.next_at = Some(at);
    rows::set_next(tx, &left).await?;
    tx.at(at, RemindOfOrder { order_id: left.order_id, active_at: left.active_at }).await?;
    Ok(Abandoned { state: State::Waiting, why: None, ..left })
}

/// The next that time asks for.
async fn go_on(tx: &mut Tx, mut left: Abandoned, whole: &Whole, settings: &RecoverySettings) -> Result<()> {
    let (now, order) = (tx.now(), &whole.order);
    match order.state {
        OrderState::Created => {}
        OrderState::Cancelled => return finish(tx, left, RecoveryEnd::Cancelled).await.map(drop),
        OrderState::Paid | OrderState::PartiallyRefunded | OrderState::Refunded => return Ok(()),
    }
    if !left.by_hand && rules::too_late(settings, left.active_at, now) {
        return finish(tx, left, RecoveryEnd::Late).await.map(drop);
    }
    if !left.by_hand && !settings.on {
        // A shop that does not remind lets the time of each reminder pass: when it begins to, it begins with the next.
        return skip(tx, left, settings).await;
    }
    let due = match rules::due(settings, left.next_step, left.active_at, left.reminded_at) {
        Some(due) if left.by_hand => due.min(now),
        Some(due) => due,
        None => return finish(tx, left, RecoveryEnd::Done).await.map(drop),
    };
    if due > now {
        left.asked_at = None;
        return wait(tx, left, due).await.map(drop);
    }
    let Some(contact) = contacts::find(tx, left.contact_id).await?.filter(reachable) else {
        return finish(tx, left, RecoveryEnd::Stopped).await.map(drop);
    };
    if queries::opted_out(tx, left.contact_id).await? {
        return finish(tx, left, RecoveryEnd::OptedOut).await.map(drop);
    }
    let bought = orders::bought_since(tx, left.contact_id, left.order_id).await?;
    if bought.iter().any(|product| left.products.0.contains(product)) {
        return finish(tx, left, RecoveryEnd::Bought).await.map(drop);
    }
    let (quiet, zone) = (Quiet::between(&settings.quiet_from, &settings.quiet_to)?, zone(tx, &contact).await?);
    let allowed = quiet.over(now, &zone);
    if allowed > now {
        left.asked_at = None;
        return wait(tx, left, allowed).await.map(drop);
    }
    let Some(intent) = payments::hold(tx, left.order_id).await? else {
        return finish(tx, left, RecoveryEnd::Stopped).await.map(drop);
    };
    match answer(tx, &intent, &left).await? {
        Answer::Unknown => {
            if left.asked_at.is_none() {
                left.asked_at = Some(now);
            }
            payments::ask(tx, intent.id).await?;
            let asked_for = left.asked_at.map_or(Duration::ZERO, |at| now.since(at));
            wait(tx, left, now.after(rules::patience(asked_for))).await.map(drop)
        }
        Answer::UnderWay => {
            left.asked_at = None;
            wait(tx, left, now.after(UNDER_WAY)).await.map(drop)
        }
        // The news of it is on its way here, and ends this.
        Answer::Paid => Ok(()),
        Answer::NotPaid => remind(tx, left, whole, &intent, settings, quiet.begins(now, &zone)).await,
    }
}

/// The wall clock of a buyer, where they have told it; else the shop's.
async fn zone(tx: &mut Tx, contact: &Contact) -> Result<TimeZone> {
    let own = contact.time_zone.as_deref().and_then(|zone| TimeZone::get(zone).ok());
    match own {
        Some(zone) => Ok(zone),
        None => Ok(TimeZone::get(&identity::tenant(tx).await?.time_zone).unwrap_or(TimeZone::UTC)),
    }
}

/// What is known of an order's payment.
enum Answer {
    /// The provider has not answered since it was asked.
    Unknown,
    /// Somebody has begun to pay.
    UnderWay,
    /// It is paid.
    Paid,
    /// It said that nobody paid.
    NotPaid,
}

async fn answer(tx: &mut Tx, intent: &Intent, left: &Abandoned) -> Result<Answer> {
    if intent.state == IntentState::Paid {
        return Ok(Answer::Paid);
    }
    if left.asked_at.is_none_or(|asked| intent.asked_at.is_none_or(|answered| answered < asked)) {
        return Ok(Answer::Unknown);
    }
    let now = tx.now();
    let begun = payments::of(tx, left.order_id).await?.into_iter().any(|payment| match payment.state {
        PaymentState::Authorized | PaymentState::Captured => true,
        PaymentState::Created => now.since(payment.created_at) < UNDER_WAY,
        PaymentState::Failed | PaymentState::Refunded => false,
    });
    Ok(if begun { Answer::UnderWay } else { Answer::NotPaid })
}

/// Lets the next reminder be, and sets the timer for the one after.
async fn skip(tx: &mut Tx, mut left: Abandoned, settings: &RecoverySettings) -> Result<()> {
    let due = rules::due(settings, left.next_step, left.active_at, left.reminded_at);
    if due.is_some_and(|due| due <= tx.now()) {
        left.next_step += 1;
    }
    schedule(tx, left, settings).await.map(drop)
}
