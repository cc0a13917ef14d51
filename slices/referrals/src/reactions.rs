//! What commissions do because of what happens to orders. One reaction for all of it, so that no refund overtakes its payment.

use crate::commands::ReleaseCommission;
use crate::model::{Commission, Referrer, Refusal, State};
use crate::queries;
use crate::rows::{self, Side};
use crate::rules::{self, Event, Known};
use async_trait::async_trait;
use facts::orders::{OrderCancelled, OrderPaid, OrderPlaced, OrderRefunded};
use facts::referrals::{CommissionEarned, CommissionReversed};
use facts::{ContactId, Fact, OrderId, Time};
use std::time::Duration;
use store::{Reaction, Result, Stated, Timer, Tx};

/// Gives the referrer of an order their share of it, and takes it back as its money goes back.
pub(crate) struct FollowReferredOrders;

#[async_trait]
impl Reaction for FollowReferredOrders {
    fn name(&self) -> &'static str {
        "follow_referred_orders"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[OrderPlaced::KIND, OrderPaid::KIND, OrderCancelled::KIND, OrderRefunded::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        if let Some(placed) = fact.read::<OrderPlaced>()? {
            return match placed.referral.clone() {
                Some(code) => refer(tx, &placed, &code, fact.at).await,
                None => Ok(()),
            };
        }
        if let Some(paid) = fact.read::<OrderPaid>()? {
            return earn(tx, &paid, fact.at).await;
        }
        if let Some(cancelled) = fact.read::<OrderCancelled>()? {
            return cancel(tx, cancelled.order_id).await;
        }
        match fact.read::<OrderRefunded>()? {
            Some(refunded) => reverse(tx, &refunded).await,
            None => Ok(()),
        }
    }
}

/// Notes who brought an order, unless they brought themselves.
async fn refer(tx: &mut Tx, placed: &OrderPlaced, code: &str, at: Time) -> Result<()> {
    let Some(referrer) = queries::by_code(tx, code).await?.filter(|referrer| referrer.active) else { return Ok(()) };
    let usual = queries::settings(tx).await?.rate_bps;
    let own = is_own(tx, &referrer, placed.order_id, placed.contact_id).await?;
    let it = Commission {
        id: tx.id(),
        referrer_id: referrer.id,
        order_id: placed.order_id,
        state: if own { State::Refused } else { State::Open },
        why: own.then_some(Refusal::SelfReferral),
        currency: placed.total.currency,
        paid_minor: 0,
        base_minor: 0,
        rate_bps: referrer.rate_bps.unwrap_or(usual),
        amount_minor: 0,
        refunded_minor: 0,
        reversed_minor: 0,
        created_at: at,
        earned_at: None,
        due_at: None,
    };
    rows::insert_commission(tx, &it).await
}

/// Whether who brought an order bought it, by what is known of both: contacts, and what was typed at the checkout.
async fn is_own(tx: &mut Tx, referrer: &Referrer, order: OrderId, buyer: Option<ContactId>) -> Result<bool> {
    let theirs = known(tx, referrer.contact_id).await?;
    let mut buyers = known(tx, buyer).await?;
    if let Some(intent) = payments::intent(tx, order).await? {
        buyers.phones.extend(intent.phone);
        buyers.emails.extend(intent.email);
    }
    Ok(rules::is_self(&theirs, &buyers))
}

async fn known(tx: &mut Tx, contact: Option<ContactId>) -> Result<Known> {
    let Some(id) = contact else { return Ok(Known::default()) };
    let found = contacts::find(tx, id).await?;
    let (phone, email) = found.map_or((None, None), |found| (found.phone, found.email));
    Ok(Known { contact, phones: phone.into_iter().collect(), emails: email.into_iter().collect() })
}

/// The order is paid: the commission is reckoned, and waits until the order can no longer be given back.
async fn earn(tx: &mut Tx, paid: &OrderPaid, at: Time) -> Result<()> {
    let Some(mut it) = rows::lock_of_order(tx, paid.order_id).await? else { return Ok(()) };
    let Some(referrer) = queries::referrer(tx, it.referrer_id).await? else { return Ok(()) };
    let own = is_own(tx, &referrer, paid.order_id, paid.contact_id).await?;
    let Some(state) = rules::next(it.state, if own { Event::Refuse } else { Event::Earn }) else { return Ok(()) };
    it.state = state;
    if own {
        it.why = Some(Refusal::SelfReferral);
        return rows::set(tx, &it).await;
    }
    let base = invoices::without_tax(tx, paid.order_id).await?;
    let amount = rules::commission(base, it.rate_bps)?;
    let days = u64::try_from(queries::settings(tx).await?.hold_days).unwrap_or(0);
    let due_at = at.after(Duration::from_secs(days * 86_400));
    (it.paid_minor, it.base_minor, it.amount_minor) = (paid.total.minor, base.minor, amount.minor);
    (it.earned_at, it.due_at) = (Some(at), Some(due_at));
    rows::set(tx, &it).await?;
    rows::count(tx, it.referrer_id, 0, 0, 1).await?;
    rows::move_balance(tx, it.referrer_id, Side::Pending, amount).await?;
    tx.at(due_at, ReleaseCommission { commission_id: it.id }).await?;
    let (commission_id, referrer_id, order_id, rate_bps) = (it.id, it.referrer_id, it.order_id, it.rate_bps);
    tx.state(CommissionEarned { commission_id, referrer_id, order_id, base, rate_bps, amount }).await.map(drop)
}

async fn cancel(tx: &mut Tx, order: OrderId) -> Result<()> {
    let Some(mut it) = rows::lock_of_order(tx, order).await? else { return Ok(()) };
    match rules::next(it.state, Event::Cancel) {
        Some(state) => {
            it.state = state;
            rows::set(tx, &it).await
        }
        None => Ok(()),
    }
}

/// Money of the order went back: so much of the commission does too, also of one that was paid out.
async fn reverse(tx: &mut Tx, refunded: &OrderRefunded) -> Result<()> {
    let Some(mut it) = rows::lock_of_order(tx, refunded.order_id).await? else { return Ok(()) };
    let event = if refunded.full { Event::ReverseRest } else { Event::ReversePart };
    let (Some(state), Some(side)) = (rules::next(it.state, event), Side::of(it.state)) else { return Ok(()) };
    it.refunded_minor = if refunded.full { it.paid_minor } else { it.refunded_minor + refunded.amount.minor };
    let back = rules::reversed(it.amount_minor, it.refunded_minor, it.paid_minor);
    let amount = it.money(back - it.reversed_minor);
    (it.reversed_minor, it.state) = (back, state);
    rows::set(tx, &it).await?;
    rows::move_balance(tx, it.referrer_id, side, it.money(-amount.minor)).await?;
    if state == State::Reversed {
        let timer = ReleaseCommission { commission_id: it.id };
        tx.stop(ReleaseCommission::NAME, &timer.key()).await?;
    }
    if amount.minor == 0 {
        return Ok(());
    }
    let (commission_id, referrer_id, order_id, refund_id) = (it.id, it.referrer_id, it.order_id, refunded.refund_id);
    tx.state(CommissionReversed { commission_id, referrer_id, order_id, refund_id, amount }).await.map(drop)
}
