//! What the monthly return (GSTR-1) is made of: documents by rate, a summary by HSN, and the documents' numbers.

use crate::gst::{RateTax, State};
use crate::model::{Buyer, InvoiceState};
use facts::Currency;
use facts::invoices::InvoiceKind;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::{Json, Look, Result, params, sql};
use uuid::Uuid;

/// Above this an invoice for an unregistered buyer in another state is listed by itself: ₹1,00,000, as it is since August 2024.
const LARGE_MINOR: i64 = 10_000_000;

/// A document of the month, as far as the return is concerned.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Filed {
    pub id: Uuid,
    pub kind: InvoiceKind,
    pub state: InvoiceState,
    pub number: String,
    pub series: String,
    pub issued_on: String,
    pub buyer: Json<Buyer>,
    pub place: State,
    pub currency: Currency,
    pub igst_minor: i64,
    pub total_minor: i64,
}

#[derive(Deserialize)]
struct TaxOf {
    invoice_id: Uuid,
    rate_bps: i64,
    taxable_minor: i64,
    cgst_minor: i64,
    sgst_minor: i64,
    igst_minor: i64,
}

#[derive(Deserialize)]
struct LineOf {
    invoice_id: Uuid,
    hsn: String,
    unit: String,
    quantity_milli: i64,
    rate_bps: i64,
    taxable_minor: i64,
}

/// All documents of a month with their taxes and lines.
pub(crate) struct Month {
    documents: Vec<Filed>,
    taxes: BTreeMap<Uuid, Vec<RateTax>>,
    lines: BTreeMap<Uuid, Vec<LineOf>>,
}

impl Month {
    /// Reads the days from `first` to before `after`, as `2026-11-01` and `2026-12-01`.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub(crate) async fn read(look: &mut impl Look, first: &str, after: &str) -> Result<Self> {
        let (tenant, mut taxes, mut lines) = (look.tenant(), BTreeMap::new(), BTreeMap::new());
        let documents = look
            .all(
                sql!(
                    "SELECT id, kind, state, number, series, issued_on, buyer, place, currency, igst_minor, total_minor FROM invoices
                     WHERE tenant_id = $1 AND issued_on >= $2 AND issued_on < $3 ORDER BY issued_on, id"
                ),
                params![tenant, first, after],
            )
            .await?;
        let rates: Vec<TaxOf> = look
            .all(
                sql!(
                    "SELECT x.invoice_id, x.rate_bps, x.taxable_minor, x.cgst_minor, x.sgst_minor, x.igst_minor
                     FROM invoices i JOIN invoice_taxes x ON x.tenant_id = i.tenant_id AND x.invoice_id = i.id
                     WHERE i.tenant_id = $1 AND i.issued_on >= $2 AND i.issued_on < $3 AND i.state <> 'void'"
                ),
                params![tenant, first, after],
            )
            .await?;
        for TaxOf { invoice_id, rate_bps, taxable_minor, cgst_minor, sgst_minor, igst_minor } in rates {
            let tax = RateTax { rate_bps, taxable_minor, cgst_minor, sgst_minor, igst_minor };
            taxes.entry(invoice_id).or_insert_with(Vec::new).push(tax);
        }
        let sold: Vec<LineOf> = look
            .all(
                sql!(
                    "SELECT l.invoice_id, l.hsn, l.unit, l.quantity_milli, l.rate_bps, l.taxable_minor
                     FROM invoices i JOIN invoice_lines l ON l.tenant_id = i.tenant_id AND l.invoice_id = i.id
                     WHERE i.tenant_id = $1 AND i.issued_on >= $2 AND i.issued_on < $3 AND i.state <> 'void'"
                ),
                params![tenant, first, after],
            )
            .await?;
        for line in sold {
            lines.entry(line.invoice_id).or_insert_with(Vec::new).push(line);
        }
        Ok(Self { documents, taxes, lines })
    }

    /// A row for each document that counts and each of its rates, with the section of the return that it belongs to.
    pub(crate) fn by_rate(&self) -> impl Iterator<Item = (&Filed, &'static str, &RateTax)> {
        let counts = self.documents.iter().filter(|document| document.state != InvoiceState::Void);
        counts.flat_map(|document| {
            let taxes = self.taxes.get(&document.id).map(Vec::as_slice).unwrap_or_default();
            taxes.iter().map(move |tax| (document, section(document), tax))
        })
    }

    /// What was sold by code, unit and rate, credit notes taken off. The tax of a document's rate is shared out over its lines.
    pub(crate) fn by_code(&self) -> BTreeMap<(String, String, i64), Sold> {
        let mut sums: BTreeMap<(String, String, i64), Sold> = BTreeMap::new();
        for document in &self.documents {
            let sign = if document.kind == InvoiceKind::CreditNote { -1 } else { 1 };
            for tax in self.taxes.get(&document.id).into_iter().flatten() {
                let lines = self.lines.get(&document.id).map(Vec::as_slice).unwrap_or_default();
                let lines: Vec<&LineOf> = lines.iter().filter(|line| line.rate_bps == tax.rate_bps).collect();
                let weights: Vec<i64> = lines.iter().map(|line| line.taxable_minor).collect();
                let shares = [tax.cgst_minor, tax.sgst_minor, tax.igst_minor].map(|sum| facts::split(sum, &weights));
                for (at, line) in lines.iter().enumerate() {
                    let sold = sums.entry((line.hsn.clone(), line.unit.clone(), line.rate_bps)).or_default();
                    sold.quantity_milli += sign * line.quantity_milli;
                    sold.taxable_minor += sign * line.taxable_minor;
                    sold.cgst_minor += sign * shares[0][at];
                    sold.sgst_minor += sign * shares[1][at];
                    sold.igst_minor += sign * shares[2][at];
                }
            }
        }
        sums
    }

    /// Each series with its first and last number, how many there are, and how many were voided.
    pub(crate) fn by_series(&self) -> BTreeMap<&str, Numbers<'_>> {
        let mut all: BTreeMap<&str, Numbers> = BTreeMap::new();
        for document in &self.documents {
            let number = document.number.as_str();
            let numbers = all.entry(&document.series).or_insert(Numbers { first: number, last: number, count: 0, void: 0 });
            numbers.first = numbers.first.min(number);
            numbers.last = numbers.last.max(number);
            numbers.count += 1;
            numbers.void += i64::from(document.state == InvoiceState::Void);
        }
        all
    }
}

/// What was sold of one code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sold {
    pub quantity_milli: i64,
    pub taxable_minor: i64,
    pub cgst_minor: i64,
    pub sgst_minor: i64,
    pub igst_minor: i64,
}

/// The numbers of a series in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numbers<'a> {
    pub first: &'a str,
    pub last: &'a str,
    pub count: i64,
    pub void: i64,
}

/// The section of the return: registered buyers, exports, large sales to another state, and the rest.
fn section(document: &Filed) -> &'static str {
    let registered = document.buyer.0.gstin.is_some();
    match document.kind {
        InvoiceKind::BillOfSupply => "EXEMP",
        InvoiceKind::CreditNote if registered => "CDNR",
        InvoiceKind::CreditNote => "CDNUR",
        InvoiceKind::Invoice if registered => "B2B",
        InvoiceKind::Invoice if document.place == State::ABROAD => "EXP",
        InvoiceKind::Invoice if document.igst_minor > 0 && document.total_minor > LARGE_MINOR => "B2CL",
        InvoiceKind::Invoice => "B2CS",
    }
}
