//! `/admin/orders/packing`: what is to be packed, for whoever stands at the table with a phone or a printed list.

use crate::api::PackingQuery;
use crate::commands::PackLine;
use crate::model::{Line, Order, Whole};
use crate::{queries, to_pack};
use axum::extract::{RawQuery, State};
use axum::response::{Html, Redirect};
use facts::{OrderId, OrderLineId};
use maud::{Markup, html};
use serde::Deserialize;
use web::ui::{self, Alert, Button, Calendar, Column, Empty, Field, Meaning, Row, Table};
use web::{Answer, App, BackOffice, Caller, Form, Listed, Path2, Permission, Query, Route, back_office};

const HERE: &str = "/admin/orders/packing";
/// Orders on a page: what one person packs in one go.
const AT_ONCE: i64 = 25;

/// What the last press did.
#[derive(Debug, Default, Deserialize)]
struct Done {
    /// The order of which the last item was just packed.
    packed: Option<OrderId>,
}

/// The list with all that its page shows.
struct Shown {
    query: PackingQuery,
    raw: String,
    page: Listed<Whole>,
    packed: Option<Order>,
    calendar: Calendar,
    may: bool,
    csrf: String,
}

async fn show(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<PackingQuery>,
    Query(done): Query<Done>,
    RawQuery(raw): RawQuery,
) -> Answer<Html<String>> {
    let wanted = query.wanted(&caller.time_zone)?;
    // What was just packed must be gone from the list.
    let look = &mut app.db.read_main(caller.tenant());
    let rows = to_pack::page(look, &wanted, query.paging().cursor()?, AT_ONCE + 1).await?;
    let packed = match done.packed {
        Some(id) => queries::order(look, id).await?.filter(|order| order.packed_at.is_some()),
        None => None,
    };
    let shown = Shown {
        query,
        raw: raw.unwrap_or_default(),
        page: Listed::new(rows, AT_ONCE, |whole| queries::place(&whole.order)),
        packed,
        calendar: Calendar::new(&caller.time_zone, app.db.clock().now()),
        may: caller.may(Permission::OrdersWrite),
        csrf: caller.csrf().to_owned(),
    };
    let page = BackOffice {
        title: "Packing",
        lead: shown.lead(),
        action: Markup::default(),
        place: "/admin/orders",
        crumbs: &[("Orders", "/admin/orders")],
        body: shown.body(),
    };
    Ok(back_office(&app, &caller, page))
}

impl Shown {
    fn lead(&self) -> Markup {
        let items: usize = self.page.data.iter().map(|whole| whole.lines.iter().filter(|line| line.packed_at.is_none()).count()).sum();
        let orders = self.page.data.len();
        html! {
            @if orders == 0 { "Nothing is left to pack." }
            @else {
                (items) (if items == 1 { " item" } else { " items" }) " of " (orders) (if orders == 1 { " order" } else { " orders" })
                @if self.page.next_cursor.is_some() { " on this page" } ", the oldest first."
            }
        }
    }

    fn body(&self) -> Markup {
        let next = self
            .page
            .next_cursor
            .as_ref()
            .map(|cursor| ui::Query::parse(HERE, &self.raw).with("cursor", cursor).without("packed").to_string());
        html! {
            @if let Some(order) = &self.packed {
                (Alert::new(Meaning::Good, format!("Order {} is packed", order.title()))
                    .body(html! { p { "The customer is told, once. " a href={ "/admin/orders/" (order.id) } { "Open the order" } " to take something out again." } }))
            }
            (self.days())
            @if self.page.data.is_empty() {
                (Empty::new("Nothing to pack", "Orders stand here once they are paid, or are to be paid later, until their last item is packed.")
                    .action("All orders", "/admin/orders"))
            }
            @for whole in &self.page.data { (self.order(whole)) }
            @if let Some(next) = next { (ui::actions(Button::quiet("More").href(next))) }
        }
    }

    fn days(&self) -> Markup {
        let value = |text: &Option<String>| text.clone().unwrap_or_default();
        html! {
            form method="get" action=(HERE) {
                (ui::beside([
                    Field::input("date", "placed_on", "Placed on").value(value(&self.query.placed_on)),
                    Field::input("date", "delivery_date", "Delivery on").value(value(&self.query.delivery_date)),
                ]))
                (ui::actions(Button::quiet("Show")))
            }
        }
    }

    fn order(&self, whole: &Whole) -> Markup {
        let order = &whole.order;
        let columns = vec![
            Column::text("item", "Item").matters(),
            Column::number("quantity", "How many").matters(),
            Column::text("packed", "Mark").matters(),
        ];
        let rows = whole.lines.iter().map(|line| {
            let name = html! { bdi { (line.name) } @if !line.product.is_empty() && line.product != line.name { " " small { bdi { (line.product) } } } };
            Row::new(line.id, [name, html! { (line.quantity) }, self.mark(order, line)])
        });
        let day = order.delivery_date.as_deref().and_then(|day| day.parse().ok()).map(|day| self.calendar.date_text(day));
        let about = html! {
            p {
                bdi { (order.customer_name.as_deref().unwrap_or("Nobody said who")) } ", placed " (self.calendar.time(order.created_at))
                @if let Some(day) = day { ", delivery on " strong { (day) } }
                @if order.is_foreign() { ", from " bdi { (order.source) } }
            }
        };
        let open = html! { a href={ "/admin/orders/" (order.id) } { "Open" } };
        let name = "Items";
        ui::section(
            &format!("Order {}", order.title()),
            open,
            html! { (about) (Table::new(name, &ui::Query::default(), columns).rows(rows)) },
        )
    }

    /// A button as large as any, since it is pressed with a thumb.
    fn mark(&self, order: &Order, line: &Line) -> Markup {
        let action = format!("{HERE}/{}/{}?{}", order.id, line.id, self.raw);
        match (line.packed_at, self.may) {
            (Some(_), true) => {
                html! { (ui::badge("packed")) " " (ui::post(&action, &self.csrf, Button::bare("Not packed").value("packed", "false"))) }
            }
            (Some(_), false) => ui::badge("packed"),
            (None, true) => ui::post(&action, &self.csrf, Button::primary("Packed").value("packed", "true")),
            (None, false) => html! { "Not packed" },
        }
    }
}

#[derive(Debug, Deserialize)]
struct Pressed {
    packed: bool,
}

async fn pack(
    State(app): State<App>,
    caller: Caller,
    path: Path2<OrderId, OrderLineId>,
    RawQuery(raw): RawQuery,
    Form(pressed): Form<Pressed>,
) -> Answer<Redirect> {
    let Path2(order_id, line_id) = path;
    app.db.run(&caller.who, PackLine { order_id, line_id, packed: pressed.packed }).await?;
    let order = queries::order(&mut app.db.read_main(caller.tenant()), order_id).await?;
    let here = ui::Query::parse(HERE, &raw.unwrap_or_default()).without("packed");
    let there = match order.filter(|order| order.packed_at.is_some()) {
        Some(order) => here.with("packed", &order.id.to_string()),
        None => here,
    };
    Ok(Redirect::to(&there.to_string()))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::OrdersRead, show).page().says("Packing", "What is to be packed, the oldest first."),
        Route::post("/admin/orders/packing/{id}/{item_id}", Permission::OrdersWrite, pack)
            .page()
            .says("Pack", "Packs an item of the list."),
    ]
}
