//! Tables in their states.

use super::{LONG, NOW, RIGHT_TO_LEFT, TOKEN, calendar};
use crate::ui::{Button, Column, Empty, Icon, Query, Row, Table, badge, money, person, phone_text, section, skeleton_rows};
use facts::{Money, Time};
use maud::{Markup, html};

/// A full table, an empty one, one that filters have emptied, and one on its way.
pub(super) fn lists(here: &Query) -> Markup {
    html! {
        (section("Table", "", orders(here)))
        (section("Empty table", "", table("No orders", &Query::parse("/admin/gallery", "")).empty(first())))
        (section("Table with nothing that matches", "", table("Filtered orders", here).empty(first())))
        (section("Table on its way", "", skeleton_rows(4)))
    }
}

fn first() -> Empty {
    Empty::new("No orders yet", "The first order that a customer places, or that you enter, will stand here.").action("Enter an order", "#")
}

fn table(name: &'static str, here: &Query) -> Table {
    let columns = vec![
        Column::text("number", "Order"),
        Column::text("customer", "Customer").matters(),
        Column::text("placed", "Placed").sortable().optional(),
        Column::text("state", "State").matters(),
        Column::number("items", "Items").optional(),
        Column::number("total", "Total").sortable().matters(),
    ];
    Table::new(name, here, columns)
        .filter("state", "State", &[("created", "Not paid", Some(3)), ("paid", "Paid", Some(1_204)), ("refunded", "Refunded", None)])
        .find("Name, phone or order")
        .choose_columns()
        .export("/admin/orders.csv")
}

fn orders(here: &Query) -> Table {
    let rows = [
        (1_047, "Asha Krishnan", "+919876543210", "paid", 2, 129_900),
        (1_046, LONG, "+919812345678", "partially_refunded", 118, 12_345_678_900),
        (1_045, RIGHT_TO_LEFT, "+971501234567", "created", 1, 9_900),
        (1_044, "Ravi", "+442079460958", "failed", 1, 49_900),
        (1_043, "", "+919900112233", "cancelled", 3, -99_900),
    ];
    let calendar = calendar();
    table("Orders", here)
        .rows(rows.into_iter().enumerate().map(|(at, (number, name, phone, state, items, paise))| {
            let placed = Time(NOW.millis() - at as i64 * 5_400_000);
            let cells = [
                html! { "#" (number) },
                person(name, Some("#"), html! { (phone_text(phone)) }),
                calendar.time(placed),
                badge(state),
                html! { (items) },
                money(Money::inr(paise)),
            ];
            Row::new(format!("ord_{number}"), cells).href("#")
        }))
        .bulk(
            TOKEN,
            html! {
                (Button::quiet("Mark packed").small().to("#"))
                (Button::quiet("Send reminder").icon(Icon::Messages).small().to("#"))
            },
        )
        .next(Some("b3JkXzEwNDM"))
}
