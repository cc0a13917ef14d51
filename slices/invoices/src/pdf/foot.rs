//! What it comes to, the tax by rate, and how it can be paid.

use super::paper::{GREY, MARGIN, PALE, Paper, Style, WIDTH};
use crate::model::{Invoice, Whole};
use crate::upi;
use catalogue::tax::percent;
use facts::Money;
use facts::invoices::InvoiceKind;
use qrcodegen::{QrCode, QrCodeEcc};

const TEXT: Style = Style::new(9.0);
const SMALL: Style = Style::new(8.0);
/// How high the sums and what stands beside them are at the most, and how high what follows is.
const SUMS: f32 = 150.0;
const PAYING: f32 = 150.0;
/// The side of the code to scan, in points.
const CODE: f32 = 92.0;

pub(super) fn draw(paper: &mut Paper, whole: &Whole) {
    if !paper.has_room(SUMS) {
        paper.turn();
    }
    let top = paper.y;
    let right = sums(paper, &whole.invoice);
    let left = if whole.invoice.supply.is_some() { taxes(paper, whole, top) } else { top };
    paper.y = right.max(left) + 16.0;
    if !paper.has_room(PAYING) {
        paper.turn();
    }
    paying(paper, whole);
}

fn sums(paper: &mut Paper, invoice: &Invoice) -> f32 {
    let half = invoice.place.map_or("SGST", |place| place.half());
    let minor = |minor: i64| invoice.money(minor);
    let credit = invoice.kind == InvoiceKind::CreditNote;
    let rows = [
        (if invoice.supply.is_some() { "Taxable value" } else { "Amount" }, minor(invoice.taxable_minor), true),
        ("CGST", minor(invoice.cgst_minor), invoice.cgst_minor != 0),
        (half, minor(invoice.sgst_minor), invoice.sgst_minor != 0),
        ("IGST", minor(invoice.igst_minor), invoice.igst_minor != 0),
        ("Rounding", minor(invoice.round_off_minor), invoice.round_off_minor != 0),
        ("Total", invoice.total(), true),
        ("Paid", minor(-invoice.paid_minor), invoice.paid_minor != 0 && !credit),
        ("Credited", minor(-invoice.credited_minor), invoice.credited_minor != 0),
        ("Left to pay", invoice.due(), !credit && invoice.due() != invoice.total()),
    ];
    let mut y = paper.y + 10.0;
    for (label, amount, _) in rows.into_iter().filter(|(.., shown)| *shown) {
        let style = if label == "Total" || label == "Left to pay" { Style::new(10.5).bold() } else { TEXT };
        if label == "Total" {
            paper.area(370.0, y - 8.5, WIDTH - MARGIN - 370.0, 0.7, GREY);
            y += 4.0;
        }
        paper.text(370.0, y, label, style);
        paper.text_to(WIDTH - MARGIN - 6.0, y, &amount.to_string(), style);
        y += 15.0;
    }
    y
}

/// The tax by rate, as Rule 46 wants it named.
fn taxes(paper: &mut Paper, whole: &Whole, top: f32) -> f32 {
    let money = |minor: i64| Money::new(minor, whole.invoice.currency).decimal();
    let intra = whole.invoice.igst_minor == 0;
    let heads: &[(f32, &str)] =
        if intra { &[(150.0, "Taxable"), (225.0, "CGST"), (300.0, "SGST")] } else { &[(150.0, "Taxable"), (225.0, "IGST")] };
    paper.text(MARGIN, top + 10.0, "Tax", SMALL.ink(GREY));
    for (right, words) in heads {
        paper.text_to(*right, top + 10.0, words, SMALL.ink(GREY));
    }
    paper.area(MARGIN, top + 14.0, 300.0 - MARGIN, 0.5, PALE);
    let mut y = top + 25.0;
    for tax in &whole.taxes {
        paper.text(MARGIN, y, &percent(tax.rate_bps), SMALL);
        let values: &[i64] =
            if intra { &[tax.taxable_minor, tax.cgst_minor, tax.sgst_minor] } else { &[tax.taxable_minor, tax.igst_minor] };
        for ((right, _), value) in heads.iter().zip(values) {
            paper.text_to(*right, y, &money(*value), SMALL);
        }
        y += 12.0;
    }
    y
}

fn paying(paper: &mut Paper, whole: &Whole) {
    let invoice = &whole.invoice;
    let Some(seller) = invoice.seller.as_ref().map(|seller| &seller.0) else { return };
    let top = paper.y;
    let mut x = MARGIN;
    if let Some(code) = upi::link(invoice).and_then(|link| QrCode::encode_text(&link, QrCodeEcc::Medium).ok()) {
        let side = CODE / code.size() as f32;
        let all = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
        let dark = all.filter(|(x, y)| code.get_module(*x, *y)).map(|(at, down)| (x + at as f32 * side, top + down as f32 * side));
        // A hair wider than their distance, so that no light shows between them.
        paper.squares(dark.collect(), side * 1.02);
        paper.text(x, top + CODE + 12.0, "Pay by UPI", SMALL.ink(GREY));
        x += CODE + 20.0;
    }
    let mut y = top + 8.0;
    if !seller.bank.is_empty() && invoice.due().minor > 0 {
        paper.text(x, y, "Bank account", SMALL.ink(GREY));
        y = paper.lines(x, y + 12.0, 320.0 - x, &seller.bank, SMALL) + 6.0;
    }
    y = paper.lines(x, y, 320.0 - x, &invoice.note, SMALL);
    if seller.composition && invoice.kind == InvoiceKind::BillOfSupply {
        // CGST Rule 5(1)(f).
        paper.lines(x, y + 4.0, 320.0 - x, "Composition taxable person, not eligible to collect tax on supplies", SMALL);
    }
    paper.text_to(WIDTH - MARGIN, top + 8.0, &format!("For {}", seller.legal_name), SMALL);
    paper.text_to(WIDTH - MARGIN, top + 62.0, "Authorised signatory", SMALL.ink(GREY));
}
