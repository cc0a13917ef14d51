//! Decisions, without a database: what may follow what, numbers, days and what is left to pay.

use crate::gst::{self, Amounts, Item, Nature, State, Supply};
use crate::model::{Buyer, InvoiceState, Line, PaymentStatus, Seller};
use facts::invoices::InvoiceKind;
use jiff::civil::Date;
use jiff::{Span, tz::TimeZone};
use store::{Error, Result};

/// What happens to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// It gets its number.
    Issue,
    /// It is taken back as a whole.
    Void,
    /// What is left is given up.
    WriteOff,
    /// Money came, or was given back.
    Pay,
    /// A credit note takes some of it back.
    Credit,
    /// It is changed, which a draft alone can be.
    Change,
}

/// What may follow what: the whole table.
const TABLE: &[(InvoiceState, Event, InvoiceState)] = {
    use Event as E;
    use InvoiceState as S;
    &[
        (S::Draft, E::Change, S::Draft),
        (S::Draft, E::Issue, S::Issued),
        (S::Draft, E::Void, S::Void),
        (S::Issued, E::Void, S::Void),
        (S::Issued, E::Pay, S::Issued),
        (S::Issued, E::Credit, S::Issued),
        (S::Issued, E::WriteOff, S::Uncollectible),
        (S::Uncollectible, E::Pay, S::Uncollectible),
    ]
};

/// The state after an event.
///
/// # Errors
/// `invoice_state` for a pair that the table does not have.
pub fn next(state: InvoiceState, event: Event) -> Result<InvoiceState> {
    let found = TABLE.iter().find(|(from, by, _)| *from == state && *by == event).map(|(.., to)| *to);
    found.ok_or_else(|| {
        let can = match event {
            Event::Issue => "be issued",
            Event::Void => "be voided",
            Event::WriteOff => "be written off",
            Event::Pay => "take payments",
            Event::Credit => "be credited",
            Event::Change => "be changed",
        };
        Error::conflict("invoice_state", format!("An invoice that is {state} cannot {can}."))
    })
}

/// How far the payment of an invoice is.
pub fn payment(total_minor: i64, credited_minor: i64, paid_minor: i64) -> PaymentStatus {
    match (total_minor - credited_minor - paid_minor, paid_minor) {
        (..=0, _) => PaymentStatus::Paid,
        (_, 1..) => PaymentStatus::PartiallyPaid,
        _ => PaymentStatus::Unpaid,
    }
}

/// The series of credit notes.
const CREDIT_NOTES: &str = "CN";
/// The series of bills of supply.
const BILLS_OF_SUPPLY: &str = "BOS";

/// Which series a document is numbered in.
pub fn series(kind: InvoiceKind, seller: &Seller) -> &str {
    match kind {
        InvoiceKind::Invoice => &seller.prefix,
        InvoiceKind::BillOfSupply => BILLS_OF_SUPPLY,
        InvoiceKind::CreditNote => CREDIT_NOTES,
    }
}

/// A prefix for invoices: with four characters the ten millionth of a year would be the first to pass the 16 characters of
/// CGST Rule 46(b).
///
/// # Errors
/// `prefix`.
pub fn prefix(text: &str) -> Result<String> {
    let prefix = text.trim().to_uppercase();
    let fits = (1..=4).contains(&prefix.len()) && prefix.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    if !fits || [CREDIT_NOTES, BILLS_OF_SUPPLY].contains(&prefix.as_str()) {
        return Err(Error::field(
            "prefix",
            "1 to 4 letters and digits, other than CN and BOS, which credit notes and bills of supply have",
        ));
    }
    Ok(prefix)
}

/// The year in which the financial year of a day began: it runs from April to March.
pub fn financial_year(day: Date) -> i64 {
    i64::from(day.year()) - i64::from(day.month() < 4)
}

/// The number of the nth document of a series, such as `INV2627/000001`.
///
/// # Errors
/// `number_too_long` past the ten millionth.
pub fn number(series: &str, financial_year: i64, nth: i64) -> Result<String> {
    let years = (financial_year.rem_euclid(100), (financial_year + 1).rem_euclid(100));
    let number = format!("{series}{:02}{:02}/{nth:06}", years.0, years.1);
    if number.len() > 16 {
        return Err(Error::conflict("number_too_long", "This series is full for the year. Choose another prefix in the billing settings."));
    }
    Ok(number)
}

/// What an invoice is: tax may be named on it only by who is registered, does not pay under the composition scheme, and sells
/// something that is taxed (Rule 49).
pub fn kind(seller: &Seller, lines: &[Line]) -> InvoiceKind {
    match &seller.gstin {
        None => InvoiceKind::Invoice,
        Some(_) if seller.composition || lines.iter().all(|line| line.rate_bps == 0) => InvoiceKind::BillOfSupply,
        Some(_) => InvoiceKind::Invoice,
    }
}

/// Where a supply takes place and which taxes it bears. Among goods and services the goods decide.
pub fn place(seller: &Seller, buyer: &Buyer, lines: &[Line]) -> (State, Option<Supply>) {
    let services = lines.iter().all(|line| line.hsn.starts_with("99"));
    let nature = if services { Nature::Services } else { Nature::Goods };
    let state = buyer.state.or_else(|| buyer.gstin.as_ref().map(gst::Gstin::state));
    let place = gst::place_of_supply(nature, seller.state, buyer.gstin.is_some(), state, buyer.delivered_to);
    let taxed = seller.gstin.is_some() && !seller.composition;
    (place, taxed.then(|| gst::supply(seller.state, place, buyer.zone)))
}

/// What lines come to.
///
/// # Errors
/// As [`gst::amounts`].
pub fn amounts(lines: &[Line], inclusive: bool, supply: Option<Supply>, whole: i64) -> Result<Amounts> {
    let items: Vec<Item> = lines.iter().map(|line| Item { net_minor: line.net_minor, rate_bps: line.rate_bps }).collect();
    gst::amounts(&items, inclusive, supply, whole)
}

/// What so many thousandths of something cost, halves up.
pub fn cost(unit_minor: i64, quantity_milli: i64) -> Option<i64> {
    let exact = i128::from(unit_minor) * i128::from(quantity_milli);
    i64::try_from((exact + 500).div_euclid(1_000)).ok()
}

/// A quantity such as `1.5`, in thousandths.
///
/// # Errors
/// The field.
pub fn quantity(field: &str, text: &str) -> Result<i64> {
    let wrong = || Error::field(field, "a number above zero with at most three digits after the point, such as 1.5");
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || part.len() > 3 || !digits(whole) || !digits(part) {
        return Err(wrong());
    }
    let milli: i64 = format!("{whole}{part:0<3}").parse().map_err(|_| wrong())?;
    if milli > 0 { Ok(milli) } else { Err(wrong()) }
}

/// Thousandths as people write them: `1.5`, `2`.
pub fn quantity_text(milli: i64) -> String {
    let text = format!("{}.{:03}", milli / 1_000, milli % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The reminders, by days after the due day.
pub const STEPS: &[(&str, i64)] = &[("before_7", -7), ("before_1", -1), ("after_1", 1), ("after_7", 7), ("after_14", 14)];
/// The hour of the tenant's day at which they go out.
pub const REMINDER_HOUR: i8 = 10;

/// The reminder of an invoice that comes to more than its customer can be charged for: they are asked to pay by themselves.
pub const ABOVE_LIMIT: &str = "above_limit";

/// The reminder whose day it is, or the last one whose day is over: after days of standstill the customer hears once.
pub fn step_on(due: Date, today: Date) -> Option<&'static str> {
    STEPS.iter().rev().find(|(_, days)| due.saturating_add(Span::new().days(*days)) <= today).map(|(step, _)| *step)
}

/// The moment of the next reminder after a day; none after the last.
pub fn next_reminder(due: Date, today: Date, zone: &TimeZone) -> Option<facts::Time> {
    let day = STEPS.iter().map(|(_, days)| due.saturating_add(Span::new().days(*days))).find(|day| *day > today)?;
    let moment = day.at(REMINDER_HOUR, 0, 0, 0).to_zoned(zone.clone()).ok()?;
    Some(moment.timestamp().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn each_pair_stands_once() {
        for (at, (from, event, _)) in TABLE.iter().enumerate() {
            assert!(!TABLE[..at].iter().any(|(f, e, _)| f == from && e == event), "{from} {event:?}");
        }
        assert!(next(InvoiceState::Void, Event::Pay).is_err());
        assert!(next(InvoiceState::Issued, Event::Change).is_err());
        assert_eq!(next(InvoiceState::Draft, Event::Pay).unwrap_err().message(), "An invoice that is draft cannot take payments.");
    }

    #[test]
    fn what_is_paid() {
        for (total, credited, paid, status) in [
            (100, 0, 0, PaymentStatus::Unpaid),
            (100, 0, 99, PaymentStatus::PartiallyPaid),
            (100, 0, 100, PaymentStatus::Paid),
            (100, 40, 60, PaymentStatus::Paid),
            (100, 100, 0, PaymentStatus::Paid),
            (100, 40, 0, PaymentStatus::Unpaid),
            (100, 100, 100, PaymentStatus::Paid),
        ] {
            assert_eq!(payment(total, credited, paid), status, "{total} {credited} {paid}");
        }
    }

    #[test]
    fn years_begin_in_april() {
        assert_eq!(financial_year(date(2026, 3, 31)), 2025);
        assert_eq!(financial_year(date(2026, 4, 1)), 2026);
        assert_eq!(number("INV", 2026, 1).unwrap(), "INV2627/000001");
        assert_eq!(number("CN", 2099, 42).unwrap(), "CN9900/000042");
        assert_eq!(number("SHOP", 2026, 9_999_999).unwrap().len(), 16);
        assert!(number("SHOP", 2026, 10_000_000).is_err());
    }

    #[test]
    fn prefixes() {
        assert_eq!(prefix(" inv ").unwrap(), "INV");
        for wrong in ["", "TOOLONG", "A B", "A/", "CN", "bos", "É"] {
            assert!(prefix(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn quantities() {
        for (text, milli) in [("1", 1_000), ("1.5", 1_500), ("0.001", 1), (" 12.250 ", 12_250), ("007", 7_000)] {
            assert_eq!(quantity("q", text).unwrap(), milli, "{text}");
        }
        for wrong in ["", "0", "0.000", "-1", "1.2345", "1,5", ".5", "1e3", "١", "9999999999"] {
            assert!(quantity("q", wrong).is_err(), "{wrong}");
        }
        assert_eq!(quantity_text(1_500), "1.5");
        assert_eq!(quantity_text(2_000), "2");
        assert_eq!(cost(333, 1_500), Some(500));
    }

    #[test]
    fn reminders_keep_to_their_days() {
        let due = date(2026, 11, 21);
        let ist = TimeZone::get("Asia/Kolkata").unwrap();
        assert_eq!(step_on(due, date(2026, 11, 13)), None);
        assert_eq!(step_on(due, date(2026, 11, 14)), Some("before_7"));
        assert_eq!(step_on(due, date(2026, 11, 21)), Some("before_1"));
        assert_eq!(step_on(due, date(2027, 1, 1)), Some("after_14"));
        let next = next_reminder(due, date(2026, 11, 13), &ist).unwrap();
        assert_eq!(next.to_string(), "2026-11-14T04:30:00.000Z");
        assert_eq!(next_reminder(due, date(2026, 12, 5), &ist), None);
    }

    proptest! {
        #[test]
        fn quantities_go_there_and_back(milli in 1i64..1_000_000_000) {
            prop_assert_eq!(quantity("q", &quantity_text(milli)).unwrap(), milli);
        }
    }
}
