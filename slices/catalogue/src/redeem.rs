//! A coupon is used in the transaction of its order, and given back in that of the order's end.

use crate::model::{Discount, Use};
use crate::{queries, rows, rules};
use facts::{ContactId, Money, OrderId};
use store::{Result, Tx, params, sql};

/// Uses a coupon for an order: the count and the note of the use are part of the caller's commit.
///
/// # Errors
/// `coupon_unknown`, `coupon_expired`, `coupon_not_yet_valid`, `coupon_minimum`, `coupon_currency` or
/// `coupon_used_up`, each beside the field `coupon_code`; the caller's transaction must then be given up.
pub async fn redeem(tx: &mut Tx, code: &str, order_id: OrderId, contact_id: Option<ContactId>, amount: Money) -> Result<Discount> {
    let unknown = || rules::refused("coupon_unknown", "There is no such coupon.");
    let code = rules::code(code).ok_or_else(unknown)?;
    let Some(coupon) = rows::count_up(tx, &code, amount).await? else {
        let coupon = queries::coupon_by_code(tx, &code).await?.ok_or_else(unknown)?;
        return Err(rules::refusal(&coupon, amount, tx.now()));
    };
    if let Some(most) = coupon.per_contact {
        let contact = contact_id.ok_or_else(|| rules::refused("coupon_needs_customer", "This coupon needs a phone number or e-mail."))?;
        if rows::uses_of(tx, coupon.id, contact).await? >= most {
            return Err(rules::refused("coupon_used_up", "You have used this coupon as often as you can."));
        }
    }
    let off = rules::discount(coupon.kind, coupon.value, amount)?;
    let used = Use { order_id, contact_id, amount: off };
    if !rows::insert_use(tx, coupon.id, &used).await? {
        return Err(rules::refused("coupon_twice", "This order uses a coupon already."));
    }
    Ok(Discount { coupon_id: coupon.id, code: coupon.code, amount: off })
}

/// Gives back the coupon that an order used, once however often it is asked; nothing for an order that used none.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn give_back(tx: &mut Tx, order_id: OrderId) -> Result<()> {
    if let Some(coupon) = rows::end_use(tx, order_id).await? {
        rows::count_down(tx, coupon).await?;
    }
    Ok(())
}

/// Counts for somebody the coupons that were used under another id of theirs.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn bring_over(tx: &mut Tx, kept: ContactId, merged: ContactId) -> Result<()> {
    tx.put(sql!("UPDATE redemptions SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"), params![tx.tenant(), kept, merged])
        .await
}
