//! The parts of an order's page: lines, customer, money, timeline.

use crate::model::{Line, Order, OrderState, Whole};
use crate::rules;
use facts::Money;
use ledger::EntryView;
use maud::{Markup, html};
use payments::{Payment, Refund};
use web::ui::{self, Button, Calendar, Column, Field, Moment, Query, Row, Table};

/// What hangs on an order, and who looks at it.
pub struct Around {
    /// Their wall clock.
    pub calendar: Calendar,
    /// Whether they may change the order.
    pub may_write: bool,
    /// Their session's token.
    pub csrf: String,
    /// Every try at paying, newest first.
    pub payments: Vec<Payment>,
    /// What went back, newest first.
    pub refunds: Vec<Refund>,
    /// What the books say.
    pub entries: Vec<EntryView>,
    /// What happened, newest first.
    pub moments: Vec<Moment>,
}

/// Everything below the head of the page.
pub fn body(whole: &Whole, around: &Around) -> Markup {
    html! {
        (ui::section("Items", "", items(whole, around)))
        (ui::section("Customer and delivery", "", customer(&whole.order, around)))
        (ui::section("Payments", "", money(&whole.order, around)))
        @if !around.entries.is_empty() { (ui::section("Ledger", "", entries(around))) }
        (ui::section("What happened", "", ui::timeline(&around.calendar, &around.moments)))
    }
}

fn items(whole: &Whole, around: &Around) -> Markup {
    let order = &whole.order;
    let columns = vec![
        Column::text("item", "Item"),
        Column::number("unit", "Each"),
        Column::number("amount", "Amount").matters(),
        Column::text("packed", "Packed").matters(),
    ];
    let rows = whole.lines.iter().map(|line| {
        let cells = [
            html! { @if line.quantity > 1 { (line.quantity) " × " } (line.name) },
            ui::money(order.money(line.unit_minor)),
            ui::money(order.money(line.amount_minor)),
            packing(order, line, around),
        ];
        Row::new(line.id, cells)
    });
    let mut sums = Vec::new();
    if let Some(code) = order.coupon_code.as_deref() {
        sums.push(("Coupon", html! { (code) " " (ui::money(order.money(-order.discount_minor))) }));
    }
    sums.push(("Total", ui::money(order.total())));
    html! { (Table::new("Items", &Query::default(), columns).rows(rows)) (ui::detail_list(sums)) }
}

fn packing(order: &Order, line: &Line, around: &Around) -> Markup {
    let may = around.may_write && rules::may_pack(order);
    let action = format!("/admin/orders/{}/items/{}/pack", order.id, line.id);
    match line.packed_at {
        Some(at) => html! {
            (ui::badge("packed")) " " (around.calendar.time(at)) " "
            @if may { (ui::post(&action, &around.csrf, Button::bare("Not packed").small().value("packed", "false"))) }
        },
        None if may => ui::post(&action, &around.csrf, Button::quiet("Pack").small().value("packed", "true")),
        None => html! { "Not packed" },
    }
}

fn customer(order: &Order, around: &Around) -> Markup {
    let href = order.contact_id.map(|id| format!("/admin/contacts/{id}"));
    let reach = order.customer_reach.as_deref().map(ui::phone_text).unwrap_or_default();
    let who = match (order.contact_id, &order.customer_name) {
        (None, None) => html! { "Not said" },
        (_, name) => ui::person(name.as_deref().unwrap_or_default(), href.as_deref(), html! { (reach) }),
    };
    let day = order.delivery_date.as_deref().and_then(|day| day.parse().ok()).map(|day| around.calendar.date_text(day));
    let open = !matches!(order.state, OrderState::Cancelled | OrderState::Refunded);
    html! {
        (ui::detail_list([
            ("Customer", who),
            ("Delivery", html! { (day.unwrap_or_default()) }),
            ("Paid", html! { (if order.pay == facts::orders::PayWhen::First { "Before delivery" } else { "Later" }) }),
            ("Invoice", html! { a href={ "/admin/invoices?order_id=" (order.id) } { "Its invoice and credit notes" } }),
            ("Placed in", match order.is_foreign() {
                true => html! { bdi { (order.source) } ", and paid there" },
                false => html! { "Your shop here" },
            }),
            ("Order id", ui::id(order.id)),
        ]))
        @if around.may_write && open {
            form method="post" action={ "/admin/orders/" (order.id) "/delivery" } {
                (ui::csrf(&around.csrf))
                (Field::input("date", "delivery_date", "Day of delivery").value(order.delivery_date.clone().unwrap_or_default()))
                (ui::actions(html! { (Button::quiet("Save day").small()) }))
            }
        }
    }
}

fn money(order: &Order, around: &Around) -> Markup {
    if around.payments.is_empty() {
        return html! { p { @if order.state == OrderState::Created { "Nobody has tried to pay yet." } @else { "No payment." } } };
    }
    let columns = vec![
        Column::text("payment", "Payment"),
        Column::text("state", "State").matters(),
        Column::text("method", "How").matters(),
        Column::text("when", "When"),
        Column::number("amount", "Amount").matters(),
    ];
    let tries = around.payments.iter().map(|payment| {
        let state = if payment.matched || payment.captured_at.is_none() { payment.state.as_str() } else { "unmatched" };
        row(&payment.provider_payment_id, state, &payment.method, around.calendar.time(payment.created_at), payment.amount())
            .href(format!("/admin/payments/{}", payment.id))
    });
    let back = around.refunds.iter().map(|refund| {
        let amount = Money::new(-refund.amount_minor, refund.currency);
        row("Refund", refund.state.as_str(), &refund.reason, around.calendar.time(refund.created_at), amount)
            .href(format!("/admin/payments/{}", refund.payment_id))
    });
    html! { (Table::new("Payments", &Query::default(), columns).rows(back.chain(tries))) }
}

fn row(name: &str, state: &str, how: &str, when: Markup, amount: Money) -> Row {
    Row::new(name, [html! { (name) }, ui::badge(state), html! { (how) }, when, ui::money(amount)])
}

fn entries(around: &Around) -> Markup {
    let columns = vec![
        Column::text("account", "Account"),
        Column::text("text", "For"),
        Column::text("when", "When"),
        Column::number("debit", "Debit").matters(),
        Column::number("credit", "Credit").matters(),
    ];
    let side = |amount: Option<Money>| html! { @if let Some(amount) = amount { (ui::money(amount)) } };
    let rows = around.entries.iter().map(|entry| {
        let when = around.calendar.time(entry.at);
        Row::new(entry.id, [html! { (entry.account.title()) }, html! { (entry.text) }, when, side(entry.debit()), side(entry.credit())])
    });
    html! { (Table::new("Ledger entries", &Query::default(), columns).rows(rows)) }
}
