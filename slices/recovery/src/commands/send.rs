//! A reminder goes out: noted, with its discount, and stated.

use super::end::finish;
use super::schedule;
use crate::model::{Abandoned, RecoverySettings, Reminder};
use crate::offer::{self, Discount};
use crate::{rows, rules};
use catalogue::{CouponKind, CreateCoupon, Limits};
use facts::Time;
use facts::recovery::{RecoveryEnd, RecoveryReminderDue};
use orders::Whole;
use payments::Intent;
use store::{Command, Result, Tx};

/// States that a reminder is due, once for each step of an order.
pub(super) async fn remind(
    tx: &mut Tx,
    mut left: Abandoned,
    whole: &Whole,
    intent: &Intent,
    settings: &RecoverySettings,
    until: Time,
) -> Result<()> {
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
