//! Amounts and days as banks write them.

use facts::{Currency, Money};
use jiff::civil::Date;

/// An amount such as `1,23,456.00`, `₹ 500`, `(12.50)`, `-12.50`, `500.00 Cr` or `500.00Dr`, in minor units, with its sign where it
/// has one: what is marked as a debit, in brackets or with a minus is below zero.
pub(super) fn amount(text: &str, currency: Currency) -> Option<i64> {
    let text = text.trim().trim_start_matches("INR").trim_start_matches("Rs.").trim();
    let lower = text.to_ascii_lowercase();
    let (text, debit) = match lower.trim_end_matches('.') {
        word if word.ends_with("dr") => (&text[..word.len() - 2], true),
        word if word.ends_with("cr") => (&text[..word.len() - 2], false),
        _ => (text, false),
    };
    let text = text.trim();
    let (text, below) = match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => match text.strip_prefix('-').or_else(|| text.strip_suffix('-')) {
            Some(rest) => (rest, true),
            None => (text.strip_prefix('+').unwrap_or(text), false),
        },
    };
    let minor = Money::typed(text, currency)?.minor;
    Some(if debit || below { -minor } else { minor })
}

/// A day as Indian banks write it: `22/11/26`, `22-11-2026`, `22-Nov-2026`, `22 Nov 26`, `2026-11-22`; a time of day behind it is not
/// looked at. The day stands before the month.
pub(super) fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    let text = text.split_once('T').filter(|(day, _)| day.len() == 10).map_or(text, |(day, _)| day);
    let parts: Vec<&str> = text.split(['/', '-', '.', ' ', ',']).filter(|part| !part.is_empty()).collect();
    let [first, month, last, ..] = parts.as_slice() else { return None };
    let month = month_of(month)?;
    let (day, year) = if first.len() == 4 { (*last, *first) } else { (*first, *last) };
    let year: i16 = year.parse().ok()?;
    let year = if (0..100).contains(&year) { 2_000 + year } else { year };
    let date = Date::new(year, month, day.parse().ok()?).ok()?;
    (1_990..=2_100).contains(&date.year()).then_some(date)
}

fn month_of(text: &str) -> Option<i8> {
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    let text = text.to_ascii_lowercase();
    let at = NAMES.iter().position(|name| text.starts_with(name))?;
    i8::try_from(at + 1).ok()
}

/// Days since 1970.
pub(super) fn number(date: Date) -> i64 {
    i64::from(date.since(Date::constant(1970, 1, 1)).map_or(0, |span| span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_as_banks_write_them() {
        for (text, minor) in [
            ("1,23,456.00", Some(12_345_600)),
            ("₹ 500", Some(50_000)),
            ("INR 500.5", Some(50_050)),
            ("Rs. 12", Some(1_200)),
            ("(12.50)", Some(-1_250)),
            ("-12.50", Some(-1_250)),
            ("12.50-", Some(-1_250)),
            ("500.00 Cr", Some(50_000)),
            ("500.00Dr.", Some(-50_000)),
            ("0.00", Some(0)),
            ("", None),
            ("12.345", None),
            ("abc", None),
            ("1e5", None),
            ("Dr", None),
        ] {
            assert_eq!(amount(text, Currency::INR), minor, "{text}");
        }
    }

    #[test]
    fn days_as_banks_write_them() {
        let wanted = Some(Date::constant(2026, 11, 22));
        for text in [
            "22/11/26",
            "22-11-2026",
            "22-Nov-2026",
            "22 nov 26",
            "22.11.2026",
            "2026-11-22",
            "22/11/2026 14:30:00",
            "2026-11-22T10:00:00Z",
        ] {
            assert_eq!(day(text), wanted, "{text}");
        }
        for text in ["", "11/22/2026", "31/02/2026", "Total", "22/11", "22/11/1026"] {
            assert_eq!(day(text), None, "{text}");
        }
        assert_eq!(number(Date::constant(1970, 1, 2)), 1);
        assert_eq!(number(Date::constant(2026, 11, 22)), 20_779);
    }

    proptest! {
        #[test]
        fn any_cell_is_read_or_not(text in ".{0,24}", minor in 0i64..1_000_000_000_000) {
            let _read = (amount(&text, Currency::INR), day(&text));
            let written = Money::inr(minor);
            prop_assert_eq!(amount(&written.decimal(), Currency::INR), Some(minor));
            prop_assert_eq!(amount(&written.to_string(), Currency::INR), Some(minor));
        }
    }
}
