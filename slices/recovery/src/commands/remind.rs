//! An order's timer: finds out whether it was left, and sends one reminder after the other.
//!
//! A reminder goes out in two rings: the first sends somebody to ask the provider, the second goes on only when the provider has answered
//! since, under a lock on what is to be paid, so that a payment is settled before the reminder or after it and never beside it.

use super::end::finish;
use crate::model::{Abandoned, RecoverySettings, Reminder, State};
use crate::offer::{self, Discount};
use crate::quiet::Quiet;
use crate::{queries, rows, rules};
use catalogue::{CouponKind, CreateCoupon, Limits};
use contacts::Contact;
use facts::orders::PayWhen;
use facts::recovery::{RecoveryEnd, RecoveryReminderDue};
use facts::{OrderId, Time};
use jiff::tz::TimeZone;
use orders::{OrderState, Whole};
use payments::{Intent, IntentState, PaymentState};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Command, Json, Result, Timer, Tx};

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

/// Notes that an order was left, where it was and there is somebody to remind.
async fn begin(tx: &mut Tx, whole: &Whole, active_at: Time, settings: &RecoverySettings) -> Result<Option<Abandoned>> {
    let order = &whole.order;
    let Some(contact_id) = order.contact_id.filter(|_| order.state == OrderState::Created && order.pay == PayWhen::First) else {
        return Ok(None);
    };
    let contact = contacts::find(tx, contact_id).await?.filter(reachable);
    if contact.is_none() || whole.lines.is_empty() || rules::too_late(settings, active_at, tx.now()) {
        return Ok(None);
    }
    let left = Abandoned {
        order_id: order.id,
        contact_id,
        customer: order.customer_name.clone().unwrap_or_default(),
        product: title(whole),
        products: Json(whole.lines.iter().map(|line| line.product_id).collect()),
        currency: order.currency,
        total_minor: order.total_minor,
        placed_at: order.created_at,
        active_at,
        state: State::Waiting,
        why: None,
        next_step: 1,
        next_at: None,
        by_hand: false,
        asked_at: None,
        reminded_at: None,
        reminded_step: None,
        opened_at: None,
        clicked_at: None,
        replaced_by: None,
        recovered_at: None,
        paid_order_id: None,
        paid_minor: None,
        by_link: false,
        by_contact: false,
    };
    rows::insert(tx, &left).await?;
    Ok(Some(left))
}

fn reachable(contact: &Contact) -> bool {
    contact.phone.is_some() || contact.email.is_some()
}

/// What is in an order, in words: `Starter`, `Starter and 2 more`.
pub(super) fn title(whole: &Whole) -> String {
    match whole.lines.len() {
        0 | 1 => whole.order.product.clone(),
        all => format!("{} and {} more", whole.order.product, all - 1),
    }
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
    let (quiet, zone) = (Quiet::of(settings)?, zone(tx, &contact).await?);
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
    let own = contact.attributes.get("time_zone").and_then(|zone| zone.as_str()).and_then(|zone| TimeZone::get(zone).ok());
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
    if !left.asked_at.is_some_and(|asked| intent.asked_at.is_some_and(|answered| answered >= asked)) {
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

/// States that a reminder is due, once for each step of an order.
async fn remind(tx: &mut Tx, mut left: Abandoned, whole: &Whole, intent: &Intent, settings: &RecoverySettings, until: Time) -> Result<()> {
    let bps = settings.step(left.next_step).map_or(0, |step| step.discount_bps);
    let discount = (bps > 0 && whole.order.coupon_code.is_none()).then_some(bps);
    let mut reminder = Reminder {
        id: tx.id(),
        order_id: left.order_id,
        step: left.next_step,
        discount_bps: discount.unwrap_or(0),
        coupon: None,
        coupon_ends_at: None,
        created_at: tx.now(),
        opened_at: None,
    };
    if offer::of(tx, whole, intent, None).await?.is_none() {
        return finish(tx, left, RecoveryEnd::NotSold).await.map(drop);
    }
    left.by_hand = false;
    if rows::insert_reminder(tx, &reminder).await? {
        if discount.is_some() {
            give(tx, &mut reminder, &left).await?;
        }
        let discount = Discount::of(&reminder, tx.now());
        if let Some(offer) = offer::of(tx, whole, intent, discount.as_ref()).await? {
            let path = format!("{}/r/{}", identity::shop_base(tx).await?, reminder.id);
            tx.state(RecoveryReminderDue {
                reminder_id: reminder.id,
                order_id: left.order_id,
                contact_id: left.contact_id,
                step: left.next_step,
                product: left.product.clone(),
                total: offer.total,
                discount_bps: discount.map(|discount| discount.bps),
                path,
                until,
            })
            .await?;
        }
        (left.reminded_at, left.reminded_step) = (Some(tx.now()), Some(left.next_step));
    }
    left.next_step += 1;
    schedule(tx, left, settings).await.map(drop)
}

/// Makes the coupon of a reminder: for one use, by whoever has its link.
async fn give(tx: &mut Tx, reminder: &mut Reminder, left: &Abandoned) -> Result<()> {
    let ends_at = tx.now().after(rules::COUPON_FOR);
    let code = format!("BACK-{}", &tx.uuid().simple().to_string()[20..]);
    let limits =
        Limits { max_uses: Some(1), per_contact: Some(1), min_amount_minor: 0, starts_at: None, ends_at: Some(ends_at), active: true };
    let coupon = CreateCoupon { code, kind: CouponKind::Percent, value: reminder.discount_bps, currency: left.currency, limits };
    let coupon = coupon.run(tx).await?;
    rows::set_coupon(tx, reminder.id, &coupon.code, ends_at).await?;
    (reminder.coupon, reminder.coupon_ends_at) = (Some(coupon.code), Some(ends_at));
    Ok(())
}
