//! `/admin/orders/{id}`: one order, everything that hangs on it, and what can be done.

use crate::commands::{CancelOrder, ChangeOrder, PackLine};
use crate::model::{OrderState, Whole};
use crate::pages::order_parts::{self, Around};
use crate::{queries, rules};
use axum::extract::State;
use axum::response::{Html, Redirect};
use facts::{Id, OrderId, OrderLineId};
use maud::{Markup, html};
use serde::Deserialize;
use store::Error;
use web::ui::{self, Button, Calendar, Dialog};
use web::{Answer, App, BackOffice, Caller, Form, Path, Path2, Permission, Route, back_office};

/// Facts of one order that its page shows.
const MOMENTS: i64 = 200;

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<OrderId>) -> Answer<Html<String>> {
    let look = &mut app.db.read_main(caller.tenant());
    let whole = queries::whole(look, id).await?.ok_or_else(|| Error::not_found("order"))?;
    let around = Around {
        calendar: Calendar::new(&caller.time_zone, app.db.clock().now()),
        may_write: caller.may(Permission::OrdersWrite),
        csrf: caller.csrf().to_owned(),
        payments: payments::of(look, id).await?,
        refunds: payments::refunds_of(look, id).await?,
        entries: if caller.may(Permission::PaymentsRead) { ledger::of_order(look, id).await? } else { Vec::new() },
        moments: store::journal::timeline(look, id.uuid(), MOMENTS).await?.iter().rev().map(audit::moment).collect(),
    };
    let title = format!("Order {}", whole.order.title());
    Ok(back_office(
        &app,
        &caller,
        BackOffice {
            title: &title,
            lead: lead(&whole, &around.calendar),
            action: action(&caller, &whole),
            place: "/admin/orders",
            crumbs: &[("Orders", "/admin/orders")],
            body: order_parts::body(&whole, &around),
        },
    ))
}

fn lead(whole: &Whole, calendar: &Calendar) -> Markup {
    let order = &whole.order;
    html! { (ui::badge(order.state.as_str())) " " (ui::money(order.total())) ", placed " (calendar.ago(order.created_at)) }
}

/// The one thing that is likely wanted next: calling it off while nobody has paid, or giving money back.
fn action(caller: &Caller, whole: &Whole) -> Markup {
    let order = &whole.order;
    let unpaid = !order.is_foreign() && rules::next(order.state, rules::Event::Cancel).is_ok();
    let refundable = matches!(order.state, OrderState::Paid | OrderState::PartiallyRefunded);
    html! {
        @if unpaid && caller.may(Permission::OrdersWrite) {
            (Button::quiet("Cancel order").opens("cancel-order"))
            (Dialog {
                id: "cancel-order",
                title: &format!("Cancel order {}?", order.title()),
                body: html! {
                    p { "It can no longer be paid, and a coupon that it used can be used again. This cannot be taken back." }
                    (ui::Field::text("reason", "Reason").help("Kept on the order's timeline."))
                },
                action: &format!("/admin/orders/{}/cancel", order.id),
                csrf: caller.csrf(),
                button: Button::danger("Cancel order"),
                typed: None,
            })
        } @else if let Some(payment) = order.payment_id.filter(|_| refundable && caller.may(Permission::PaymentsWrite)) {
            (Button::quiet("Refund").href(format!("/admin/payments/{payment}")))
        }
    }
}

fn back(id: OrderId) -> Redirect {
    Redirect::to(&format!("/admin/orders/{id}"))
}

#[derive(Debug, Deserialize)]
struct Why {
    #[serde(default)]
    reason: String,
}

async fn cancel(State(app): State<App>, caller: Caller, Path(id): Path<OrderId>, Form(why): Form<Why>) -> Answer<Redirect> {
    app.db.run(&caller.who, CancelOrder { id, reason: why.reason }).await?;
    Ok(back(id))
}

#[derive(Debug, Deserialize)]
struct When {
    #[serde(default)]
    delivery_date: String,
}

async fn deliver(State(app): State<App>, caller: Caller, Path(id): Path<OrderId>, Form(when): Form<When>) -> Answer<Redirect> {
    let delivery_date = Some(when.delivery_date).filter(|day| !day.trim().is_empty());
    app.db.run(&caller.who, ChangeOrder { id, delivery_date }).await?;
    Ok(back(id))
}

#[derive(Debug, Deserialize)]
struct Packing {
    packed: bool,
}

async fn pack(State(app): State<App>, caller: Caller, path: Path2<OrderId, OrderLineId>, Form(packing): Form<Packing>) -> Answer<Redirect> {
    let Path2(order_id, line_id) = path;
    app.db.run(&caller.who, PackLine { order_id, line_id, packed: packing.packed }).await?;
    Ok(back(order_id))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/orders/{id}", Permission::OrdersRead, show).page().says("An order", "And everything that hangs on it."),
        Route::post("/admin/orders/{id}/cancel", Permission::OrdersWrite, cancel).page().says("Cancel", "Calls an unpaid order off."),
        Route::post("/admin/orders/{id}/delivery", Permission::OrdersWrite, deliver).page().says("Delivery", "Sets the day of delivery."),
        Route::post("/admin/orders/{id}/items/{item_id}/pack", Permission::OrdersWrite, pack).page().says("Pack", "Packs a line."),
    ]
}
