//! What a coupon takes off, why it is refused, and what may be typed.

use crate::model::{Coupon, CouponKind, Product};
use crate::tax;
use facts::{Money, Time};
use store::{Error, Result};

/// A whole, in basis points.
pub const WHOLE: i64 = 10_000;

/// What the coupon takes off an amount: never less than nothing, never more than all.
///
/// # Errors
/// A share that does not fit.
pub fn discount(kind: CouponKind, value: i64, amount: Money) -> Result<Money> {
    let off = match kind {
        CouponKind::Percent => amount.share(value.clamp(0, WHOLE))?,
        CouponKind::Fixed => Money::new(value, amount.currency),
    };
    Ok(Money::new(off.minor.clamp(0, amount.minor.max(0)), amount.currency))
}

/// Why a coupon that the database would not count up cannot be used.
pub fn refusal(coupon: &Coupon, amount: Money, now: Time) -> Error {
    if !coupon.active || coupon.ends_at.is_some_and(|end| end <= now) {
        refused("coupon_expired", "This coupon is no longer valid.")
    } else if coupon.starts_at.is_some_and(|start| start > now) {
        refused("coupon_not_yet_valid", "This coupon is not valid yet.")
    } else if coupon.currency != amount.currency {
        refused("coupon_currency", format!("This coupon is for orders in {}.", coupon.currency))
    } else if coupon.min_amount_minor > amount.minor {
        let least = Money::new(coupon.min_amount_minor, coupon.currency);
        refused("coupon_minimum", format!("This coupon is for orders of {least} and more."))
    } else {
        refused("coupon_used_up", "This coupon has been used as often as it can be.")
    }
}

/// A coupon's refusal, said beside its field.
#[track_caller]
pub fn refused(code: &'static str, message: impl Into<String>) -> Error {
    let message = message.into();
    Error::invalid(code, message.clone()).with_field("coupon_code", message)
}

/// A code as it is kept, in capitals; `None` when it cannot be one.
pub fn code(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = (2..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    fits.then(|| text.to_ascii_uppercase())
}

/// A name for addresses; `None` when it cannot be one.
pub fn slug(text: &str) -> Option<String> {
    let fits = (1..=60).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-');
    fits.then(|| text.to_owned())
}

/// The most that anything costs, in minor units: far above any price, and far below what sums could overflow.
pub const MOST: i64 = 100_000_000_000;

/// Whether a product can be sold as it is described.
///
/// # Errors
/// The first field that does not fit.
pub fn product(product: &Product) -> Result<()> {
    length("name", &product.name, 1, 120)?;
    length("description", &product.description, 0, 2_000)?;
    if product.features.0.len() > 20 {
        return Err(Error::field("features", "at most 20"));
    }
    for feature in &product.features.0 {
        length("features", feature, 1, 200)?;
    }
    if !(1..=MOST).contains(&product.amount_minor) {
        return Err(Error::field("price.minor", format!("an amount from 1 to {MOST}")));
    }
    if let Some(bps) = product.tax_bps {
        tax::rate("tax_bps", bps)?;
    }
    Ok(())
}

/// Whether a coupon's numbers make sense together.
///
/// # Errors
/// The first field that does not fit.
pub fn coupon(coupon: &Coupon) -> Result<()> {
    let (most, unit) = match coupon.kind {
        CouponKind::Percent => (WHOLE, "basis points"),
        CouponKind::Fixed => (MOST, "minor units"),
    };
    if !(1..=most).contains(&coupon.value) {
        return Err(Error::field("value", format!("from 1 to {most} {unit}")));
    }
    for (field, limit) in [("max_uses", coupon.max_uses), ("per_contact", coupon.per_contact)] {
        if limit.is_some_and(|limit| !(1..=1_000_000_000).contains(&limit)) {
            return Err(Error::field(field, "from 1 to 1000000000, or nothing for no limit"));
        }
    }
    if !(0..=MOST).contains(&coupon.min_amount_minor) {
        return Err(Error::field("min_amount_minor", format!("from 0 to {MOST}")));
    }
    match (coupon.starts_at, coupon.ends_at) {
        (Some(start), Some(end)) if end <= start => Err(Error::field("ends_at", "later than starts_at")),
        _ => Ok(()),
    }
}

fn length(field: &str, text: &str, least: usize, most: usize) -> Result<()> {
    if (least..=most).contains(&text.trim().chars().count()) {
        return Ok(());
    }
    Err(Error::field(field, format!("{least} to {most} characters")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Currency;
    use proptest::prelude::*;
    use store::Kind;

    fn coupon() -> Coupon {
        Coupon {
            id: facts::Id::from_uuid(uuid::Uuid::nil()),
            code: "SAVE20".into(),
            kind: CouponKind::Percent,
            value: 2_000,
            currency: Currency::INR,
            max_uses: None,
            used: 0,
            per_contact: None,
            min_amount_minor: 0,
            starts_at: None,
            ends_at: None,
            active: true,
            created_at: Time(0),
        }
    }

    #[test]
    fn what_a_coupon_takes_off() {
        for (kind, value, amount, off) in [
            (CouponKind::Percent, 2_000, 9_900, 1_980),
            (CouponKind::Percent, 1, 5_000, 1),
            (CouponKind::Percent, 10_000, 9_900, 9_900),
            (CouponKind::Fixed, 5_000, 9_900, 5_000),
            (CouponKind::Fixed, 50_000, 9_900, 9_900),
        ] {
            assert_eq!(discount(kind, value, Money::inr(amount)).unwrap(), Money::inr(off));
        }
    }

    #[test]
    fn why_a_coupon_is_refused() {
        let now = Time(100);
        for (coupon, code) in [
            (Coupon { active: false, ..coupon() }, "coupon_expired"),
            (Coupon { ends_at: Some(Time(100)), ..coupon() }, "coupon_expired"),
            (Coupon { starts_at: Some(Time(101)), ..coupon() }, "coupon_not_yet_valid"),
            (Coupon { min_amount_minor: 10_000, ..coupon() }, "coupon_minimum"),
            (Coupon { currency: "USD".parse().unwrap(), ..coupon() }, "coupon_currency"),
            (Coupon { max_uses: Some(1), used: 1, ..coupon() }, "coupon_used_up"),
        ] {
            let error = refusal(&coupon, Money::inr(9_900), now);
            assert_eq!((error.kind(), error.code()), (Kind::Invalid, code));
            assert_eq!(error.fields()[0].field, "coupon_code");
        }
    }

    #[test]
    fn what_may_be_typed() {
        assert_eq!(code(" save20 ").as_deref(), Some("SAVE20"));
        assert_eq!(code("a"), None);
        assert_eq!(code("नमस्ते"), None);
        assert_eq!(slug("gold-plan-2").as_deref(), Some("gold-plan-2"));
        for wrong in ["", "-a", "a-", "Gold", "a b", "é"] {
            assert_eq!(slug(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn never_more_than_there_is(value in any::<i64>(), minor in 0..i64::MAX / 10_000, percent in any::<bool>()) {
            let kind = if percent { CouponKind::Percent } else { CouponKind::Fixed };
            let off = discount(kind, value, Money::inr(minor)).unwrap();
            prop_assert!(off.minor >= 0 && off.minor <= minor);
        }
    }
}
