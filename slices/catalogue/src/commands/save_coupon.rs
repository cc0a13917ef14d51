//! Coupons are made, and their limits changed; what a code promises never changes.

use crate::model::{Coupon, CouponKind};
use crate::{queries, rows, rules};
use facts::catalogue::CouponSaved;
use facts::{Change, CouponId, Currency, Time};
use serde_json::{Value, json};
use store::{Command, Error, Result, Tx};

/// Within which a coupon is good.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How often it can be used in all.
    pub max_uses: Option<i64>,
    /// How often one person can use it.
    pub per_contact: Option<i64>,
    /// What an order comes to at least, in minor units.
    pub min_amount_minor: i64,
    /// From when it is good.
    pub starts_at: Option<Time>,
    /// Until when, that moment not included.
    pub ends_at: Option<Time>,
    /// Whether it can be used at all.
    pub active: bool,
}

/// Makes a coupon.
pub struct CreateCoupon {
    /// What people type.
    pub code: String,
    /// How the discount is reckoned.
    pub kind: CouponKind,
    /// Basis points or minor units, by `kind`.
    pub value: i64,
    /// The currency of the orders that it is good for.
    pub currency: Currency,
    /// Within which it is good.
    pub limits: Limits,
}

impl Command for CreateCoupon {
    const NAME: &'static str = "create_coupon";
    type Out = Coupon;

    async fn run(&self, tx: &mut Tx) -> Result<Coupon> {
        let code = rules::code(&self.code).ok_or_else(|| Error::field("code", "2 to 40 letters, digits, hyphens and underscores"))?;
        let coupon = Coupon {
            id: tx.id(),
            code,
            kind: self.kind,
            value: self.value,
            currency: self.currency,
            used: 0,
            max_uses: self.limits.max_uses,
            per_contact: self.limits.per_contact,
            min_amount_minor: self.limits.min_amount_minor,
            starts_at: self.limits.starts_at,
            ends_at: self.limits.ends_at,
            active: self.limits.active,
            created_at: tx.now(),
        };
        rules::coupon(&coupon)?;
        if rows::insert_coupon(tx, &coupon).await? {
            tx.state(saved(None, &coupon)).await?;
            return Ok(coupon);
        }
        let message = "Another coupon has this code.";
        Err(Error::conflict("code_taken", message).with_field("code", message))
    }
}

/// Changes within which limits a coupon is good.
pub struct ChangeCoupon {
    /// The coupon.
    pub id: CouponId,
    /// The new limits, all of them.
    pub limits: Limits,
}

impl Command for ChangeCoupon {
    const NAME: &'static str = "change_coupon";
    type Out = Coupon;

    async fn run(&self, tx: &mut Tx) -> Result<Coupon> {
        let now = queries::coupon(tx, self.id).await?.ok_or_else(|| Error::not_found("coupon"))?;
        let coupon = Coupon {
            max_uses: self.limits.max_uses,
            per_contact: self.limits.per_contact,
            min_amount_minor: self.limits.min_amount_minor,
            starts_at: self.limits.starts_at,
            ends_at: self.limits.ends_at,
            active: self.limits.active,
            ..now.clone()
        };
        rules::coupon(&coupon)?;
        if rows::update_coupon(tx, &coupon).await? {
            let fact = saved(Some(&now), &coupon);
            if !fact.changes.is_empty() {
                tx.state(fact).await?;
            }
            return Ok(coupon);
        }
        let message = format!("It is used {} times already: allow at least as many.", coupon.used);
        Err(Error::conflict("coupon_in_use", message.clone()).with_field("max_uses", message))
    }
}

fn saved(before: Option<&Coupon>, after: &Coupon) -> CouponSaved {
    let told = |coupon: &Coupon| {
        json!({
            "kind": coupon.kind, "value": coupon.value, "currency": coupon.currency.code(), "max_uses": coupon.max_uses,
            "per_contact": coupon.per_contact, "min_amount_minor": coupon.min_amount_minor, "starts_at": coupon.starts_at,
            "ends_at": coupon.ends_at, "active": coupon.active,
        })
    };
    let changes = Change::between(&before.map_or(Value::Null, told), &told(after));
    CouponSaved { coupon_id: after.id, code: after.code.clone(), new: before.is_none(), changes }
}
