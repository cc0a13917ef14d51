//! A line of a provider's report of settlements, with amounts in whole units as the provider's dashboard writes them.

use super::bank::{Read, cut};
use super::{Columns, Field, cells};
use crate::model::{RowKind, Settled, Sums};
use facts::{Currency, Time};
use store::{Error, Result};

/// Reads a line. What is in no settlement yet is none.
///
/// # Errors
/// `line`: which one, and what is wrong with it.
pub(crate) fn settled(columns: &Columns, number: i64, cells: &[String], currency: Currency) -> Result<Read<Settled>> {
    let says = |field| columns.cell(cells, field);
    let (entity, settlement) = (says(Field::Entity), says(Field::Settlement));
    if entity.is_empty() || settlement.is_empty() {
        return Ok(Read::Nothing);
    }
    let wrong = |what: String| Error::field("line", format!("line {number}: {what}"));
    let date = says(Field::Date);
    let day = cells::day(date).ok_or_else(|| wrong(format!("“{date}” is no day such as 22/11/2026")))?;
    let minor = |field| match says(field) {
        "" => Ok(0),
        text => cells::amount(text, currency).ok_or_else(|| wrong(format!("“{text}” is no amount such as 1,234.50"))),
    };
    let kind =
        kind(says(Field::Kind)).ok_or_else(|| wrong(format!("“{}” is not payment, refund, adjustment or transfer", says(Field::Kind))))?;
    let amount = if says(Field::Amount).is_empty() { None } else { Some(minor(Field::Amount)?) };
    let Sums { gross, fee, tax, net } =
        Sums::of(amount, minor(Field::Deposit)?, minor(Field::Withdrawal)?, minor(Field::Fee)?, minor(Field::Tax)?);
    Ok(Read::Line(Settled {
        settlement_ref: cut(settlement),
        utr: Some(cut(says(Field::Reference))).filter(|utr| !utr.is_empty()),
        settled_at: Time(cells::number(day) * 86_400_000),
        entity_ref: cut(entity),
        kind,
        currency,
        gross,
        fee,
        tax,
        net,
        text: cut(says(Field::Narration)),
    }))
}

/// What a provider calls it.
pub(crate) fn kind(word: &str) -> Option<RowKind> {
    match word.trim().to_ascii_lowercase().as_str() {
        "payment" => Some(RowKind::Payment),
        "refund" => Some(RowKind::Refund),
        "adjustment" | "settlement.ondemand" | "commission" | "reserve" => Some(RowKind::Adjustment),
        "dispute" | "chargeback" => Some(RowKind::Dispute),
        "transfer" | "reversal" => Some(RowKind::Transfer),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::guess;
    use super::*;
    use crate::model::Source;

    #[test]
    fn lines_of_a_report() {
        let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
        let header = "entity_id,type,debit,credit,amount,fee,tax,settled_at,settlement_id,settlement_utr";
        let columns = guess(Source::Razorpay, &cells(header)).unwrap();
        let read = |line: &str| settled(&columns, 3, &cells(line), Currency::INR);
        let Read::Line(paid) = read("pay_1,payment,0,96.67,99.00,2.33,0.35,22/11/2026 10:00:00,setl_1,AXIS1").unwrap() else {
            panic!("a payment")
        };
        assert_eq!((paid.gross, paid.fee, paid.tax, paid.net, paid.kind), (9_900, 233, 35, 9_667, RowKind::Payment));
        let Read::Line(back) = read("rfnd_1,refund,40.00,0,40.00,0,0,22/11/2026,setl_1,AXIS1").unwrap() else { panic!("a refund") };
        assert_eq!((back.gross, back.net), (-4_000, -4_000));
        assert_eq!(read("pay_2,payment,0,1,1,0,0,,,").unwrap(), Read::Nothing);
        assert!(read("pay_2,payment,0,x,1,0,0,22/11/2026,setl_1,").is_err() && read("pay_2,gift,0,1,1,0,0,22/11/2026,setl_1,").is_err());
    }
}
