//! Words for what happens to invoices.

use super::{Words, invoice, words};
use facts::invoices::{
    InvoiceChanged, InvoiceDrafted, InvoiceIssued, InvoiceKind, InvoicePaymentNoted, InvoiceReminded, InvoiceVoided, InvoiceWrittenOff,
    PaidBy,
};
use maud::html;
use store::Stated;
use web::ui::{Meaning, money};

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        InvoiceDrafted => drafted,
        InvoiceChanged => changed,
        InvoiceIssued => issued,
        InvoiceVoided => voided,
        InvoiceWrittenOff => written_off,
        InvoicePaymentNoted => noted,
        InvoiceReminded => reminded,
    }
}

fn drafted(fact: InvoiceDrafted) -> Words {
    Words::new(Meaning::Neutral, html! { (invoice(fact.invoice_id, "Invoice")) " begun: " (money(fact.total)) })
}

fn changed(fact: InvoiceChanged) -> Words {
    let fields: Vec<String> = fact.changes.iter().map(|change| change.field.replace('_', " ")).collect();
    Words::new(Meaning::Neutral, html! { (invoice(fact.invoice_id, "Draft")) " changed: " (fields.join(", ")) })
}

fn issued(fact: InvoiceIssued) -> Words {
    let what = match fact.kind {
        InvoiceKind::Invoice => "Invoice",
        InvoiceKind::BillOfSupply => "Bill of supply",
        InvoiceKind::CreditNote => "Credit note",
    };
    Words::new(Meaning::Information, html! { (what) " " (invoice(fact.invoice_id, &fact.number)) " issued: " (money(fact.sums.total)) })
}

fn voided(fact: InvoiceVoided) -> Words {
    Words::new(Meaning::Attention, html! { (invoice(fact.invoice_id, "Invoice")) " voided" }).note(html! { bdi { (fact.reason) } })
}

fn written_off(fact: InvoiceWrittenOff) -> Words {
    Words::new(Meaning::Bad, html! { (money(fact.amount)) " of an " (invoice(fact.invoice_id, "invoice")) " written off" })
        .note(html! { bdi { (fact.reason) } })
}

fn noted(fact: InvoicePaymentNoted) -> Words {
    let (meaning, words) = if fact.amount.minor > 0 { (Meaning::Good, " paid ") } else { (Meaning::Attention, " given back ") };
    let how = html! { @if fact.method != PaidBy::Online { "by " } (fact.method) };
    Words::new(meaning, html! { "Invoice " (invoice(fact.invoice_id, &fact.number)) ": " (money(fact.amount)) (words) (how) })
        .note(html! { (money(fact.left)) " left to pay" })
}

fn reminded(fact: InvoiceReminded) -> Words {
    Words::new(Meaning::Information, html! { "Reminder of invoice " (invoice(fact.invoice_id, &fact.number)) ": " (money(fact.due)) })
}
