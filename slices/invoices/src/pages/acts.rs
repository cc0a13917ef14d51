//! What the buttons of a document's page do.

use super::{HERE, show};
use crate::commands::{CreditInvoice, IssueInvoice, NotePayment, RemindNow, VoidInvoice, WriteOff};
use crate::queries;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use facts::invoices::PaidBy;
use facts::{InvoiceId, Money};
use serde::Deserialize;
use store::secret::sha256;
use store::{Error, Key, Kind, Result};
use web::problem::status;
use web::{Answer, App, Caller, Failure, Form, Path, Permission, Route};

#[derive(Debug, Default, Deserialize)]
struct Why {
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Deserialize)]
struct Paid {
    amount: String,
    method: PaidBy,
    #[serde(default)]
    paid_on: String,
    #[serde(default)]
    reference: String,
    /// Made from what the page showed.
    key: String,
    /// Whether it was given back.
    back: Option<String>,
}

/// Back to the page, or the page again with what was wrong.
async fn done<T>(app: &App, caller: &Caller, id: InvoiceId, outcome: Result<T>) -> Answer<Response> {
    match outcome {
        Ok(_) => Ok(Redirect::to(&format!("{HERE}/{id}")).into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict | Kind::Unavailable) => {
            let failure = Failure::from(error);
            let page = show::page(app, caller, id, Some(&failure)).await?;
            Ok((status(&failure.0), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn issue(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, IssueInvoice { id }).await;
    done(&app, &caller, id, outcome).await
}

async fn void(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>, Form(why): Form<Why>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, VoidInvoice { id, reason: why.reason }).await;
    done(&app, &caller, id, outcome).await
}

async fn write_off(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>, Form(why): Form<Why>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, WriteOff { id, reason: why.reason }).await;
    done(&app, &caller, id, outcome).await
}

async fn credit(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>, Form(why): Form<Why>) -> Answer<Response> {
    let credit = CreditInvoice { id, lines: None, reason: why.reason, key: None };
    let outcome = app.db.run(&caller.who, credit).await;
    done(&app, &caller, id, outcome).await
}

async fn remind(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, RemindNow { id }).await;
    done(&app, &caller, id, outcome).await
}

async fn link(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>) -> Answer<Response> {
    let outcome = crate::api::link(&app, &caller, id).await;
    done(&app, &caller, id, outcome).await
}

async fn pay(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>, Form(paid): Form<Paid>) -> Answer<Response> {
    let outcome = note(&app, &caller, id, paid).await;
    done(&app, &caller, id, outcome).await
}

async fn note(app: &App, caller: &Caller, id: InvoiceId, paid: Paid) -> Result<()> {
    let invoice = queries::invoice(&mut caller.read(app), id).await?.ok_or_else(|| Error::not_found("invoice"))?;
    let amount = Money::typed(&paid.amount, invoice.currency).ok_or_else(|| Error::field("amount", "an amount such as 199.00"))?;
    let amount = if paid.back.is_some() { amount.times(-1)? } else { amount };
    let key = Key {
        key: format!("page/{id}/{}", paid.key.chars().take(100).collect::<String>()),
        scope: format!("POST {HERE}/{id}/pay"),
        body_hash: sha256(format!("{}|{}|{}|{}", amount.minor, paid.method, paid.paid_on, paid.reference)),
    };
    let paid_on = Some(paid.paid_on).filter(|day| !day.trim().is_empty());
    let note = NotePayment { id, amount, method: paid.method, paid_on, reference: paid.reference, key: Some(key.key.clone()) };
    app.db.run_once(&caller.who, key, note).await?;
    Ok(())
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::InvoicesWrite;
    vec![
        Route::post("/admin/invoices/{id}/issue", InvoicesWrite, issue).page().says("Issue", "Gives a draft its number."),
        Route::post("/admin/invoices/{id}/void", InvoicesWrite, void).page().says("Void", "Takes an invoice back as a whole."),
        Route::post("/admin/invoices/{id}/write-off", InvoicesWrite, write_off).page().says("Write off", "Gives up what is left to pay."),
        Route::post("/admin/invoices/{id}/credit", InvoicesWrite, credit).page().says("Credit", "Takes back all that is left."),
        Route::post("/admin/invoices/{id}/remind", InvoicesWrite, remind).page().says("Remind", "Tells the customer what is left to pay."),
        Route::post("/admin/invoices/{id}/payment-link", InvoicesWrite, link)
            .page()
            .says("Make a payment link", "To be sent to the customer."),
        Route::post("/admin/invoices/{id}/pay", InvoicesWrite, pay).page().says("Note a payment", "Money that came by hand."),
    ]
}
