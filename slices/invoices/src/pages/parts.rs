//! The parts of a document's page that the back office and the customer both see: lines, tax, sums.

use crate::model::{Invoice, Whole};
use crate::rules::quantity_text;
use catalogue::tax::percent;
use facts::Money;
use facts::invoices::InvoiceKind;
use maud::{Markup, html};
use web::ui::{self, Column, Query, Row, Table};

/// What a kind of document is called.
pub(crate) fn called(invoice: &Invoice) -> &'static str {
    let taxed = invoice.seller.as_ref().is_some_and(|seller| seller.0.gstin.is_some());
    match invoice.kind {
        InvoiceKind::Invoice if taxed => "Tax invoice",
        InvoiceKind::Invoice => "Invoice",
        InvoiceKind::BillOfSupply => "Bill of supply",
        InvoiceKind::CreditNote => "Credit note",
    }
}

/// The lines, as a table.
pub(super) fn lines(whole: &Whole) -> Markup {
    let invoice = &whole.invoice;
    let columns = vec![
        Column::text("item", "Item").matters(),
        Column::text("hsn", "HSN or SAC").optional(),
        Column::number("price", "Each"),
        Column::text("rate", "Tax"),
        Column::number("net", "Amount").matters(),
    ];
    let rows = whole.lines.iter().map(|line| {
        let off = invoice.money(line.discount_minor);
        let cells = [
            html! {
                bdi { (line.description) }
                @if line.quantity_milli > 0 && (line.quantity_milli != 1_000 || !line.unit.is_empty()) { ", " (quantity_text(line.quantity_milli)) " " (line.unit) }
                @if off.minor > 0 { ", less " (ui::money(off)) }
            },
            html! { (line.hsn) },
            ui::money(invoice.money(line.unit_minor)),
            html! { (percent(line.rate_bps)) },
            ui::money(invoice.money(line.net_minor)),
        ];
        Row::new(line.position, cells)
    });
    html! { (Table::new("Lines", &Query::default(), columns).rows(rows)) }
}

/// What the lines come to, with the tax named.
pub(super) fn sums(invoice: &Invoice) -> Markup {
    let state_half = invoice.place.map_or("SGST", |place| place.half());
    let minor = |minor: i64| invoice.money(minor);
    let taxed = invoice.supply.is_some();
    let all = [
        (if taxed { "Taxable" } else { "Amount" }, minor(invoice.taxable_minor), true),
        ("CGST", minor(invoice.cgst_minor), invoice.cgst_minor != 0),
        (state_half, minor(invoice.sgst_minor), invoice.sgst_minor != 0),
        ("IGST", minor(invoice.igst_minor), invoice.igst_minor != 0),
        ("Rounding", minor(invoice.round_off_minor), invoice.round_off_minor != 0),
        ("Total", invoice.total(), true),
    ];
    let shown = all.into_iter().filter(|(.., shown)| *shown).map(|(label, amount, _): (_, Money, _)| (label, ui::money(amount)));
    ui::detail_list(shown)
}

/// A day as people write it.
pub(super) fn day(calendar: &ui::Calendar, day: Option<&str>) -> Markup {
    html! { @if let Some(day) = day.and_then(|day| day.parse().ok()) { (calendar.date_text(day)) } }
}

/// A text of several lines.
pub(super) fn paragraph(text: &str) -> Markup {
    html! { @for (nth, line) in text.lines().enumerate() { @if nth > 0 { br; } bdi { (line) } } }
}
