//! Decisions about commissions: what they come to, what goes back of them, and what may become of them.

use crate::model::{ReferralSettings, State};
use facts::Money;
use store::{Error, Result};

/// The largest share, in basis points.
pub const MOST: i64 = 9_000;

/// Something that happens to a commission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The order was paid.
    Earn,
    /// Who brought it is who bought it.
    Refuse,
    /// The order was cancelled.
    Cancel,
    /// The time in which it can be given back is over.
    Release,
    /// A part of its money went back.
    ReversePart,
    /// The last of its money went back.
    ReverseRest,
}

/// Everything that may become of a commission. Whatever is not here changes nothing.
pub const TABLE: &[(State, Event, State)] = &[
    (State::Open, Event::Earn, State::Pending),
    (State::Open, Event::Refuse, State::Refused),
    (State::Open, Event::Cancel, State::Void),
    (State::Pending, Event::Release, State::Payable),
    (State::Pending, Event::ReversePart, State::Pending),
    (State::Pending, Event::ReverseRest, State::Reversed),
    (State::Payable, Event::ReversePart, State::Payable),
    (State::Payable, Event::ReverseRest, State::Reversed),
];

/// The state that follows; `None` when the table has no such line.
pub fn next(from: State, event: Event) -> Option<State> {
    TABLE.iter().find(|(known, happens, _)| *known == from && *happens == event).map(|(.., to)| *to)
}

/// What a commission comes to: the share of the order without tax, rounded half up.
///
/// # Errors
/// An amount that does not fit.
pub fn commission(base: Money, rate_bps: i64) -> Result<Money> {
    Ok(base.share(rate_bps)?)
}

/// What of a commission goes back in all once so much of the order's money did: its share of what was paid, rounded half up, so that
/// nothing is left of it when nothing is left of the order.
pub fn reversed(amount_minor: i64, refunded_minor: i64, paid_minor: i64) -> i64 {
    if paid_minor <= 0 || refunded_minor >= paid_minor {
        return amount_minor;
    }
    let (over, whole) = (i128::from(amount_minor) * i128::from(refunded_minor.max(0)), i128::from(paid_minor));
    i64::try_from((over * 2 + whole).div_euclid(whole * 2)).unwrap_or(amount_minor).min(amount_minor)
}

/// Whether who brought an order bought it: as the same contact, or with the same phone number or e-mail address.
pub fn is_self(referrer: &Known, buyer: &Known) -> bool {
    (referrer.contact.is_some() && referrer.contact == buyer.contact)
        || referrer.phones.iter().any(|phone| buyer.phones.contains(phone))
        || referrer.emails.iter().any(|email| buyer.emails.contains(email))
}

/// By what somebody is known.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Which contact they are.
    pub contact: Option<facts::ContactId>,
    /// Their numbers, as E.164.
    pub phones: Vec<String>,
    /// Their addresses, in small letters.
    pub emails: Vec<String>,
}

/// A shop's settings, as somebody wants them.
///
/// # Errors
/// The first field that does not fit.
pub fn checked(settings: ReferralSettings) -> Result<ReferralSettings> {
    rate("rate_bps", settings.rate_bps)?;
    if !(0..=365).contains(&settings.hold_days) {
        return Err(Error::field("hold_days", "0 to 365 days"));
    }
    Ok(settings)
}

/// A share.
///
/// # Errors
/// The field.
pub fn rate(field: &str, bps: i64) -> Result<i64> {
    if (0..=MOST).contains(&bps) { Ok(bps) } else { Err(Error::field(field, format!("0 to {MOST} basis points"))) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_table_is_the_whole_truth() {
        for (at, (from, event, _)) in TABLE.iter().enumerate() {
            assert!(!TABLE[..at].iter().any(|(f, e, _)| f == from && e == event), "{from} {event:?}");
        }
        for over in [State::Reversed, State::Void, State::Refused] {
            assert!(TABLE.iter().all(|(from, ..)| *from != over), "{over} stays so");
        }
    }

    #[test]
    fn what_a_commission_comes_to() {
        for (base, bps, amount) in [(8_390, 3_000, 2_517), (8_391, 3_000, 2_517), (8_395, 3_000, 2_519), (1, 3_000, 0), (5, 1_000, 1)] {
            assert_eq!(commission(Money::inr(base), bps).unwrap(), Money::inr(amount), "{base}");
        }
    }

    #[test]
    fn nobody_brings_themselves() {
        let id = |number: u128| Some(facts::Id::from_uuid(uuid::Uuid::from_u128(number)));
        let asha = Known { contact: id(1), phones: vec!["+919876543210".into()], emails: vec!["asha@example.com".into()] };
        let other = Known { contact: id(2), phones: vec!["+919876543211".into()], emails: Vec::new() };
        assert!(is_self(&asha, &asha.clone()) && !is_self(&asha, &other));
        assert!(is_self(&asha, &Known { emails: asha.emails.clone(), ..other.clone() }), "another phone, the same mailbox");
        assert!(is_self(&asha, &Known { phones: asha.phones.clone(), ..Known::default() }));
        assert!(!is_self(&Known::default(), &Known::default()), "nobody knows nobody");
    }

    proptest! {
        #[test]
        fn what_goes_back_is_pro_rata_to_the_paisa(
            paid in 1i64..1_000_000_000, share in 0i64..=10_000, bps in 0i64..=MOST, parts in prop::collection::vec(1i64..1_000_000, 0..8)
        ) {
            let base = Money::inr(paid).share(share).unwrap();
            let amount = commission(base, bps).unwrap().minor;
            let (mut refunded, mut before) = (0, 0);
            for part in parts {
                refunded = (refunded + part).min(paid);
                let back = reversed(amount, refunded, paid);
                prop_assert!(back >= before && back <= amount);
                // Never off by more than half a paisa from the exact share.
                prop_assert!((i128::from(back) * i128::from(paid) - i128::from(amount) * i128::from(refunded)).abs() * 2 <= i128::from(paid));
                before = back;
            }
            prop_assert_eq!(reversed(amount, paid, paid), amount);
            prop_assert_eq!(reversed(amount, 0, paid), 0);
        }
    }
}
