//! What was asked for, made into a document that adds up.

use crate::gst::Amounts;
use crate::model::{Buyer, Invoice, Line, Seller, Whole};
use crate::rules;
use catalogue::tax;
use facts::{Currency, Money};
use jiff::civil::Date;
use store::{Error, Result, Tx};
use web::text;

/// The most lines of a document.
pub const MOST_LINES: usize = 200;
/// The most that one of something may cost, in minor units.
const MOST_UNIT: i64 = 1_000_000_000_000;
/// The longest text of a line, and of what stands under all of them, in characters.
const LONGEST: (usize, usize) = (300, 2_000);

/// A line, as it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct NewLine {
    /// What it is.
    pub description: String,
    /// Its HSN or SAC.
    pub hsn: String,
    /// How much of it, such as `1.5`.
    pub quantity: String,
    /// In which unit.
    pub unit: String,
    /// What one costs.
    pub price: Money,
    /// What is taken off.
    pub discount: Option<Money>,
    /// The rate of its tax, in basis points.
    pub rate_bps: i64,
}

/// A document, as it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Who is asked to pay.
    pub buyer: Buyer,
    /// What for.
    pub lines: Vec<NewLine>,
    /// Whether the amounts have the tax in them.
    pub inclusive: bool,
    /// The last day to pay, `2026-11-21`; so many days after its issue where nothing is said.
    pub due_on: Option<String>,
    /// What stands under the lines.
    pub note: String,
}

impl NewLine {
    fn read(&self, at: usize, currency: Currency) -> Result<Line> {
        let field = |name: &str| format!("lines[{at}].{name}");
        let description = text(&field("description"), &self.description, LONGEST.0)?;
        if description.is_empty() {
            return Err(Error::field(field("description"), "what it is"));
        }
        if self.price.currency != currency || self.discount.is_some_and(|discount| discount.currency != currency) {
            return Err(Error::field(field("price"), "one currency for all lines"));
        }
        if !(0..=MOST_UNIT).contains(&self.price.minor) {
            return Err(Error::field(field("price"), "an amount that is not below nothing"));
        }
        let quantity_milli = rules::quantity(&field("quantity"), &self.quantity)?;
        let whole = rules::cost(self.price.minor, quantity_milli).ok_or_else(|| Error::field(field("quantity"), "less of it"))?;
        let discount_minor = self.discount.map_or(0, |discount| discount.minor);
        if !(0..=whole).contains(&discount_minor) {
            return Err(Error::field(field("discount"), "from nothing to what the line costs"));
        }
        Ok(Line {
            position: i64::try_from(at).unwrap_or(i64::MAX),
            description,
            hsn: tax::hsn(&field("hsn"), &self.hsn)?,
            quantity_milli,
            unit: text(&field("unit"), &self.unit, 12)?,
            unit_minor: self.price.minor,
            discount_minor,
            rate_bps: tax::rate(&field("rate_bps"), self.rate_bps)?,
            net_minor: whole - discount_minor,
            taxable_minor: 0,
        })
    }
}

impl Wanted {
    /// The document as a draft: what it comes to is reckoned as if it were issued now.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub fn draft(&self, tx: &mut Tx, seller: &Seller) -> Result<Whole> {
        if self.lines.is_empty() || self.lines.len() > MOST_LINES {
            return Err(Error::field("lines", format!("1 to {MOST_LINES} lines")));
        }
        let currency = self.lines[0].price.currency;
        let lines = self.lines.iter().enumerate().map(|(at, line)| line.read(at, currency)).collect::<Result<Vec<_>>>()?;
        let name = text("customer.name", &self.buyer.name, 200)?;
        if name.is_empty() {
            return Err(Error::field("customer.name", "who is asked to pay"));
        }
        let address = text("customer.address", &self.buyer.address, 500)?;
        let invoice = Invoice {
            inclusive: self.inclusive,
            due_on: self.due_on.as_deref().map(|text| day("due_on", text)).transpose()?,
            note: text("note", &self.note, LONGEST.1)?,
            ..Invoice::draft(tx.id(), currency, Buyer { name, address, ..self.buyer.clone() }, tx.now())
        };
        let mut whole = Whole { invoice, lines, taxes: Vec::new() };
        reckon(&mut whole, seller)?;
        Ok(whole)
    }
}

/// Reckons what a document comes to, for what its seller is now.
///
/// # Errors
/// Amounts that do not fit.
pub(crate) fn reckon(whole: &mut Whole, seller: &Seller) -> Result<()> {
    let (place, supply) = rules::place(seller, &whole.invoice.buyer.0, &whole.lines);
    // What came with an order was paid to the paisa.
    let rounded = seller.whole_rupees && !whole.invoice.settled_by_order;
    let whole_units = if rounded { 10i64.pow(whole.invoice.currency.exponent()) } else { 1 };
    let amounts = rules::amounts(&whole.lines, whole.invoice.inclusive, supply, whole_units)?;
    whole.invoice.kind = rules::kind(seller, &whole.lines);
    (whole.invoice.place, whole.invoice.supply) = (Some(place), supply);
    put(whole, amounts);
    Ok(())
}

/// Writes amounts into a document.
pub(crate) fn put(whole: &mut Whole, amounts: Amounts) {
    let invoice = &mut whole.invoice;
    invoice.taxable_minor = amounts.taxable_minor();
    invoice.cgst_minor = amounts.cgst_minor();
    invoice.sgst_minor = amounts.sgst_minor();
    invoice.igst_minor = amounts.igst_minor();
    invoice.round_off_minor = amounts.round_off_minor;
    invoice.total_minor = amounts.total_minor;
    for (line, taxable) in whole.lines.iter_mut().zip(&amounts.taxable_by_line) {
        line.taxable_minor = *taxable;
    }
    whole.taxes = amounts.by_rate;
}

/// A day as `2026-11-21`.
///
/// # Errors
/// The field.
pub(crate) fn day(field: &str, text: &str) -> Result<String> {
    let day: Date = text.trim().parse().map_err(|_| Error::field(field, "a day such as 2026-11-21"))?;
    Ok(day.to_string())
}
