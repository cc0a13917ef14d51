//! `/admin/standing-orders/{id}/change`: another quantity, other days, another price or place.

use super::new::{Typed, place, place_fields, price, some, ticked, value, weekdays};
use super::{HERE, ORDERS, told};
use crate::api::today;
use crate::commands::ChangeStandingOrder;
use crate::model::{Route as Way, StandingOrder};
use crate::{queries, schedule};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::StandingOrderId;
use maud::{Markup, html};
use store::{Error, Result};
use web::page::field_error;
use web::problem::status;
use web::ui::{self, Alert, Button, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Route, back_office};

/// What the form stands on.
struct Ground {
    order: StandingOrder,
    routes: Vec<Way>,
}

impl Ground {
    async fn of(app: &App, caller: &Caller, id: StandingOrderId) -> Result<Self> {
        let look = &mut app.db.read_main(caller.tenant());
        let order = queries::order(look, id, today(app, caller)).await?.ok_or_else(|| Error::not_found("standing order"))?;
        Ok(Self { order, routes: queries::routes(look).await? })
    }

    /// It as its form holds it.
    fn filled(&self) -> Typed {
        let order = &self.order;
        let mut typed = Typed::from([
            ("quantity".to_owned(), invoices::quantity_text(order.quantity_milli)),
            ("price".to_owned(), order.price().decimal()),
            ("route_id".to_owned(), order.route_id.to_string()),
            ("stop".to_owned(), order.stop.to_string()),
            ("address".to_owned(), order.address.clone()),
            ("note".to_owned(), order.note.clone()),
        ]);
        typed.extend(schedule::days_of(order.weekdays).into_iter().map(|day| (day.to_string(), "on".to_owned())));
        typed
    }
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<StandingOrderId>) -> Answer<Html<String>> {
    let ground = Ground::of(&app, &caller, id).await?;
    let typed = ground.filled();
    Ok(page(&app, &caller, &ground, &typed, None))
}

fn read(ground: &Ground, typed: &Typed) -> Result<ChangeStandingOrder> {
    let order = &ground.order;
    let price = price(typed, order.currency)?;
    let quantity = value(typed, "quantity");
    let other_quantity = quantity != invoices::quantity_text(order.quantity_milli);
    Ok(ChangeStandingOrder {
        id: order.id,
        from_on: some(typed, "from_on"),
        quantity: other_quantity.then(|| quantity.to_owned()),
        weekdays: Some(ticked(typed)?).filter(|weekdays| *weekdays != order.weekdays),
        // A price that was left as it is follows the quantity.
        price: Some(price).filter(|price| *price != order.price()),
        place: place(typed)?,
    })
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<StandingOrderId>, Form(typed): Form<Typed>) -> Answer<Response> {
    let ground = Ground::of(&app, &caller, id).await?;
    let outcome = match read(&ground, &typed) {
        Ok(change) => app.db.run(&caller.who, change).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) => Ok(Redirect::to(&format!("{ORDERS}/{id}")).into_response()),
        Err(error) => {
            let failure = told(error)?;
            Ok((status(&failure.0), page(&app, &caller, &ground, &typed, Some(&failure))).into_response())
        }
    }
}

fn page(app: &App, caller: &Caller, ground: &Ground, typed: &Typed, wrong: Option<&Failure>) -> Html<String> {
    let order = &ground.order;
    let here = format!("{ORDERS}/{}", order.id);
    let text = |name: &str, label: &str| Field::text(name, label).value(value(typed, name)).required().error(field_error(wrong, name));
    let body = html! {
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "It was not saved").body(html! { p { (wrong.0.message()) } })) }
        form method="post" action={ (here) "/change" } {
            (ui::csrf(caller.csrf()))
            (ui::section("What and when", "", html! {
                (ui::beside([
                    Field::input("date", "from_on", "From").value(value(typed, "from_on")).error(field_error(wrong, "from_on"))
                        .help("Left empty, from the first day that can still be planned."),
                    text("quantity", "How much each time"),
                    Field::money("price", "Price", order.currency).value(value(typed, "price")).required().error(field_error(wrong, "price"))
                        .help("A month's price follows the quantity where you leave it."),
                ]))
                (weekdays(typed, wrong))
            }))
            (ui::section("Where", "", html! { p { "Holds at once." } (place_fields(&ground.routes, typed, wrong)) }))
            (ui::actions(Button::primary("Save")))
        }
    };
    back_office(
        app,
        caller,
        BackOffice {
            title: "Change a standing order",
            lead: html! { bdi { (order.what()) } " for " bdi { (order.customer) } },
            action: Markup::default(),
            place: HERE,
            crumbs: &[("Standing orders", ORDERS), (&order.customer, &here)],
            body,
        },
    )
}

pub(super) fn routes() -> Vec<Route> {
    let path = "/admin/standing-orders/{id}/change";
    vec![
        Route::get(path, Permission::RoundsWrite, show).page().says("Change a standing order", ""),
        Route::post(path, Permission::RoundsWrite, change).page().says("Change a standing order", "Saves it."),
    ]
}
