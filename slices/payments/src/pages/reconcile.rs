//! `/admin/reconcile`: what needs a person, each with its action beside it, and whether the totals agree.

use super::place;
use super::reconcile_match::{self, Matching, may_be_matched};
use crate::model::{Intent, IntentState, Payment, Refund};
use crate::queries::{self, Buried};
use crate::world::World;
use axum::extract::State;
use axum::response::Html;
use facts::{Money, PaymentId};
use maud::{Markup, html};
use serde::Deserialize;
use store::Result;
use web::ui::{self, Alert, Button, Calendar, Column, Meaning, Row, Stat, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Permission, Query, back_office};

/// All that the page shows.
struct Waiting {
    unmatched: Vec<Payment>,
    lingering: Vec<Intent>,
    failed: Vec<Refund>,
    buried: Vec<Buried>,
    captured: Vec<Money>,
    booked: Vec<Money>,
    under_way: i64,
}

/// What somebody wants to do here.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    /// The payment that is to be matched.
    #[serde(rename = "match")]
    matching: Option<PaymentId>,
}

pub(super) async fn show(State(app): State<App>, caller: Caller, Query(wanted): Query<Wanted>) -> Answer<Html<String>> {
    Ok(page(&app, &caller, wanted.matching, None).await?)
}

/// The page; with a payment that is to be matched, and what was wrong with the match that was tried.
pub(super) async fn page(app: &App, caller: &Caller, matching: Option<PaymentId>, failure: Option<&Failure>) -> Result<Html<String>> {
    let waiting = look(app, caller).await?;
    let matching: Option<Matching> = match matching.filter(|_| may(caller)) {
        Some(id) => reconcile_match::look(&mut app.db.read_main(caller.tenant()), id).await?,
        None => None,
    };
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let urgent = waiting.unmatched.len() + waiting.failed.len() + waiting.buried.len();
    let lead = match urgent {
        0 => html! { "Nothing needs you. Every payment found what it is for." },
        1 => html! { "One thing needs you." },
        many => html! { (many) " things need you." },
    };
    let action = html! {
        @if may(caller) && !waiting.lingering.is_empty() {
            (ui::post("/admin/reconcile", caller.csrf(), Button::primary("Ask about all").value("action", "apply")))
        }
    };
    let body = html! {
        (reconcile_tabs("/admin/reconcile"))
        @if let Some(matching) = &matching { (reconcile_match::section(caller, matching, failure, &calendar)) }
        (totals(&waiting))
        @if waiting.under_way > 0 {
            (Alert::new(Meaning::Information, "The provider is being asked").body(html! {
                p { (waiting.under_way) " answers are still to come. Reload the page to see what they change." }
            }))
        }
        @if !waiting.unmatched.is_empty() { (ui::section("Money that fits nothing", html! {}, unmatched(caller, &waiting.unmatched, &calendar))) }
        @if !waiting.failed.is_empty() { (ui::section("Refunds that failed", html! {}, failed(caller, &waiting.failed, &calendar))) }
        @if !waiting.buried.is_empty() { (ui::section("Given up", html! {}, buried(caller, &waiting.buried, &calendar))) }
        (ui::section("Not paid yet", html! {}, lingering(caller, &waiting.lingering, &calendar)))
    };
    let page = BackOffice { title: "Reconcile", lead, action, place: "/admin/payments", crumbs: &[("Payments", "/admin/payments")], body };
    Ok(back_office(app, caller, page))
}

/// The views of what belongs together; `here` is the one shown.
pub fn reconcile_tabs(here: &str) -> Markup {
    let all = [
        ("Now", "/admin/reconcile"),
        ("Settlements", "/admin/reconcile/settlements"),
        ("Bank", "/admin/reconcile/bank"),
        ("Exceptions", "/admin/reconcile/exceptions"),
    ];
    ui::tabs("Reconcile", &all, here)
}

async fn look(app: &App, caller: &Caller) -> Result<Waiting> {
    let mut read = app.db.read_main(caller.tenant());
    Ok(Waiting {
        unmatched: queries::unmatched(&mut read).await?,
        lingering: queries::lingering(&mut read, app.db.clock().now()).await?,
        failed: queries::failed_refunds(&mut read).await?,
        buried: queries::buried(&mut read).await?,
        captured: queries::captured(&mut read).await?,
        under_way: queries::under_way(&mut read).await?,
        booked: (app.extra::<World>()?.booked)(read).await?,
    })
}

fn totals(waiting: &Waiting) -> Markup {
    let agree = waiting.captured == waiting.booked;
    let sum = |amounts: &[Money]| match amounts {
        [] => html! { (ui::money(Money::inr(0))) },
        amounts => html! { @for (at, amount) in amounts.iter().enumerate() { @if at > 0 { " + " } (ui::money(*amount)) } },
    };
    html! {
        (ui::stats([
            Stat::new("Captured", sum(&waiting.captured)).note("what the provider says it took").href("/admin/payments?state=captured"),
            Stat::new("Booked", sum(&waiting.booked)).note("what the ledger says was received"),
        ]))
        @if agree {
            (Alert::new(Meaning::Good, "The ledger agrees with the provider."))
        } @else {
            (Alert::new(Meaning::Bad, "The ledger does not agree with the provider.").body(html! {
                p { "A payment of this moment may still be on its way to the books: reload the page. If it stays, run " code { "origin verify" } "." }
            }))
        }
    }
}

fn may(caller: &Caller) -> bool {
    caller.may(Permission::PaymentsWrite)
}

/// A button that does one thing about one row.
fn does(caller: &Caller, action: &str, id: &str, button: Button) -> Markup {
    html! {
        @if may(caller) {
            form.inline method="post" action="/admin/reconcile" {
                (ui::csrf(caller.csrf())) (ui::hidden("id", id)) (button.small().value("action", action))
            }
        }
    }
}

fn unmatched(caller: &Caller, payments: &[Payment], calendar: &Calendar) -> Markup {
    let columns = vec![
        Column::text("time", "Captured").matters(),
        Column::number("amount", "Amount").matters(),
        Column::text("why", "Why it does not fit"),
        Column::text("do", "What to do").matters(),
    ];
    let rows = payments.iter().map(|payment| {
        let why = html! {
            (payment.reason.as_deref().unwrap_or_default())
            div { a href=(place(payment.payable())) { "Its " (payment.payable) } }
        };
        let buttons = html! {
            @if may(caller) && may_be_matched(payment) { (Button::quiet("Match").small().href(reconcile_match::href(payment))) " " }
            (does(caller, "refund", &payment.id.to_string(), Button::quiet(format!("Refund {}", payment.refundable()))))
        };
        Row::new(payment.id, [calendar.time(payment.created_at), ui::money(payment.amount()), why, buttons])
            .href(format!("/admin/payments/{}", payment.id))
    });
    html! { (Table::new("Money that fits nothing", &ui::Query::default(), columns).rows(rows)) }
}

fn failed(caller: &Caller, refunds: &[Refund], calendar: &Calendar) -> Markup {
    let columns = vec![
        Column::text("time", "Asked for").matters(),
        Column::number("amount", "Amount").matters(),
        Column::text("why", "Why it failed"),
        Column::text("do", "What to do").matters(),
    ];
    let rows = refunds.iter().map(|refund| {
        let why = html! { (refund.failure.as_deref().unwrap_or_default()) };
        let button = does(caller, "refund_again", &refund.id.to_string(), Button::quiet("Refund again"));
        Row::new(refund.id, [calendar.time(refund.created_at), ui::money(refund.amount()), why, button])
            .href(format!("/admin/payments/{}", refund.payment_id))
    });
    html! { (Table::new("Failed refunds", &ui::Query::default(), columns).rows(rows)) }
}

fn buried(caller: &Caller, errands: &[Buried], calendar: &Calendar) -> Markup {
    let columns = vec![
        Column::text("time", "Since").matters(),
        Column::text("what", "What").matters(),
        Column::text("why", "Why"),
        Column::text("do", "What to do").matters(),
    ];
    let rows = errands.iter().map(|errand| {
        let what = match errand.name.as_str() {
            "create_provider_order" => "Open an order at the provider",
            "ask_provider" => "Ask what was paid",
            "send_refund" => "Give money back",
            "ask_refund" => "Ask about a refund",
            "charge_mandate" => "Charge a customer",
            "debit_mandate" => "Debit a customer",
            "look_at_mandate" => "Ask about what a customer agreed to",
            "close_checkout" => "Close a checkout",
            _ => "Work on a webhook",
        };
        let why = html! { (errand.note.as_deref().unwrap_or_default()) " (" (errand.tries) " tries)" };
        let id = errand.id.to_string();
        let buttons = html! {
            @if caller.may(Permission::OperationsWrite) {
                (does(caller, "redrive", &id, Button::quiet("Try again")))
                (does(caller, "drop", &id, Button::bare("Drop")))
            }
        };
        Row::new(&id, [calendar.time(errand.created_at), html! { (what) }, why, buttons])
    });
    html! { (Table::new("Given up", &ui::Query::default(), columns).rows(rows)) }
}

fn lingering(caller: &Caller, intents: &[Intent], calendar: &Calendar) -> Markup {
    if intents.is_empty() {
        return html! { p { "Nothing has been waiting for its payment for more than an hour." } };
    }
    let columns = vec![
        Column::text("time", "Since").matters(),
        Column::number("amount", "Amount").matters(),
        Column::text("state", "State"),
        Column::text("asked", "Asked last"),
        Column::text("do", "What to do").matters(),
    ];
    let rows = intents.iter().map(|intent| {
        let state = match intent.state {
            IntentState::Opening => html! { "The provider has not opened it" },
            _ => html! { "Nobody has paid" },
        };
        let asked = intent.asked_at.map(|at| calendar.ago(at)).unwrap_or_default();
        let button = does(caller, "ask", &intent.id.to_string(), Button::quiet("Ask the provider now"));
        Row::new(intent.id, [calendar.time(intent.created_at), ui::money(intent.amount()), state, asked, button])
            .href(place(intent.payable()))
    });
    html! { (Table::new("Not paid yet", &ui::Query::default(), columns).rows(rows)) }
}
