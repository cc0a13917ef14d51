//! `/admin/payments/{id}`: one try at paying, what went back of it, and all that happened.

use super::list::state;
use super::place;
use super::reconcile_match::{href, may_be_matched};
use crate::api::read_amount;
use crate::commands::RequestRefund;
use crate::model::{Payment, Refund};
use crate::queries;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::{ErrandId, Id, PaymentId};
use maud::{Markup, html};
use serde::Deserialize;
use store::errand::{self, Attempt};
use store::secret::sha256;
use store::{Error, Key, Read, Result, journal};
use web::page::field_error;
use web::problem::status;
use web::ui::{self, Alert, Button, Calendar, Column, Dialog, Field, Meaning, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, back_office};

/// Moments shown at the most.
const TIMELINE: i64 = 100;
/// What is typed to confirm a refund.
const CONFIRM: &str = "refund";

/// What the form sends.
#[derive(Debug, Deserialize)]
pub(super) struct RefundForm {
    amount: String,
    #[serde(default)]
    reason: String,
    /// Made from what the page showed, so that the same form sent twice is one refund.
    key: String,
    #[serde(default)]
    confirm: String,
}

pub(super) async fn show(State(app): State<App>, caller: Caller, Path(id): Path<PaymentId>) -> Answer<Html<String>> {
    Ok(page(&app, &caller, id, None, None).await?)
}

pub(super) async fn refund(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PaymentId>,
    Form(form): Form<RefundForm>,
) -> Answer<Response> {
    match request(&app, &caller, id, &form).await {
        Ok(()) => Ok(Redirect::to(&format!("/admin/payments/{id}")).into_response()),
        Err(error) => {
            let failure = Failure::from(error);
            let shown = page(&app, &caller, id, Some(&form), Some(&failure)).await?;
            Ok((status(&failure.0), shown).into_response())
        }
    }
}

async fn request(app: &App, caller: &Caller, id: PaymentId, form: &RefundForm) -> Result<()> {
    let payment = queries::payment(&mut caller.read(app), id).await?.ok_or_else(|| Error::not_found("payment"))?;
    let amount = read_amount(&form.amount, payment.currency)?;
    if form.confirm.trim() != CONFIRM {
        return Err(Error::field("confirm", format!("type “{CONFIRM}” to confirm")));
    }
    let key = Key {
        key: format!("page/{}", form.key),
        scope: format!("POST /admin/payments/{id}/refunds"),
        body_hash: sha256(format!("{}|{}", amount.minor, form.reason)),
    };
    app.db.run_once(&caller.who, key, RequestRefund { payment_id: id, amount: Some(amount), reason: form.reason.clone() }).await?;
    Ok(())
}

async fn page(app: &App, caller: &Caller, id: PaymentId, form: Option<&RefundForm>, failure: Option<&Failure>) -> Result<Html<String>> {
    let mut read = app.db.read_main(caller.tenant());
    let payment = queries::payment(&mut read, id).await?.ok_or_else(|| Error::not_found("payment"))?;
    let refunds = queries::refunds_of_payment(&mut read, id).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let may = caller.may(Permission::PaymentsWrite) && payment.refundable().minor > 0;
    let calls = calls(&mut read, &payment, &refunds).await?;
    let happened = journal::timeline(&mut read, payment.payable_id, TIMELINE).await?;
    let moments: Vec<ui::Moment> = happened.iter().rev().map(audit::moment).collect();
    let body = html! {
        @if let Some(failure) = failure { (Alert::new(Meaning::Bad, "The refund was not made").body(html! { p { (failure.0.message()) } })) }
        @if let Some(reason) = &payment.reason { (Alert::new(Meaning::Attention, reason.as_str())) }
        @if caller.may(Permission::PaymentsWrite) && may_be_matched(&payment) {
            (ui::actions(Button::quiet("Match it with what it was for").href(href(&payment))))
        }
        (details(&payment, &calendar))
        (ui::section("Refunds", html! {}, refund_list(&refunds, &calendar)))
        @if may { (ui::section("Give money back", html! {}, refund_form(caller, &payment, refunds.len(), form, failure))) }
        (ui::section("Calls to the provider", html! {}, call_list(&calls, &calendar)))
        (ui::section("What happened", html! {}, ui::timeline(&calendar, &moments)))
    };
    let lead = html! { (state(&payment)) " by " (payment.method) ", " (calendar.time(payment.created_at)) };
    let title = format!("Payment of {}", payment.amount());
    let shown = BackOffice {
        title: &title,
        lead,
        action: html! { (Button::quiet(format!("Open the {}", payment.payable)).href(place(payment.payable()))) },
        place: "/admin/payments",
        crumbs: &[("Payments", "/admin/payments")],
        body,
    };
    Ok(back_office(app, caller, shown))
}

fn details(payment: &Payment, calendar: &Calendar) -> Markup {
    let captured = payment.captured_at.map(|at| calendar.time(at)).unwrap_or_default();
    ui::detail_list([
        ("Payment", ui::id(payment.id)),
        ("At the provider", ui::id(&payment.provider_payment_id)),
        ("For", html! { a href=(place(payment.payable())) { "its " (payment.payable) } }),
        ("Amount", ui::money(payment.amount())),
        ("The provider keeps", payment.fee().map(ui::money).unwrap_or_default()),
        ("Given back", ui::money(payment.refunded())),
        ("Captured", captured),
        ("Learnt by", html! { (payment.learnt_by) }),
    ])
}

fn refund_list(refunds: &[Refund], calendar: &Calendar) -> Markup {
    if refunds.is_empty() {
        return html! { p { "Nothing has been given back." } };
    }
    let columns = vec![
        Column::text("time", "Asked for").matters(),
        Column::number("amount", "Amount").matters(),
        Column::text("state", "State"),
        Column::text("reason", "Why"),
        Column::text("provider", "At the provider"),
    ];
    let rows = refunds.iter().map(|refund| {
        let provider = refund.provider_refund_id.as_ref().map(ui::id).unwrap_or_default();
        let why = html! { (refund.reason) @if let Some(failure) = &refund.failure { br; (failure) } };
        let state = ui::badge(refund.state.as_str());
        Row::new(refund.id, [calendar.time(refund.created_at), ui::money(refund.amount()), state, why, provider])
    });
    html! { (Table::new("Refunds", &ui::Query::default(), columns).rows(rows)) }
}

fn refund_form(caller: &Caller, payment: &Payment, refunds: usize, form: Option<&RefundForm>, failure: Option<&Failure>) -> Markup {
    let left = payment.refundable();
    let typed = form.map_or_else(|| left.decimal(), |form| form.amount.clone());
    let reason = form.map(|form| form.reason.clone()).unwrap_or_default();
    let action = format!("/admin/payments/{}/refunds", payment.id);
    let dialog = Dialog {
        id: "give-back",
        title: "Give money back to the buyer?",
        body: html! {
            p { "Up to " (left) " of this payment can go back. The provider keeps its fee. A refund cannot be undone." }
            (Field::money("amount", "Amount", payment.currency).value(typed).required().error(field_error(failure, "amount")))
            (Field::text("reason", "Why").value(reason).help("For the books; the buyer does not see it.").error(field_error(failure, "reason")))
            // The same page sent twice is the same refund; after a refund the page is another.
            (ui::hidden("key", &format!("{}/{}/{refunds}", payment.id, payment.refunded_minor)))
        },
        action: &action,
        csrf: caller.csrf(),
        button: Button::danger("Give it back"),
        typed: Some(CONFIRM),
    };
    html! { p { (Button::danger(format!("Give back up to {left}")).opens("give-back")) } (dialog) }
}

/// The calls that were made for a payment's intent and its refunds: their errands share those ids.
async fn calls(read: &mut Read, payment: &Payment, refunds: &[Refund]) -> Result<Vec<(&'static str, Attempt)>> {
    let mut calls = Vec::new();
    let opened = errand::attempts(read, ErrandId::from_uuid(payment.intent_id.uuid())).await?;
    calls.extend(opened.into_iter().map(|attempt| ("Open an order", attempt)));
    for refund in refunds {
        let sent = errand::attempts(read, ErrandId::from_uuid(refund.id.uuid())).await?;
        calls.extend(sent.into_iter().map(|attempt| ("Give money back", attempt)));
    }
    calls.sort_by_key(|(_, attempt)| std::cmp::Reverse(attempt.started_at));
    Ok(calls)
}

fn call_list(calls: &[(&'static str, Attempt)], calendar: &Calendar) -> Markup {
    if calls.is_empty() {
        return html! { p { "None are kept." } };
    }
    let columns = vec![
        Column::text("time", "Time").matters(),
        Column::text("call", "Call").matters(),
        Column::text("class", "Came to"),
        Column::text("note", "Details"),
    ];
    let rows = calls.iter().enumerate().map(|(at, (what, attempt))| {
        let class = attempt.class.as_deref().unwrap_or(if attempt.finished_at.is_some() { "done" } else { "never came back" });
        let note = attempt.note.as_deref().unwrap_or_default();
        let what = html! { (what) @if attempt.try_number > 1 { ", try " (attempt.try_number) } };
        Row::new(at, [calendar.time(attempt.started_at), what, ui::badge(class), html! { (note) }])
    });
    html! { (Table::new("Calls", &ui::Query::default(), columns).rows(rows)) }
}
