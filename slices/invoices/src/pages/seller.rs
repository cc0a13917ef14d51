//! `/admin/invoices/settings`: who sells, and how they bill.

use super::{HERE, SETTINGS, tabs};
use crate::commands::PutSeller;
use crate::gst::State as GstState;
use crate::queries;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use catalogue::tax::{RATES, percent};
use http::Uri;
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Kind, Result};
use web::page::field_error;
use web::problem::status;
use web::ui::{self, Alert, Button, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Permission, Route, back_office};

/// What the form holds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    legal_name: String,
    address: String,
    state: String,
    gstin: String,
    composition: Option<String>,
    prefix: String,
    due_days: String,
    whole_rupees: Option<String>,
    upi: String,
    bank: String,
    reminders: Option<String>,
    invoice_orders: Option<String>,
    shop_rate_bps: String,
    shop_hsn: String,
}

impl Typed {
    fn of(seller: PutSeller) -> Self {
        let ticked = |on: bool| on.then(|| "on".to_owned());
        Self {
            legal_name: seller.legal_name,
            address: seller.address,
            state: seller.state,
            gstin: seller.gstin,
            composition: ticked(seller.composition),
            prefix: seller.prefix,
            due_days: seller.due_days.to_string(),
            whole_rupees: ticked(seller.whole_rupees),
            upi: seller.upi,
            bank: seller.bank,
            reminders: ticked(seller.reminders),
            invoice_orders: ticked(seller.invoice_orders),
            shop_rate_bps: seller.shop_rate_bps.to_string(),
            shop_hsn: seller.shop_hsn,
        }
    }

    fn put(&self) -> Result<PutSeller> {
        let typed = self.clone();
        Ok(PutSeller {
            legal_name: typed.legal_name,
            address: typed.address,
            state: typed.state,
            gstin: typed.gstin,
            composition: typed.composition.is_some(),
            prefix: typed.prefix,
            due_days: typed.due_days.trim().parse().map_err(|_| Error::field("due_days", "0 to 365 days"))?,
            whole_rupees: typed.whole_rupees.is_some(),
            upi: typed.upi,
            bank: typed.bank,
            reminders: typed.reminders.is_some(),
            invoice_orders: typed.invoice_orders.is_some(),
            shop_rate_bps: typed.shop_rate_bps.parse().unwrap_or(0),
            shop_hsn: typed.shop_hsn,
        })
    }
}

async fn show(State(app): State<App>, caller: Caller, uri: Uri) -> Answer<Html<String>> {
    let seller = queries::seller(&mut app.db.read_main(caller.tenant())).await?;
    let saved = uri.query() == Some("done=saved");
    let known = seller.map_or_else(|| PutSeller::usual(&caller.tenant_name), PutSeller::from);
    Ok(page(&app, &caller, &Typed::of(known), saved, None))
}

async fn put(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let outcome = match typed.put() {
        Ok(put) => app.db.run(&caller.who, put).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) => Ok(Redirect::to("/admin/invoices/settings?done=saved").into_response()),
        Err(error) if error.kind() == Kind::Invalid => {
            let failure = Failure::from(error);
            Ok((status(&failure.0), page(&app, &caller, &typed, false, Some(&failure))).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn page(app: &App, caller: &Caller, typed: &Typed, saved: bool, wrong: Option<&Failure>) -> Html<String> {
    let may = caller.may(Permission::TenantWrite);
    let body = html! {
        (tabs(SETTINGS))
        @if saved { (Alert::new(Meaning::Good, "It is saved. Invoices that are issued from now on say so.")) }
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "It is not saved yet").body(html! { p { (wrong.0.message()) } })) }
        form method="post" action=(SETTINGS) {
            (ui::csrf(caller.csrf()))
            (ui::section("Your business", "", business(typed, wrong)))
            (ui::section("Numbers and payment", "", payment(typed, wrong)))
            (ui::section("What your shop sells", "", shop(typed, wrong)))
            @if may { (ui::actions(html! { (Button::primary("Save")) })) }
        }
    };
    let lead = html! { "Every invoice names who sells. Those that are issued keep what stood here on their day." };
    back_office(
        app,
        caller,
        BackOffice { title: "Billing settings", lead, action: Markup::default(), place: HERE, crumbs: &[("Invoices", HERE)], body },
    )
}

fn business(typed: &Typed, wrong: Option<&Failure>) -> Markup {
    let error = |field: &str| field_error(wrong, field);
    let states = std::iter::once((String::new(), "Choose".to_owned())).chain(
        GstState::all().filter(|state| *state != GstState::ABROAD).map(|state| (state.to_string(), format!("{state} {}", state.name()))),
    );
    html! {
        (Field::text("legal_name", "Registered name").value(typed.legal_name.as_str()).required().error(error("legal_name")))
        (Field::area("address", "Address", 3).value(typed.address.as_str()).required().error(error("address")))
        (Field::select("state", "State", states).value(typed.state.as_str()).required().error(error("state")))
        (Field::text("gstin", "GSTIN").value(typed.gstin.as_str()).error(error("gstin"))
            .help("Left empty, invoices name no tax."))
        (Field::checkbox("composition", "We pay under the composition scheme", typed.composition.is_some()).error(error("composition"))
            .help("Then bills of supply are issued in place of tax invoices."))
    }
}

fn payment(typed: &Typed, wrong: Option<&Failure>) -> Markup {
    let error = |field: &str| field_error(wrong, field);
    html! {
        (Field::text("prefix", "Numbers begin with").value(typed.prefix.as_str()).required().error(error("prefix"))
            .help("1 to 4 letters and digits. INV makes INV2627/000001; each financial year begins with 1 again."))
        (Field::input("number", "due_days", "Days to pay").value(typed.due_days.as_str()).required().error(error("due_days")))
        (Field::text("upi", "UPI address").value(typed.upi.as_str()).error(error("upi")).placeholder("shop@okbank")
            .help("Customers scan a code with the amount in it. Note the payment here when it has come: UPI does not tell us."))
        (Field::area("bank", "Bank account", 3).value(typed.bank.as_str()).error(error("bank")).help("Stands at the foot of the invoice."))
        (Field::checkbox("whole_rupees", "Round totals to the nearest rupee", typed.whole_rupees.is_some()))
        (Field::checkbox("reminders", "Remind customers of what they owe", typed.reminders.is_some())
            .help("7 days and 1 day before the last day to pay, and 1, 7 and 14 days after it, as long as something is left to pay."))
    }
}

fn shop(typed: &Typed, wrong: Option<&Failure>) -> Markup {
    let rates = RATES.map(|rate| (rate.to_string(), percent(rate)));
    html! {
        (Field::checkbox("invoice_orders", "Invoice every order that is paid in the shop", typed.invoice_orders.is_some())
            .help("Refunds get their credit notes by themselves."))
        (Field::select("shop_rate_bps", "Tax in the shop's prices", rates).value(typed.shop_rate_bps.as_str()).error(field_error(wrong, "shop_rate_bps")))
        (Field::text("shop_hsn", "HSN or SAC").value(typed.shop_hsn.as_str()).error(field_error(wrong, "shop_hsn")))
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(SETTINGS, Permission::InvoicesRead, show).page().says("Billing settings", "Who sells, and how they bill."),
        Route::post(SETTINGS, Permission::TenantWrite, put).page().says("Billing settings", "Saves them."),
    ]
}
