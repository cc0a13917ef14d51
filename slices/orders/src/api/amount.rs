//! An amount as a buyer's program sends it: whole rupees, or money in full.

use facts::{Currency, Money};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use std::fmt;

/// `199`, `199.0` or `{"minor": 19900, "currency": "INR"}`: above zero, and no part of a rupee as a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount(pub Money);

struct AmountVisitor;

fn rupees<E: Error>(rupees: i64) -> Result<Amount, E> {
    let money = Money::from_major(rupees, Currency::INR).map_err(E::custom)?;
    positive(money)
}

fn positive<E: Error>(money: Money) -> Result<Amount, E> {
    if money.minor > 0 { Ok(Amount(money)) } else { Err(E::custom("an amount above zero")) }
}

impl<'de> Visitor<'de> for AmountVisitor {
    type Value = Amount;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("whole rupees, such as 199")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Amount, E> {
        rupees(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Amount, E> {
        rupees(i64::try_from(value).map_err(|_| E::custom("the amount is too large"))?)
    }

    /// A program that knows one kind of number sends `199.0`. Its text is read, so that nothing is reckoned in floats.
    fn visit_f64<E: Error>(self, value: f64) -> Result<Amount, E> {
        let text = format!("{value}");
        rupees(text.parse().map_err(|_| E::custom("whole rupees, such as 199, without a fraction"))?)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Amount, A::Error> {
        positive(Money::deserialize(MapAccessDeserializer::new(map))?)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(AmountVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_an_amount() {
        for (text, paise) in [("199", 19_900), ("199.0", 19_900), ("1e3", 100_000), (r#"{"minor": 9950, "currency": "INR"}"#, 9_950)] {
            assert_eq!(serde_json::from_str::<Amount>(text).unwrap(), Amount(Money::inr(paise)), "{text}");
        }
    }

    #[test]
    fn what_is_none() {
        let wrong = [
            "0",
            "-1",
            "199.5",
            "1e300",
            "9223372036854775807",
            "18446744073709551615",
            "-9223372036854775808",
            "\"199\"",
            "true",
            "null",
            "[]",
            "{}",
            r#"{"minor": -1, "currency": "INR"}"#,
            r#"{"minor": 1, "currency": "XYZ"}"#,
            r#"{"minor": 1.5, "currency": "INR"}"#,
        ];
        for text in wrong {
            assert!(serde_json::from_str::<Amount>(text).is_err(), "{text}");
        }
    }
}
