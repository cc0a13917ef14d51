//! Decimal texts as minor units, to the last digit: no float comes near them.

use facts::Currency;

/// `29.35` as 2935 where the currency has two digits. More digits than it has must be zeros; a sign may stand before it.
/// `None` for anything else, and for what does not fit.
pub(crate) fn decimal(text: &str, currency: Currency) -> Option<i64> {
    let (minor, rest) = parts(text, currency)?;
    rest.bytes().all(|byte| byte == b'0').then_some(minor)
}

/// The same, with what is beyond the currency's digits rounded, halves away from zero: some shops keep a line's amounts finer
/// than anybody pays.
pub(crate) fn rounded(text: &str, currency: Currency) -> Option<i64> {
    let (minor, rest) = parts(text, currency)?;
    let up = i64::from(rest.bytes().next().is_some_and(|byte| byte >= b'5'));
    minor.checked_add(if text.trim().starts_with('-') { -up } else { up })
}

/// The minor units, and the digits that the currency does not have.
fn parts(text: &str, currency: Currency) -> Option<(i64, &str)> {
    let text = text.trim();
    let (negative, plain) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) {
        return None;
    }
    let exponent = usize::try_from(currency.exponent()).ok()?;
    let (kept, rest) = part.split_at(part.len().min(exponent));
    let minor: i64 = format!("{whole}{kept:0<exponent$}").parse().ok()?;
    Some((if negative { -minor } else { minor }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Money;
    use proptest::prelude::*;

    #[test]
    fn to_the_last_digit() {
        let table = [
            ("29.35", "INR", Some(2_935)),
            ("29.3", "INR", Some(2_930)),
            ("29", "INR", Some(2_900)),
            ("29.3500", "INR", Some(2_935)),
            ("29.355", "INR", None),
            ("-1.05", "INR", Some(-105)),
            ("0.07", "INR", Some(7)),
            ("1500", "JPY", Some(1_500)),
            ("1500.0", "JPY", Some(1_500)),
            ("1.234", "KWD", Some(1_234)),
            ("92233720368547758.07", "INR", Some(i64::MAX)),
            ("92233720368547758.08", "INR", None),
            ("1,000.00", "INR", None),
            ("", "INR", None),
            (".5", "INR", None),
            ("1e3", "INR", None),
            ("NaN", "INR", None),
        ];
        for (text, currency, minor) in table {
            assert_eq!(decimal(text, currency.parse().unwrap()), minor, "{text} {currency}");
        }
    }

    #[test]
    fn finer_than_anybody_pays() {
        for (text, minor) in [("14.675", 1_468), ("14.674999", 1_467), ("-0.005", -1), ("0.5", 50), ("7", 700)] {
            assert_eq!(rounded(text, Currency::INR), Some(minor), "{text}");
        }
        assert_eq!(rounded("1,5", Currency::INR), None);
    }

    proptest! {
        #[test]
        fn there_and_back(minor in any::<i64>().prop_filter("has an opposite", |minor| *minor > i64::MIN)) {
            prop_assert_eq!(decimal(&Money::inr(minor).decimal(), Currency::INR), Some(minor));
        }
    }
}
