//! Who sells, what it is, and who is asked to pay.

use super::paper::{GREY, Ink, MARGIN, Paper, Style, WIDTH};
use crate::model::{InvoiceState, Whole};
use crate::pages::called;
use facts::invoices::InvoiceKind;
use jiff::civil::Date;

const SMALL: Style = Style::new(9.0);
/// Where the right half begins.
const MIDDLE: f32 = 330.0;

pub(super) fn draw(paper: &mut Paper, whole: &Whole, ink: Ink) {
    let left = seller(paper, whole, ink);
    let right = title(paper, whole);
    paper.y = left.max(right) + 14.0;
    let left = buyer(paper, whole);
    let right = dates(paper, whole);
    paper.y = left.max(right) + 14.0;
}

fn seller(paper: &mut Paper, whole: &Whole, ink: Ink) -> f32 {
    let Some(seller) = whole.invoice.seller.as_ref().map(|seller| &seller.0) else { return paper.y };
    let width = MIDDLE - MARGIN - 20.0;
    let y = paper.lines(MARGIN, paper.y + 14.0, width, &seller.legal_name, Style::new(15.0).bold().ink(ink));
    let mut y = paper.lines(MARGIN, y, width, &seller.address, SMALL.ink(GREY));
    if let Some(gstin) = &seller.gstin {
        y = paper.lines(MARGIN, y, width, &format!("GSTIN {gstin}"), SMALL);
    }
    paper.lines(MARGIN, y, width, &format!("{} ({})", seller.state.name(), seller.state), SMALL.ink(GREY))
}

fn title(paper: &mut Paper, whole: &Whole) -> f32 {
    let invoice = &whole.invoice;
    let right = WIDTH - MARGIN;
    paper.text_to(right, paper.y + 14.0, &called(invoice).to_uppercase(), Style::new(13.0).bold());
    paper.text_to(right, paper.y + 32.0, &invoice.title(), Style::new(11.0));
    if invoice.state == InvoiceState::Void {
        paper.text_to(right, paper.y + 52.0, "VOID", Style::new(16.0).bold().ink((180, 30, 30)));
    }
    paper.y + 56.0
}

fn buyer(paper: &mut Paper, whole: &Whole) -> f32 {
    let buyer = &whole.invoice.buyer.0;
    let width = MIDDLE - MARGIN - 20.0;
    paper.text(MARGIN, paper.y, "Billed to", SMALL.ink(GREY));
    let y = paper.lines(MARGIN, paper.y + 14.0, width, &buyer.name, Style::new(10.5).bold());
    let mut y = paper.lines(MARGIN, y, width, &buyer.address, SMALL);
    if let Some(state) = buyer.state {
        y = paper.lines(MARGIN, y, width, &format!("{} ({state})", state.name()), SMALL);
    }
    if let Some(gstin) = &buyer.gstin {
        y = paper.lines(MARGIN, y, width, &format!("GSTIN {gstin}"), SMALL);
    }
    y
}

/// A day as people write it: 21 Nov 2026.
fn day(text: Option<&str>) -> String {
    let day: Option<Date> = text.and_then(|text| text.parse().ok());
    day.map(|day| day.strftime("%-d %b %Y").to_string()).unwrap_or_default()
}

fn dates(paper: &mut Paper, whole: &Whole) -> f32 {
    let invoice = &whole.invoice;
    let note = invoice.kind == InvoiceKind::CreditNote;
    let place = invoice.place.map(|place| format!("{} ({place})", place.name()));
    let delivered = invoice.buyer.0.delivered_to.map(|state| format!("{} ({state})", state.name()));
    let rows = [
        ("Date", day(invoice.issued_on.as_deref())),
        ("To be paid by", if note { String::new() } else { day(invoice.due_on.as_deref()) }),
        ("Place of supply", place.unwrap_or_default()),
        ("Delivered to", delivered.unwrap_or_default()),
        ("Reverse charge", if invoice.supply.is_some() { "No".to_owned() } else { String::new() }),
        ("Reason", invoice.reason.clone().filter(|_| note).unwrap_or_default()),
    ];
    let mut y = paper.y;
    for (label, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
        paper.text(MIDDLE, y, label, SMALL.ink(GREY));
        y = paper.lines(MIDDLE + 86.0, y, WIDTH - MARGIN - MIDDLE - 86.0, &value, SMALL);
    }
    y
}
