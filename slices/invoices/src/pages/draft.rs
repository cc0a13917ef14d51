//! `/admin/invoices/new` and `/admin/invoices/{id}/edit`: the form of a draft.

use super::{HERE, SETTINGS};
use crate::commands::{BillOrder, ChangeInvoice, DraftInvoice};
use crate::compose::{NewLine, Wanted};
use crate::gst::{Gstin, State as GstState};
use crate::model::{Buyer, InvoiceState, Whole};
use crate::queries;
use crate::rules::quantity_text;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use catalogue::tax::{RATES, percent};
use facts::{Currency, InvoiceId, Money, OrderId};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::HashMap;
use store::{Error, Kind, Result};
use web::page::field_error;
use web::problem::status;
use web::ui::{self, Alert, Button, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Route, back_office, form_key, sent_form};

/// Lines that an empty form has, and that a filled one has more than it needs.
const ROWS: (usize, usize) = (5, 3);
/// The most lines that are read from a form.
const MOST: usize = 200;

/// What the form holds, by the names of its fields.
type Typed = HashMap<String, String>;

/// Which draft the form is of; a new one where it is none.
#[derive(Clone, Copy)]
struct Of {
    id: Option<InvoiceId>,
    currency: Currency,
}

async fn new(State(app): State<App>, caller: Caller) -> Answer<Response> {
    if queries::seller(&mut caller.read(&app)).await?.is_none() {
        return Ok(Redirect::to(SETTINGS).into_response());
    }
    let key = form_key(&app);
    let typed = Typed::from([("key".to_owned(), key)]);
    let of = Of { id: None, currency: currency(&app, &caller).await? };
    Ok(page(&app, &caller, of, &typed, None).into_response())
}

async fn currency(app: &App, caller: &Caller) -> Result<Currency> {
    Ok(identity::tenant(&mut caller.read(app)).await?.currency)
}

async fn edit(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>) -> Answer<Response> {
    let whole = queries::whole(&mut app.db.read_main(caller.tenant()), id).await?.ok_or_else(|| Error::not_found("invoice"))?;
    if whole.invoice.state != InvoiceState::Draft {
        return Ok(Redirect::to(&format!("{HERE}/{id}")).into_response());
    }
    let of = Of { id: Some(id), currency: whole.invoice.currency };
    Ok(page(&app, &caller, of, &filled(&whole), None).into_response())
}

/// A draft as its form holds it.
fn filled(whole: &Whole) -> Typed {
    let (invoice, buyer) = (&whole.invoice, &whole.invoice.buyer.0);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut typed = Typed::from([
        ("name".to_owned(), buyer.name.clone()),
        ("address".to_owned(), buyer.address.clone()),
        ("state".to_owned(), buyer.state.map(|state| state.to_string()).unwrap_or_default()),
        ("gstin".to_owned(), buyer.gstin.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("phone".to_owned(), text(&buyer.phone)),
        ("email".to_owned(), text(&buyer.email)),
        ("due_on".to_owned(), text(&invoice.due_on)),
        ("note".to_owned(), invoice.note.clone()),
    ]);
    if invoice.inclusive {
        typed.insert("inclusive".to_owned(), "on".to_owned());
    }
    for line in &whole.lines {
        let fields = [
            ("description", line.description.clone()),
            ("hsn", line.hsn.clone()),
            ("quantity", quantity_text(line.quantity_milli)),
            ("unit", line.unit.clone()),
            ("price", invoice.money(line.unit_minor).decimal()),
            ("discount", if line.discount_minor > 0 { invoice.money(line.discount_minor).decimal() } else { String::new() }),
            ("rate", line.rate_bps.to_string()),
        ];
        typed.extend(fields.map(|(name, value)| (format!("{name}_{}", line.position), value)));
    }
    typed
}

/// What was typed, as it is asked for. A row without a description and without a price is no line.
fn wanted(typed: &Typed, currency: Currency) -> Result<Wanted> {
    let get = |name: &str| typed.get(name).map(|text| text.trim()).unwrap_or_default();
    let some = |name: &str| Some(get(name)).filter(|text| !text.is_empty());
    let gstin: Option<Gstin> = some("gstin").map(|text| text.parse().map_err(|why| Error::field("gstin", why))).transpose()?;
    let state: Option<GstState> = some("state").and_then(|text| text.parse().ok()).or_else(|| gstin.as_ref().map(Gstin::state));
    let buyer = Buyer {
        name: get("name").to_owned(),
        address: get("address").to_owned(),
        state,
        gstin,
        delivered_to: None,
        zone: false,
        phone: some("phone").map(contacts::phone).transpose()?,
        email: some("email").map(contacts::email).transpose()?,
    };
    let mut lines = Vec::new();
    for at in 0..MOST {
        let of = |name: &str| get(&format!("{name}_{at}"));
        if of("description").is_empty() && of("price").is_empty() {
            continue;
        }
        let money = |name: &str| {
            let wrong = || Error::field(format!("lines[{}].{name}", lines.len()), "an amount such as 199.00");
            Money::typed(of(name), currency).ok_or_else(wrong)
        };
        lines.push(NewLine {
            description: of("description").to_owned(),
            hsn: of("hsn").to_owned(),
            quantity: Some(of("quantity")).filter(|text| !text.is_empty()).unwrap_or("1").to_owned(),
            unit: of("unit").to_owned(),
            price: money("price")?,
            discount: if of("discount").is_empty() { None } else { Some(money("discount")?) },
            rate_bps: of("rate").parse().unwrap_or(0),
        });
    }
    let due_on = some("due_on").map(str::to_owned);
    Ok(Wanted { buyer, lines, inclusive: typed.contains_key("inclusive"), due_on, note: get("note").to_owned() })
}

async fn create(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let of = Of { id: None, currency: currency(&app, &caller).await? };
    let outcome = begin(&app, &caller, &typed, of.currency).await;
    answer(&app, &caller, of, &typed, outcome).await
}

/// The form's key makes the same form sent twice one draft.
async fn begin(app: &App, caller: &Caller, typed: &Typed, currency: Currency) -> Result<InvoiceId> {
    let wanted = wanted(typed, currency)?;
    let key = sent_form(typed.get("key").map_or("", String::as_str), "POST /admin/invoices/new", &wanted)?;
    let draft = DraftInvoice { wanted, contact: None, issue: typed.contains_key("issue"), key: Some(key) };
    Ok(crate::commands::draft_once(&app.db, &caller.who, draft).await?.out.invoice.id)
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>, Form(typed): Form<Typed>) -> Answer<Response> {
    let invoice = queries::invoice(&mut app.db.read_main(caller.tenant()), id).await?.ok_or_else(|| Error::not_found("invoice"))?;
    let of = Of { id: Some(id), currency: invoice.currency };
    let outcome = match wanted(&typed, of.currency) {
        Ok(wanted) => app.db.run(&caller.who, ChangeInvoice { id, wanted }).await.map(|_| id),
        Err(error) => Err(error),
    };
    answer(&app, &caller, of, &typed, outcome).await
}

async fn answer(app: &App, caller: &Caller, of: Of, typed: &Typed, outcome: Result<InvoiceId>) -> Answer<Response> {
    match outcome {
        Ok(id) => Ok(Redirect::to(&format!("{HERE}/{id}")).into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let failure = Failure::from(error);
            Ok((status(&failure.0), page(app, caller, of, typed, Some(&failure))).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn page(app: &App, caller: &Caller, of: Of, typed: &Typed, wrong: Option<&Failure>) -> Html<String> {
    let action = of.id.map_or_else(|| format!("{HERE}/new"), |id| format!("{HERE}/{id}/edit"));
    let body = html! {
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "It is not saved yet").body(html! { p { (wrong.0.message()) } })) }
        form method="post" action=(action) {
            (ui::csrf(caller.csrf()))
            @if let Some(key) = typed.get("key") { (ui::hidden("key", key)) }
            (ui::section("Customer", "", customer(typed, wrong)))
            (ui::section("What for", "", lines(of.currency, typed, wrong)))
            (ui::section("And", "", rest(typed, wrong)))
            (ui::actions(html! {
                (Button::primary("Save draft"))
                @if of.id.is_none() { (Button::quiet("Save and issue").value("issue", "yes")) }
            }))
        }
    };
    let title = if of.id.is_some() { "Change the draft" } else { "New invoice" };
    let lead = html! { "A draft has no number and can be changed until it is issued." };
    back_office(app, caller, BackOffice { title, lead, action: Markup::default(), place: HERE, crumbs: &[("Invoices", HERE)], body })
}

fn value(typed: &Typed, name: &str) -> String {
    typed.get(name).cloned().unwrap_or_default()
}

fn customer(typed: &Typed, wrong: Option<&Failure>) -> Markup {
    let error = |field: &str| field_error(wrong, &format!("customer.{field}")).or_else(|| field_error(wrong, field));
    let text = |name: &str, label: &str| Field::text(name, label).value(value(typed, name)).error(error(name));
    let states = std::iter::once((String::new(), "Not said".to_owned()))
        .chain(GstState::all().map(|state| (state.to_string(), format!("{state} {}", state.name()))));
    html! {
        (text("name", "Name").required())
        (text("gstin", "GSTIN"))
        (Field::area("address", "Address", 3).value(value(typed, "address")).error(error("address")))
        (ui::beside([
            Field::select("state", "State", states).value(value(typed, "state")),
            Field::input("tel", "phone", "Phone").value(value(typed, "phone")).error(error("phone")),
            Field::input("email", "email", "E-mail").value(value(typed, "email")).error(error("email")),
        ]))
    }
}

fn lines(currency: Currency, typed: &Typed, wrong: Option<&Failure>) -> Markup {
    let used = (0..MOST).filter(|at| !value(typed, &format!("description_{at}")).is_empty()).map(|at| at + 1).max().unwrap_or(0);
    let rows = if used == 0 { ROWS.0 } else { (used + ROWS.1).min(MOST) };
    let rates = RATES.map(|rate| (rate.to_string(), percent(rate)));
    html! {
        @for at in 0..rows {
            @let name = |field: &str| format!("{field}_{at}");
            @let error = |field: &str| field_error(wrong, &format!("lines[{at}].{field}"));
            @let text = |field: &str, label: &str| Field::text(name(field), label).value(value(typed, &name(field))).error(error(field));
            fieldset {
                legend { "Line " (at + 1) }
                (ui::beside([
                    text("description", "What"),
                    text("hsn", "HSN"),
                    text("quantity", "Quantity").placeholder("1"),
                    text("unit", "Unit").placeholder("pcs"),
                    Field::money(name("price"), "Each", currency).value(value(typed, &name("price"))).error(error("price")),
                    Field::money(name("discount"), "Less", currency).value(value(typed, &name("discount"))).error(error("discount")),
                    Field::select(name("rate"), "Tax", rates.clone()).value(value(typed, &name("rate"))).error(error("rate_bps")),
                ]))
            }
        }
        @if let Some(none) = field_error(wrong, "lines") { (Alert::new(Meaning::Bad, none)) }
        (Field::checkbox("inclusive", "These prices have the tax in them", typed.contains_key("inclusive")))
    }
}

fn rest(typed: &Typed, wrong: Option<&Failure>) -> Markup {
    html! {
        (Field::input("date", "due_on", "To be paid by").value(value(typed, "due_on")).error(field_error(wrong, "due_on"))
            .help("Left empty it is as many days after the issue as the billing settings say."))
        (Field::area("note", "Note", 3).value(value(typed, "note")).error(field_error(wrong, "note")).help("Stands under the lines."))
    }
}

/// The order that is billed.
#[derive(Debug, Deserialize)]
struct Billed {
    order_id: OrderId,
}

async fn bill(State(app): State<App>, caller: Caller, Form(billed): Form<Billed>) -> Answer<Redirect> {
    let bill = BillOrder { order: billed.order_id, due_on: None, issue: false };
    let whole = app.db.run(&caller.who, bill).await?;
    Ok(Redirect::to(&format!("{HERE}/{}", whole.invoice.id)))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/admin/invoices/bill", Permission::InvoicesWrite, bill).page().says("Bill an order", "Begins its invoice."),
        Route::get("/admin/invoices/new", Permission::InvoicesWrite, new).page().says("New invoice", ""),
        Route::post("/admin/invoices/new", Permission::InvoicesWrite, create).page().says("New invoice", "Saves the draft."),
        Route::get("/admin/invoices/{id}/edit", Permission::InvoicesWrite, edit).page().says("Change a draft", ""),
        Route::post("/admin/invoices/{id}/edit", Permission::InvoicesWrite, change).page().says("Change a draft", "Saves it."),
    ]
}
