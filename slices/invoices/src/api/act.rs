//! What can be done with an invoice: issue, void, write off, note a payment, credit, remind.

use super::view::{InvoiceView, PaymentView};
use crate::commands::{CreditInvoice, IssueInvoice, NotePayment, RemindNow, VoidInvoice, WriteOff};
use crate::{queries, today};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::invoices::PaidBy;
use facts::{InvoiceId, Money};
use http::StatusCode;
use serde::Deserialize;
use store::Error;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Path, Permission, Route, made};

/// Why.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct Why {
    #[schema(example = "Billed twice")]
    reason: String,
}

/// Money that came, or below zero was given back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPayment {
    #[schema(value_type = web::MoneyShape)]
    amount: Money,
    /// `cash`, `upi`, `bank` or `cheque`; what is paid online is noted by itself.
    #[schema(value_type = String, example = "cash")]
    method: PaidBy,
    /// Today when not said.
    #[schema(example = "2026-11-21")]
    paid_on: Option<String>,
    /// The other side's, such as a UTR.
    #[serde(default)]
    reference: String,
}

/// How much of a line is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreditLine {
    /// The line's place on the invoice, from 0.
    position: i64,
    /// As the invoice's own amounts are: with the tax in them or without.
    #[schema(value_type = web::MoneyShape)]
    amount: Money,
}

/// What is taken back; all that is left when no line is named.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCredit {
    lines: Option<Vec<CreditLine>>,
    #[serde(default)]
    reason: String,
}

async fn shown(app: &App, caller: &Caller, id: InvoiceId) -> Answer<Json<InvoiceView>> {
    let whole = queries::whole(&mut app.db.read_main(caller.tenant()), id).await?.ok_or_else(|| Error::not_found("invoice"))?;
    Ok(Json(InvoiceView::whole(whole, &today(app, &caller.time_zone))))
}

async fn issue(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>) -> Answer<Json<InvoiceView>> {
    let whole = app.db.run(&caller.who, IssueInvoice { id }).await?;
    Ok(Json(InvoiceView::whole(whole, &today(&app, &caller.time_zone))))
}

async fn void(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>, body: Body<Why>) -> Answer<Json<InvoiceView>> {
    app.db.run(&caller.who, VoidInvoice { id, reason: body.value.reason }).await?;
    shown(&app, &caller, id).await
}

async fn write_off(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>, body: Body<Why>) -> Answer<Json<InvoiceView>> {
    app.db.run(&caller.who, WriteOff { id, reason: body.value.reason }).await?;
    shown(&app, &caller, id).await
}

async fn pay(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<InvoiceId>,
    key: IdempotencyKey,
    body: Body<NewPayment>,
) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let NewPayment { amount, method, paid_on, reference } = body.value;
    let note = NotePayment { id, amount, method, paid_on, reference, key: Some(key.key.clone()) };
    let once = app.db.run_once(&caller.who, key, note).await?;
    Ok(made(PaymentView::from(once.out), once.replayed))
}

async fn payments(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>) -> Answer<Json<Listed<PaymentView>>> {
    let mut read = caller.read(&app);
    queries::invoice(&mut read, id).await?.ok_or_else(|| Error::not_found("invoice"))?;
    let data = queries::payments(&mut read, id).await?.into_iter().map(PaymentView::from).collect();
    Ok(Json(Listed { data, next_cursor: None }))
}

async fn credit(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<InvoiceId>,
    key: IdempotencyKey,
    body: Body<NewCredit>,
) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let NewCredit { lines, reason } = body.value;
    let lines = lines.map(|lines| lines.into_iter().map(|line| (line.position, line.amount)).collect());
    let once = app.db.run_once(&caller.who, key.clone(), CreditInvoice { id, lines, reason, key: Some(key) }).await?;
    Ok(made(InvoiceView::whole(once.out, &today(&app, &caller.time_zone)), once.replayed))
}

async fn remind(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>) -> Answer<StatusCode> {
    app.db.run(&caller.who, RemindNow { id }).await?;
    Ok(StatusCode::ACCEPTED)
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{InvoicesRead, InvoicesWrite};
    vec![
        Route::post("/api/v1/invoices/{id}/issue", InvoicesWrite, issue)
            .says("Issue a draft", "It gets the next number of its series, and stands from then on.")
            .gives::<InvoiceView>(200),
        Route::post("/api/v1/invoices/{id}/void", InvoicesWrite, void)
            .says("Void an invoice", "A draft, or one of which nothing was paid or credited. Its number stays used.")
            .takes::<Why>()
            .gives::<InvoiceView>(200),
        Route::post("/api/v1/invoices/{id}/write-off", InvoicesWrite, write_off)
            .says("Write an invoice off", "What is left to pay is given up; money that still comes can be noted.")
            .takes::<Why>()
            .gives::<InvoiceView>(200),
        Route::get("/api/v1/invoices/{id}/payments", InvoicesRead, payments)
            .says("List an invoice's payments", "Those that were noted by hand, oldest first.")
            .gives::<Listed<PaymentView>>(200),
        Route::post("/api/v1/invoices/{id}/payments", InvoicesWrite, pay)
            .says("Note a payment", "Cash, UPI, a transfer or a cheque; in part if it was. Below zero for what was given back.")
            .keyed()
            .takes::<NewPayment>()
            .gives::<PaymentView>(201),
        Route::post("/api/v1/invoices/{id}/credit-notes", InvoicesWrite, credit)
            .says("Issue a credit note", "Takes some lines back, or all that is left of the invoice.")
            .keyed()
            .takes::<NewCredit>()
            .gives::<InvoiceView>(201),
        Route::post("/api/v1/invoices/{id}/reminders", InvoicesWrite, remind)
            .says("Remind the customer", "Now, and once a day at the most. Those before and after the due day go out by themselves."),
    ]
}
