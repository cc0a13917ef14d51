//! `/admin/invoices/{id}`: one document, everything that hangs on it, and what can be done.

use super::list::state;
use super::{HERE, parts};
use crate::model::{Invoice, InvoiceState, NotedPayment, Whole};
use crate::rules::{self, Event};
use crate::{queries, today};
use axum::extract::State;
use axum::response::Html;
use facts::invoices::{InvoiceKind, PaidBy};
use facts::{Id, InvoiceId, Money, PaymentId};
use ledger::EntryView;
use maud::{Markup, html};
use store::{Error, journal};
use web::page::field_error;
use web::ui::{self, Alert, Button, Calendar, Column, Dialog, Field, Meaning, Moment, Query, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Path, Permission, Route, back_office};

/// Facts of one document that its page shows.
const MOMENTS: i64 = 100;
/// The ways of paying that are noted by hand, as people write them.
const METHODS: [(&str, &str); 4] = [("upi", "UPI"), ("cash", "Cash"), ("bank", "Bank transfer"), ("cheque", "Cheque")];

/// A document with all that its page shows.
struct Shown {
    whole: Whole,
    payments: Vec<NotedPayment>,
    notes: Vec<Invoice>,
    entries: Vec<EntryView>,
    moments: Vec<Moment>,
    calendar: Calendar,
    today: String,
    /// Whether a payment online is on its way.
    under_way: bool,
    /// An address at the provider by which it can be paid.
    link: Option<String>,
    may: bool,
    csrf: String,
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>) -> Answer<Html<String>> {
    page(&app, &caller, id, None).await
}

/// The page, with what was wrong with something that was just tried.
pub(super) async fn page(app: &App, caller: &Caller, id: InvoiceId, wrong: Option<&Failure>) -> Answer<Html<String>> {
    let look = &mut app.db.read_main(caller.tenant());
    let whole = queries::whole(look, id).await?.ok_or_else(|| Error::not_found("invoice"))?;
    let shown = Shown {
        payments: queries::payments(look, id).await?,
        notes: queries::credit_notes(look, id).await?,
        entries: if caller.may(Permission::PaymentsRead) { ledger::of_invoice(look, id).await? } else { Vec::new() },
        moments: journal::timeline(look, id.uuid(), MOMENTS).await?.iter().rev().map(audit::moment).collect(),
        calendar: Calendar::new(&caller.time_zone, app.db.clock().now()),
        today: today(app, &caller.time_zone),
        under_way: queries::under_way(look, id).await?,
        link: queries::payment_link(look, id).await?,
        may: caller.may(Permission::InvoicesWrite),
        csrf: caller.csrf().to_owned(),
        whole,
    };
    let title = format!("{} {}", parts::called(&shown.whole.invoice), shown.whole.invoice.title());
    Ok(back_office(
        app,
        caller,
        BackOffice {
            title: &title,
            lead: shown.lead(),
            action: shown.actions(),
            place: HERE,
            crumbs: &[("Invoices", HERE)],
            body: shown.body(wrong),
        },
    ))
}

impl Shown {
    fn invoice(&self) -> &Invoice {
        &self.whole.invoice
    }

    fn lead(&self) -> Markup {
        let invoice = self.invoice();
        let (due, back) = (invoice.due(), invoice.owed_back());
        html! {
            (state(invoice, &self.today)) " " (ui::money(invoice.total())) " for " bdi { (invoice.buyer.0.name) }
            @if due.minor > 0 && due != invoice.total() { ", " (ui::money(due)) " left to pay" }
            @if back.minor > 0 { ", " (ui::money(back)) " to give back" }
        }
    }

    fn can(&self, event: Event) -> bool {
        self.may && rules::next(self.invoice().state, event).is_ok()
    }

    fn is_note(&self) -> bool {
        self.invoice().kind == InvoiceKind::CreditNote
    }

    /// What is likely wanted next stands first.
    fn actions(&self) -> Markup {
        let invoice = self.invoice();
        let here = format!("{HERE}/{}", invoice.id);
        let settled = invoice.paid_minor != 0 || invoice.credited_minor != 0;
        html! {
            @if self.can(Event::Change) && invoice.order_id.is_none() { (Button::quiet("Change").href(format!("{here}/edit"))) }
            @if self.can(Event::Void) && !self.is_note() && !settled {
                (Button::quiet("Void").opens("void"))
                (self.question("void", "Void this invoice?", "It will not count any more. Its number stays used, and this cannot be taken back.", "Void it"))
            }
            @if self.can(Event::WriteOff) && invoice.due().minor > 0 {
                (Button::quiet("Write off").opens("write-off"))
                (self.question("write-off", "Write off what is left?", "What is left to pay is given up. Money that still comes can be noted.", "Write it off"))
            }
            @if self.can(Event::Credit) && !self.is_note() && !invoice.settled_by_order && invoice.credited_minor < invoice.total_minor {
                (Button::quiet("Credit").opens("credit"))
                (self.question("credit", "Take back all that is left?", "A credit note over all that is left of this invoice is issued. Parts can be credited through the API.", "Issue credit note"))
            }
            @if invoice.state != InvoiceState::Draft { (Button::quiet("PDF").href(format!("{here}/pdf"))) }
            @if self.can(Event::Issue) { (ui::post(&format!("{here}/issue"), &self.csrf, Button::primary("Issue"))) }
            @else if self.may && invoice.due().minor > 0 && !self.under_way && self.link.is_none() {
                (ui::post(&format!("{here}/payment-link"), &self.csrf, Button::quiet("Payment link")))
            }
            @if self.may && invoice.state != InvoiceState::Draft && invoice.due().minor > 0 { (ui::post(&format!("{here}/remind"), &self.csrf, Button::primary("Remind"))) }
        }
    }

    fn question(&self, act: &str, title: &str, means: &str, button: &str) -> Markup {
        html! {
            (Dialog {
                id: act,
                title,
                body: html! { p { (means) } (Field::text("reason", "Reason").of_form(act).help("Kept on the invoice and its timeline.")) },
                action: &format!("{HERE}/{}/{act}", self.invoice().id),
                csrf: &self.csrf,
                button: Button::danger(button),
                typed: None,
            })
        }
    }

    fn body(&self, wrong: Option<&Failure>) -> Markup {
        let invoice = self.invoice();
        let payable = self.can(Event::Pay) && !self.is_note() && !invoice.settled_by_order;
        html! {
            @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "That was not done").body(html! { p { (wrong.0.message()) } })) }
            @if self.under_way { (Alert::new(Meaning::Information, "A payment online is on its way.")) }
            (ui::section("What for", "", html! { (parts::lines(&self.whole)) (parts::sums(invoice)) }))
            (ui::section("Customer", "", self.customer()))
            @if !self.is_note() { (ui::section("Payments", "", html! { (self.paid()) @if payable { (self.pay(wrong)) } })) }
            @if !self.notes.is_empty() { (ui::section("Credit notes", "", self.credited())) }
            @if !self.entries.is_empty() { (ui::section("Ledger", "", self.booked())) }
            (ui::section("What happened", "", ui::timeline(&self.calendar, &self.moments)))
        }
    }

    fn customer(&self) -> Markup {
        let invoice = self.invoice();
        let buyer = &invoice.buyer.0;
        let name = html! {
            @match invoice.contact_id { Some(id) => a href={ "/admin/contacts/" (id) } { bdi { (buyer.name) } }, None => bdi { (buyer.name) } }
        };
        let link = format!("/invoice/{}", invoice.id);
        let all = [
            ("Name", name),
            ("Address", parts::paragraph(&buyer.address)),
            ("GSTIN", html! { @if let Some(gstin) = &buyer.gstin { (gstin) } }),
            ("Place of supply", html! { @if let Some(place) = invoice.place { (place.name()) " (" (place) ")" } }),
            ("Issued", parts::day(&self.calendar, invoice.issued_on.as_deref())),
            ("To be paid by", parts::day(&self.calendar, invoice.due_on.as_deref())),
            ("Order", html! { @if let Some(order) = invoice.order_id { a href={ "/admin/orders/" (order) } { (order) } } }),
            ("Credits", html! { @if let Some(of) = invoice.of_id { a href={ (HERE) "/" (of) } { "the invoice" } } }),
            ("Payment link", html! { @if let Some(link) = &self.link { (ui::id(link)) } }),
            ("Customer's page", html! { @if invoice.state != InvoiceState::Draft { a href=(link) { (link) } } }),
            ("Note", parts::paragraph(&invoice.note)),
            ("Reason", html! { @if let Some(reason) = &invoice.reason { bdi { (reason) } } }),
        ];
        ui::detail_list(all.into_iter().filter(|(_, value)| !value.0.is_empty()))
    }

    fn paid(&self) -> Markup {
        let invoice = self.invoice();
        if invoice.settled_by_order {
            return html! { p { "Paid with its order." } };
        }
        if self.payments.is_empty() {
            return html! { p { "Nothing was paid yet." } };
        }
        let columns = vec![
            Column::text("day", "Day").matters(),
            Column::text("how", "How"),
            Column::text("reference", "Reference").optional(),
            Column::number("amount", "Amount").matters(),
        ];
        let rows = self.payments.iter().map(|paid| {
            let amount = ui::money(Money::new(paid.amount_minor, paid.currency));
            let how = METHODS.iter().find(|(word, _)| *word == paid.method.as_str()).map_or("Online", |(_, words)| *words);
            let source = paid.source_id.filter(|_| paid.amount_minor > 0).map(PaymentId::from_uuid);
            let cells = [parts::day(&self.calendar, Some(&paid.paid_on)), html! { (how) }, html! { bdi { (paid.reference) } }, amount];
            let row = Row::new(paid.id, cells);
            match source {
                Some(payment) => row.href(format!("/admin/payments/{payment}")),
                None => row,
            }
        });
        html! { (Table::new("Payments", &Query::default(), columns).rows(rows)) }
    }

    /// The form that notes a payment. Its key is made from what the page showed, so that the same form sent twice is one payment.
    fn pay(&self, wrong: Option<&Failure>) -> Markup {
        let invoice = self.invoice();
        let left = (invoice.total_minor - invoice.credited_minor - invoice.paid_minor).max(0);
        let back = invoice.owed_back();
        if left == 0 && back.minor == 0 {
            return Markup::default();
        }
        let (amount, words) = if left > 0 { (invoice.money(left), "Note a payment") } else { (back, "Note what was given back") };
        let error = |field: &str| field_error(wrong, field);
        html! {
            form method="post" action={ (HERE) "/" (invoice.id) "/pay" } {
                (ui::csrf(&self.csrf))
                (ui::hidden("key", &format!("{}-{}-{}", self.payments.len(), invoice.paid_minor, invoice.credited_minor)))
                @if left == 0 { (ui::hidden("back", "yes")) }
                (ui::beside([
                    Field::money("amount", "Amount", invoice.currency).value(amount.decimal()).required().error(error("amount")),
                    Field::select("method", "How", METHODS).value(PaidBy::Upi.as_str()).required(),
                    Field::input("date", "paid_on", "Day").value(self.today.as_str()).required().error(error("paid_on")),
                    Field::text("reference", "Reference").placeholder("UTR or cheque number").error(error("reference")),
                ]))
                (ui::actions(html! { (Button::quiet(words)) }))
            }
        }
    }

    fn credited(&self) -> Markup {
        let columns = vec![
            Column::text("number", "Number").matters(),
            Column::text("issued", "Issued"),
            Column::text("reason", "Reason").optional(),
            Column::number("total", "Total").matters(),
        ];
        let rows = self.notes.iter().map(|note| {
            let issued = parts::day(&self.calendar, note.issued_on.as_deref());
            let reason = html! { bdi { (note.reason.as_deref().unwrap_or_default()) } };
            Row::new(note.id, [html! { (note.title()) }, issued, reason, ui::money(note.total())]).href(format!("{HERE}/{}", note.id))
        });
        html! { (Table::new("Credit notes", &Query::default(), columns).rows(rows)) }
    }

    fn booked(&self) -> Markup {
        let columns = vec![
            Column::text("account", "Account").matters(),
            Column::text("text", "For"),
            Column::number("debit", "Debit").matters(),
            Column::number("credit", "Credit").matters(),
        ];
        let side = |amount: Option<Money>| html! { @if let Some(amount) = amount { (ui::money(amount)) } };
        let rows = self.entries.iter().map(|entry| {
            Row::new(entry.id, [html! { (entry.account.title()) }, html! { (entry.text) }, side(entry.debit()), side(entry.credit())])
        });
        html! { (Table::new("Ledger entries", &Query::default(), columns).rows(rows)) }
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/admin/invoices/{id}", Permission::InvoicesRead, show).page().says("An invoice", "And everything that hangs on it.")]
}
