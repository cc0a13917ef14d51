//! The page behind the link in every confirmation: how far an order is.

use super::shell;
use crate::model::{Order, OrderState, Whole};
use axum::response::Response;
use branding::Front;
use facts::orders::PayWhen;
use maud::{Markup, html};
use web::ui::{Alert, Button, Meaning, Step};
use web::{App, ui};

/// The page of an order for its buyer, with `links` to what they may download. `online` tells whether it can be paid here, `failed` whether they have just
/// tried to and could not.
pub fn track(app: &App, shop: &Front, whole: &Whole, links: &[files::Link], online: bool, failed: bool) -> Response {
    let order = &whole.order;
    let calendar = shell::calendar(app, shop);
    let mut rows = vec![("Placed", calendar.time(order.created_at))];
    rows.extend(order.paid_at.map(|at| ("Paid", calendar.time(at))));
    rows.extend(
        order.delivery_date.as_deref().and_then(|day| day.parse().ok()).map(|day| ("Delivery", html! { (calendar.date_text(day)) })),
    );
    if order.refunded_minor > 0 {
        rows.push(("Given back", ui::money(order.money(order.refunded_minor))));
    }
    rows.push(("Order", ui::id(order.id)));
    let body = html! {
        h1 { "Order " (order.title()) }
        @if failed && order.state == OrderState::Created {
            (Alert::new(Meaning::Bad, "Your payment did not go through.")
                .body(html! { "Nothing was charged, or your bank gives it back by itself. Your order is kept: you can try again." }))
        } @else { (lead(order)) }
        (shell::downloads(shop, links))
        (ui::stepper(&steps(whole)))
        (shell::receipt(whole, ""))
        (ui::detail_list(rows))
        @if order.state == OrderState::Created && online {
            div.actions { (Button::primary("Pay now").href(format!("{}/pay/{}", shop.base, order.id))) }
        }
    };
    shell::page(shop, &format!("Order {}", order.title()), "How your order stands.", body)
}

fn lead(order: &Order) -> Markup {
    let notice = |meaning, words: &str| html! { (Alert::new(meaning, words)) };
    match (order.state, order.pay) {
        (OrderState::Created, PayWhen::First) => notice(Meaning::Attention, "This order is not paid yet."),
        (OrderState::Created, PayWhen::Later) => notice(Meaning::Information, "This order is confirmed. You pay later."),
        (OrderState::Paid, _) => notice(Meaning::Good, "This order is paid. Thank you!"),
        (OrderState::PartiallyRefunded, _) => notice(Meaning::Information, "A part of what you paid was given back."),
        (OrderState::Refunded, _) => {
            notice(Meaning::Information, "What you paid was given back. It can take your bank a few days to show it.")
        }
        (OrderState::Cancelled, _) => notice(Meaning::Neutral, "This order was cancelled. Nothing was charged."),
    }
}

/// Placed, paid, packed: in the order in which this order goes through them.
fn steps(whole: &Whole) -> Vec<(&'static str, Step)> {
    let order = &whole.order;
    let packed = !whole.lines.is_empty() && whole.lines.iter().all(|line| line.packed_at.is_some());
    if order.state == OrderState::Cancelled {
        return vec![("Placed", Step::Done), ("Cancelled", Step::Failed)];
    }
    let paid = order.state != OrderState::Created;
    let step = |done: bool, before: bool| match (done, before) {
        (true, _) => Step::Done,
        (false, true) => Step::Current,
        (false, false) => Step::Ahead,
    };
    let mut steps = match order.pay {
        PayWhen::First => vec![("Placed", Step::Done), ("Paid", step(paid, true)), ("Packed", step(packed, paid))],
        PayWhen::Later => vec![("Placed", Step::Done), ("Packed", step(packed, true)), ("Paid", step(paid, packed))],
    };
    if order.state == OrderState::Refunded {
        steps.truncate(2);
        steps.push(("Given back", Step::Done));
    }
    steps
}
