//! What the numbers of a chart are, and how they are written.

use super::super::number::grouped;
use facts::{Currency, Money};

/// What a chart counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Minor units of a currency.
    Money(Currency),
    /// Things.
    Count,
    /// Hundredths of a percent.
    BasisPoints,
}

impl Unit {
    /// The number in full.
    pub(super) fn exact(self, value: i64) -> String {
        match self {
            Unit::Money(currency) => Money::new(value, currency).to_string(),
            Unit::Count => grouped(value),
            Unit::BasisPoints => format!("{}.{:02} %", value / 100, value.abs() % 100),
        }
    }

    /// The number as an axis shows it, such as `₹1.5L`.
    pub(super) fn short(self, value: i64) -> String {
        match self {
            Unit::Money(currency) => {
                let major = value / 10i64.pow(currency.exponent());
                let sign = if major < 0 { "-" } else { "" };
                format!("{sign}{}{}", currency.symbol(), compact(major.unsigned_abs(), currency == Currency::INR))
            }
            Unit::Count => {
                format!("{}{}", if value < 0 { "-" } else { "" }, compact(value.unsigned_abs(), false))
            }
            Unit::BasisPoints => format!("{} %", value / 100),
        }
    }
}

/// At most one decimal and the letter that people use: K, L and Cr in India, K, M and B elsewhere.
fn compact(value: u64, indian: bool) -> String {
    let steps: [(u64, &str); 3] =
        if indian { [(10_000_000, "Cr"), (100_000, "L"), (1_000, "K")] } else { [(1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K")] };
    for (size, letter) in steps {
        if value >= size {
            let (units, tenth) = (value / size, value % size * 10 / size);
            return if tenth == 0 { format!("{units}{letter}") } else { format!("{units}.{tenth}{letter}") };
        }
    }
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_short_and_tables_exact() {
        let rupees = Unit::Money(Currency::INR);
        assert_eq!(rupees.short(15_000_000), "₹1.5L");
        assert_eq!(rupees.short(2_000_000_000), "₹2Cr");
        assert_eq!(rupees.short(-500_000), "-₹5K");
        assert_eq!(rupees.exact(15_000_050), "₹1,50,000.50");
        assert_eq!(Unit::Count.short(2_500_000), "2.5M");
        assert_eq!(Unit::Count.exact(-1_234_567), "-1,234,567");
        assert_eq!(Unit::BasisPoints.exact(1_205), "12.05 %");
    }
}
