//! A line of a bank's statement.

use super::cells;
use super::{Columns, Field};
use crate::model::Line;
use facts::Currency;
use store::{Error, Result};

/// The longest text of a line that is kept, in bytes.
const LONGEST: usize = 500;

/// What a line of a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Read<T> {
    /// Money.
    Line(T),
    /// No line of the statement: a heading, a balance, a word of thanks.
    Nothing,
}

/// Reads a line. One without a day or without an amount is none of the statement's own; one that has a day and an amount of which one
/// cannot be read is refused.
///
/// # Errors
/// `line`: which one, and what is wrong with it.
pub(crate) fn line(columns: &Columns, number: i64, ordinal: i64, cells: &[String], currency: Currency) -> Result<Read<Line>> {
    let says = |field| columns.cell(cells, field);
    let (date, deposit, withdrawal, amount) = (says(Field::Date), says(Field::Deposit), says(Field::Withdrawal), says(Field::Amount));
    let filled = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    if !filled(date) || ![deposit, withdrawal, amount].into_iter().any(filled) {
        return Ok(Read::Nothing);
    }
    let wrong = |what: String| Error::field("line", format!("line {number}: {what}"));
    let day = cells::day(date).ok_or_else(|| wrong(format!("“{date}” is no day such as 22/11/2026 or 22-Nov-2026")))?;
    let minor = |text: &str| {
        if !filled(text) {
            return Ok(0);
        }
        cells::amount(text, currency).ok_or_else(|| wrong(format!("“{text}” is no amount such as 1,23,456.00")))
    };
    let amount = match (filled(deposit), filled(withdrawal)) {
        (false, false) => directed(minor(amount)?, says(Field::Direction)),
        _ => minor(deposit)?.abs() - minor(withdrawal)?.abs(),
    };
    if amount == 0 {
        return Ok(Read::Nothing);
    }
    let (reference, narration) = (cut(says(Field::Reference)), cut(says(Field::Narration)));
    Ok(Read::Line(Line { number, ordinal, day: cells::number(day), amount, reference, narration }))
}

/// With the sign that a column of its own gives it.
fn directed(minor: i64, direction: &str) -> i64 {
    match direction.trim().to_ascii_lowercase().as_str() {
        word if word.starts_with('d') => -minor.abs(),
        word if word.starts_with('c') => minor.abs(),
        _ => minor,
    }
}

pub(super) fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(LONGEST)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::guess;
    use super::*;
    use crate::model::Source;

    fn cells(line: &str) -> Vec<String> {
        line.split('|').map(str::to_owned).collect()
    }

    #[test]
    fn lines_as_they_are() {
        let two = guess(Source::Bank, &cells("Date|Narration|Chq./Ref.No.|Withdrawal Amt.|Deposit Amt.|Closing Balance")).unwrap();
        let one = guess(Source::Bank, &cells("Date|Description|Amount|Dr/Cr")).unwrap();
        for (columns, text, amount) in [
            (&two, "22/11/26|NEFT CR|AXISCN1|  |1,23,456.00|9.00", Some(12_345_600)),
            (&two, "22/11/26|ATM|1|500.00|0.00|9.00", Some(-50_000)),
            (&two, "|Opening balance||||9.00", None),
            (&two, "STATEMENT SUMMARY :-", None),
            (&two, "********|****|****|****|****|***", None),
            (&one, "22-Nov-2026|UPI|500.00|DR", Some(-50_000)),
            (&one, "22-Nov-2026|UPI|500.00|Cr", Some(50_000)),
            (&one, "22-Nov-2026|UPI|-500.00|", Some(-50_000)),
        ] {
            let read = line(columns, 7, 0, &cells(text), Currency::INR).unwrap();
            let found = if let Read::Line(line) = read { Some(line.amount) } else { None };
            assert_eq!(found, amount, "{text}");
        }
        for (text, what) in [("31/13/26|x|y||5.00|", "31/13/26"), ("22/11/26|x|y||5.0.0|", "5.0.0")] {
            let error = line(&two, 7, 0, &cells(text), Currency::INR).unwrap_err();
            assert!(error.to_string().contains("line 7") && error.to_string().contains(what), "{error}");
        }
    }
}
