//! `/invoice/{id}`: a document, for whoever was sent its link.

use super::online::Online;
use super::parts;
use crate::model::{InvoiceState, Whole};
use crate::{pdf, queries, upi};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use branding::Front;
use facts::{InvoiceId, Money};
use http::header;
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Result};
use web::ui::{self, Alert, Button, Calendar, Meaning};
use web::{Access, Answer, App, Caller, Path, Permission, Query, Route, Shop};

/// A document that stands; a draft is nobody's business.
pub(super) async fn standing(app: &App, tenant: facts::TenantId, id: InvoiceId) -> Result<Whole> {
    let whole = queries::whole(&mut app.db.read_main(tenant), id).await?;
    whole.filter(|whole| whole.invoice.number.is_some()).ok_or_else(|| Error::not_found("invoice"))
}

/// What a customer brings along who comes back from the provider's page: `made` or `failed`.
#[derive(Debug, Default, Deserialize)]
struct Came {
    payment: Option<String>,
}

async fn show(State(app): State<App>, shop: Shop, Path(id): Path<InvoiceId>, Query(came): Query<Came>) -> Answer<Response> {
    let whole = standing(&app, shop.tenant, id).await?;
    let online = Online::of(&app, shop.tenant, &whole, came.payment.as_deref()).await?;
    let calendar = Calendar::new(&shop.time_zone, app.db.clock().now());
    let front = Front::of(&app, shop).await?;
    let title = format!("{} {}", parts::called(&whole.invoice), whole.invoice.title());
    let body = html! {
        h1 { (title) }
        (stands(&whole))
        (receipt(&whole))
        (details(&whole, &calendar))
        (online.shown(&front.base, id))
        (pay(&whole))
        div.actions { (Button::quiet("Download as PDF").href(format!("{}/invoice/{id}/pdf", front.base))) }
    };
    let foot = html! { p { (front.name) } };
    Ok(online.settle(branding::page(&front, &title, "What you bought, and what is left to pay.", body, foot)))
}

fn stands(whole: &Whole) -> Markup {
    let invoice = &whole.invoice;
    let due = invoice.due();
    let (meaning, words) = match invoice.state {
        InvoiceState::Void => (Meaning::Neutral, "This invoice was taken back. There is nothing to pay.".to_owned()),
        _ if due.minor > 0 => (Meaning::Attention, format!("{due} is left to pay.")),
        _ if invoice.of_id.is_some() => (Meaning::Information, "This takes back what it names.".to_owned()),
        InvoiceState::Uncollectible => (Meaning::Neutral, "This invoice is closed.".to_owned()),
        _ => (Meaning::Good, "This invoice is paid. Thank you!".to_owned()),
    };
    html! { (Alert::new(meaning, words)) }
}

fn receipt(whole: &Whole) -> Markup {
    let invoice = &whole.invoice;
    let half = invoice.place.map_or("SGST", |place| place.half());
    let mut rows: Vec<(String, Money)> =
        whole.lines.iter().map(|line| (line.description.clone(), invoice.money(line.taxable_minor))).collect();
    let rest =
        [("CGST", invoice.cgst_minor), (half, invoice.sgst_minor), ("IGST", invoice.igst_minor), ("Rounding", invoice.round_off_minor)];
    rows.extend(rest.into_iter().filter(|(_, minor)| *minor != 0).map(|(words, minor)| (words.to_owned(), invoice.money(minor))));
    let rows: Vec<(&str, Money)> = rows.iter().map(|(words, amount)| (words.as_str(), *amount)).collect();
    ui::receipt(&rows, invoice.total(), "")
}

fn details(whole: &Whole, calendar: &Calendar) -> Markup {
    let invoice = &whole.invoice;
    let seller = invoice.seller.as_ref().map(|seller| &seller.0);
    let all = [
        ("For", html! { bdi { (invoice.buyer.0.name) } }),
        ("From", html! { @if let Some(seller) = seller { bdi { (seller.legal_name) } br; (parts::paragraph(&seller.address)) } }),
        ("GSTIN", html! { @if let Some(gstin) = seller.and_then(|seller| seller.gstin.as_ref()) { (gstin) } }),
        ("Issued", parts::day(calendar, invoice.issued_on.as_deref())),
        ("To be paid by", parts::day(calendar, invoice.due_on.as_deref())),
        ("Paid so far", html! { @if invoice.paid_minor > 0 { (ui::money(invoice.money(invoice.paid_minor))) } }),
        ("Note", parts::paragraph(&invoice.note)),
    ];
    ui::detail_list(all.into_iter().filter(|(_, value)| !value.0.is_empty()))
}

/// How what is left can be paid: the code to scan, and on a phone a link that opens the app.
fn pay(whole: &Whole) -> Markup {
    let seller = whole.invoice.seller.as_ref().map(|seller| &seller.0);
    let link = upi::link(&whole.invoice);
    html! {
        @if let Some(link) = &link {
            h2 { "Pay by UPI" }
            p { "Scan this with any UPI app. The amount and the number of the invoice are in it." }
            (ui::qr("A UPI code for what is left to pay", link))
            div.actions { a.button.primary href=(link) { "Open a UPI app" } }
        }
        @if let Some(seller) = seller.filter(|seller| whole.invoice.due().minor > 0 && !seller.bank.is_empty()) {
            h2 { "Pay by bank transfer" }
            p { (parts::paragraph(&seller.bank)) }
        }
    }
}

async fn customers_pdf(State(app): State<App>, shop: Shop, Path(id): Path<InvoiceId>) -> Answer<Response> {
    let whole = standing(&app, shop.tenant, id).await?;
    let front = Front::of(&app, shop).await?;
    as_file(&whole, front.brand.primary_colour)
}

async fn merchants_pdf(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>) -> Answer<Response> {
    let whole = standing(&app, caller.tenant(), id).await?;
    let brand = branding::of(&mut caller.read(&app)).await?;
    as_file(&whole, brand.primary_colour)
}

fn as_file(whole: &Whole, colour: ui::Colour) -> Answer<Response> {
    let bytes = pdf::draw(whole, colour)?;
    let name = whole.invoice.title().replace('/', "-");
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.pdf\"")),
    ];
    Ok((headers, bytes).into_response())
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/invoice/{id}", Access::Public, show)
            .page()
            .at_most("INVOICE", 60)
            .says("An invoice", "For whoever was sent its link."),
        Route::get("/invoice/{id}/pdf", Access::Public, customers_pdf)
            .at_most("INVOICE", 60)
            .says("Download an invoice", "As PDF, for whoever was sent its link."),
        Route::get("/admin/invoices/{id}/pdf", Permission::InvoicesRead, merchants_pdf).page().says("An invoice", "As PDF."),
        Route::get("/api/v1/invoices/{id}/pdf", Permission::InvoicesRead, merchants_pdf).says("Download an invoice", "As PDF."),
    ]
}
