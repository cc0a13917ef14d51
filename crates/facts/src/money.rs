//! Money: whole minor units with a currency. No float comes near it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// An ISO 4217 currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The Indian rupee, in paise.
    pub const INR: Currency = Currency(iso_currency::Currency::INR);

    /// The three-letter code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many digits follow the decimal point: 2 for INR, 0 for JPY, 3 for KWD.
    pub fn exponent(self) -> u32 {
        u32::from(self.0.exponent().unwrap_or(0))
    }

    /// The sign people write, such as `₹`.
    pub fn symbol(self) -> String {
        self.0.symbol().to_string()
    }
}

impl std::str::FromStr for Currency {
    type Err = MoneyError;
    fn from_str(code: &str) -> Result<Self, MoneyError> {
        iso_currency::Currency::from_code(code).map(Currency).ok_or(MoneyError::UnknownCurrency)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let code = String::deserialize(d)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

/// Why an amount could not be computed or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two amounts of different currencies met.
    #[error("the amounts are in different currencies")]
    Mixed,
    /// The result does not fit.
    #[error("the amount is too large")]
    Overflow,
    /// Not an ISO 4217 code.
    #[error("not a known currency code")]
    UnknownCurrency,
}

/// An amount in the smallest unit of its currency (paise for INR).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Minor units; negative where money flows back.
    pub minor: i64,
    /// The currency those units are of.
    pub currency: Currency,
}

impl Money {
    /// An amount of so many minor units.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// An amount in paise.
    pub fn inr(paise: i64) -> Self {
        Self::new(paise, Currency::INR)
    }

    /// Nothing, in the same currency.
    pub fn zero(self) -> Self {
        Self::new(0, self.currency)
    }

    /// Whole major units (rupees) as minor units.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when the result does not fit.
    pub fn from_major(major: i64, currency: Currency) -> Result<Self, MoneyError> {
        let scale = 10i64.pow(currency.exponent());
        let minor = major.checked_mul(scale).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(minor, currency))
    }

    /// The sum.
    ///
    /// # Errors
    /// Different currencies, or a result that does not fit.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(minor, self.currency))
    }

    /// The difference.
    ///
    /// # Errors
    /// Different currencies, or a result that does not fit.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        let minor = self.minor.checked_sub(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(minor, self.currency))
    }

    /// So many times this amount.
    ///
    /// # Errors
    /// A result that does not fit.
    pub fn times(self, count: i64) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_mul(count).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(minor, self.currency))
    }

    /// A share in basis points (1/10,000), halves rounded away from zero.
    ///
    /// # Errors
    /// A result that does not fit.
    pub fn share(self, basis_points: i64) -> Result<Self, MoneyError> {
        let exact = i128::from(self.minor) * i128::from(basis_points);
        let half = if exact < 0 { -5_000 } else { 5_000 };
        let minor = i64::try_from((exact + half) / 10_000).map_err(|_| MoneyError::Overflow)?;
        Ok(Self::new(minor, self.currency))
    }

    /// An amount as a person types it, such as `1,234.50` or `₹ 99`; `None` where it is none, or is below nothing.
    pub fn typed(text: &str, currency: Currency) -> Option<Self> {
        let sign = currency.symbol();
        let plain: String = text.trim().trim_start_matches(&sign).chars().filter(|letter| !matches!(letter, ',' | ' ')).collect();
        let (whole, part) = plain.split_once('.').unwrap_or((plain.as_str(), ""));
        let digits = currency.exponent() as usize;
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || part.len() > digits || !all_digits(whole) || !all_digits(part) {
            return None;
        }
        Some(Self::new(format!("{whole}{part:0<digits$}").parse().ok()?, currency))
    }

    fn same(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency { Ok(()) } else { Err(MoneyError::Mixed) }
    }

    /// The plain decimal, such as `-1234.50`, for files and providers.
    pub fn decimal(self) -> String {
        let exponent = self.currency.exponent() as usize;
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = exponent + 1);
        let (whole, part) = digits.split_at(digits.len() - exponent);
        if exponent == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
    }
}

/// As people write it: `₹1,23,456.00` in the Indian grouping for INR, thousands for the rest.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let plain = self.decimal();
        let (sign, rest) = match plain.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", plain.as_str()),
        };
        let (whole, part) = rest.split_once('.').map_or((rest, None), |(w, p)| (w, Some(p)));
        let later_groups = if self.currency == Currency::INR { 2 } else { 3 };
        write!(f, "{sign}{}{}", self.currency.symbol(), group(whole, later_groups))?;
        part.map_or(Ok(()), |part| write!(f, ".{part}"))
    }
}

/// Sets commas: the last three digits together, those before in groups of `size`.
fn group(digits: &str, size: usize) -> String {
    let split = digits.len().saturating_sub(3);
    let (head, tail) = digits.split_at(split);
    let mut groups: Vec<String> = head.as_bytes().rchunks(size).rev().map(|chunk| String::from_utf8_lossy(chunk).into_owned()).collect();
    groups.push(tail.to_owned());
    groups.join(",")
}

/// Shares a sum of minor units out over weights in proportion, so that the shares add up to it exactly: what rounding leaves
/// over goes, one unit each, to those whose share was cut the most (the largest remainder). Over no weight at all nothing is shared.
pub fn split(sum: i64, weights: &[i64]) -> Vec<i64> {
    let whole: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if whole <= 0 {
        return vec![0; weights.len()];
    }
    let exact = |weight: &i64| i128::from(sum) * i128::from(*weight);
    let mut shares: Vec<i64> = weights.iter().map(|weight| i64::try_from(exact(weight) / whole).unwrap_or(*weight)).collect();
    let left = usize::try_from(sum - shares.iter().sum::<i64>()).unwrap_or(0);
    let mut by_rest: Vec<usize> = (0..weights.len()).collect();
    by_rest.sort_by_key(|&at| std::cmp::Reverse(exact(&weights[at]) % whole));
    for &at in by_rest.iter().take(left) {
        shares[at] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn as_people_write_it() {
        assert_eq!(Money::inr(12_345_600).to_string(), "₹1,23,456.00");
        assert_eq!(Money::inr(5).to_string(), "₹0.05");
        assert_eq!(Money::inr(-99_900).to_string(), "-₹999.00");
        let yen = "JPY".parse().unwrap();
        assert_eq!(Money::new(1_234_567, yen).decimal(), "1234567");
    }

    #[test]
    fn halves_round_away_from_zero() {
        assert_eq!(Money::inr(25).share(5_000), Ok(Money::inr(13)));
        assert_eq!(Money::inr(-25).share(5_000), Ok(Money::inr(-13)));
    }

    #[test]
    fn thirds_add_up() {
        assert_eq!(split(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(split(0, &[5, 5]), [0, 0]);
        assert_eq!(split(7, &[0, 7]), [0, 7]);
        assert_eq!(split(7, &[0, 0]), [0, 0]);
    }

    proptest! {
        #[test]
        fn shares_add_up_and_stay_within(amounts in prop::collection::vec(0..10_000_000_000i64, 1..20), share in 0..=10_000i64) {
            let whole: i64 = amounts.iter().sum();
            let part = Money::inr(whole).share(share).unwrap().minor;
            let shares = split(part, &amounts);
            prop_assert_eq!(shares.iter().sum::<i64>(), part);
            for (share, amount) in shares.iter().zip(&amounts) {
                prop_assert!((0..=*amount).contains(share), "{} of {}", share, amount);
            }
        }

        #[test]
        fn there_and_back(a in any::<i64>(), b in any::<i64>()) {
            let sum = Money::inr(a).plus(Money::inr(b));
            if let Ok(sum) = sum {
                prop_assert_eq!(sum.minus(Money::inr(b)), Ok(Money::inr(a)));
            } else {
                prop_assert!(a.checked_add(b).is_none());
            }
        }

        #[test]
        fn a_share_and_its_rest_are_the_whole(minor in 0i64..1_000_000_000, bps in 0i64..=10_000) {
            let part = Money::inr(minor).share(bps).unwrap();
            prop_assert!(part.minor >= 0 && part.minor <= minor);
        }
    }
}
