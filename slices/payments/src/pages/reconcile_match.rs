//! The part of `/admin/reconcile` that matches money which fits nothing with what it was meant for.

use super::place;
use crate::model::{Intent, Payment};
use crate::{queries, rules};
use facts::PaymentId;
use maud::{Markup, html};
use store::{Read, Result};
use web::ui::{self, Alert, Button, Calendar, Column, Meaning, Row, Table};
use web::{Caller, Failure};

/// Money that somebody wants to match, and what it may have been meant for.
pub(super) struct Matching {
    payment: Payment,
    candidates: Vec<Intent>,
}

/// Nothing where it fits something meanwhile, or went back.
pub(super) async fn look(read: &mut Read, id: PaymentId) -> Result<Option<Matching>> {
    let open = queries::payment(read, id).await?.filter(may_be_matched);
    let Some(payment) = open else { return Ok(None) };
    let candidates = queries::unpaid(read, payment.amount()).await?;
    Ok(Some(Matching { payment, candidates }))
}

/// Whether matching it is offered.
pub(super) fn may_be_matched(payment: &Payment) -> bool {
    rules::may_be_matched(payment).is_ok()
}

/// Where somebody says what a payment was meant for.
pub(super) fn href(payment: &Payment) -> String {
    format!("/admin/reconcile?match={}", payment.id)
}

pub(super) fn section(caller: &Caller, matching: &Matching, failure: Option<&Failure>, calendar: &Calendar) -> Markup {
    let Matching { payment, candidates } = matching;
    let body = html! {
        @if let Some(failure) = failure { (Alert::new(Meaning::Bad, "It was not matched").body(html! { p { (failure.0.message()) } })) }
        @if candidates.is_empty() {
            p { "No order or invoice waits for exactly " (payment.amount()) ". Place what it was meant for, or give the money back." }
        } @else {
            p { "These wait for exactly as much. The one that you choose counts as paid, and can no longer be paid otherwise." }
            (offered(caller, payment, candidates, calendar))
        }
    };
    ui::section(&format!("What were the {} for?", payment.amount()), html! { (Button::bare("Cancel").href("/admin/reconcile")) }, body)
}

fn offered(caller: &Caller, payment: &Payment, candidates: &[Intent], calendar: &Calendar) -> Markup {
    let columns = vec![
        Column::text("time", "Since"),
        Column::text("what", "What").matters(),
        Column::text("who", "Whose"),
        Column::text("do", "What to do").matters(),
    ];
    let id = payment.id.to_string();
    let rows = candidates.iter().map(|intent| {
        let what = html! { a href=(place(intent.payable())) { (intent.payable) " " bdi { (intent.description) } } };
        let who = html! { bdi { (intent.name.as_deref().or(intent.email.as_deref()).or(intent.phone.as_deref()).unwrap_or_default()) } };
        let button = html! {
            form.inline method="post" action="/admin/reconcile" {
                (ui::csrf(caller.csrf())) (ui::hidden("id", &id)) (ui::hidden("to", &intent.payable().to_string()))
                (Button::primary("Match").small().value("action", "match"))
            }
        };
        Row::new(intent.id, [calendar.time(intent.created_at), what, who, button])
    });
    html! { (Table::new("What it may have been for", &ui::Query::default(), columns).rows(rows)) }
}
