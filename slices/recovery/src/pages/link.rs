//! `/r/{reminder}`: where a reminder's link leads, the picture that tells that a mail was opened, and the way out.

use crate::commands::{NoteClick, NoteOpen, OptOut, ReplaceOrder};
use crate::model::Reminder;
use crate::offer::{self, Discount, Offer};
use crate::queries;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use branding::Front;
use facts::{OrderId, ReminderId};
use http::{HeaderMap, Method, StatusCode};
use maud::{Markup, html};
use orders::{OrderState, Whole};
use serde::Deserialize;
use store::{Error, Kind, Result, Who};
use web::ui::{Alert, Button, Meaning};
use web::{Access, Address, Answer, App, Asked, Form, Path, Route, Shop, is_person, point, ui, visitor};

/// What the page of an offer sends back.
#[derive(Debug, Deserialize)]
struct Taken {
    /// What it said that the order comes to, in minor units.
    shown: i64,
}

async fn found(app: &App, shop: &Shop, id: ReminderId) -> Result<Reminder> {
    queries::reminder(&mut app.db.read_main(shop.tenant), id).await?.ok_or_else(|| Error::not_found("reminder"))
}

/// Leads back to the order: to pay it, or to the offer where it comes to something else by now.
async fn follow(
    State(app): State<App>,
    shop: Front,
    asked: Asked,
    from: Address,
    method: Method,
    headers: HeaderMap,
    Path(id): Path<ReminderId>,
) -> Answer<Response> {
    let reminder = found(&app, &shop, id).await?;
    if is_person(&method, &headers) {
        let visitor = visitor(&id.to_string(), from.0, &headers);
        let who = asked.by(Who::visitor(shop.tenant));
        app.db.run(&who, NoteClick { reminder: id, order: reminder.order_id, visitor }).await?;
    }
    match offered(&app, &shop, &reminder).await? {
        Ok((whole, offer)) => Ok(page(&shop, id, &whole, &offer, None)),
        Err(order) => Ok(to_pay(&shop, order)),
    }
}

fn to_pay(shop: &Shop, order: OrderId) -> Response {
    Redirect::to(&format!("{}/pay/{order}", shop.base)).into_response()
}

/// The offer that has to be taken, or else the order that can be paid as it is.
async fn offered(app: &App, shop: &Shop, reminder: &Reminder) -> Result<std::result::Result<(Whole, Offer), OrderId>> {
    let mut look = app.db.read_main(shop.tenant);
    let order = reminder.order_id;
    if let Some(new) = queries::one(&mut look, order).await?.and_then(|left| left.replaced_by) {
        return Ok(Err(new));
    }
    let Some(whole) = orders::whole(&mut look, order).await?.filter(|whole| whole.order.state == OrderState::Created) else {
        return Ok(Err(order));
    };
    let Some(intent) = payments::intent(&mut look, order).await? else { return Ok(Err(order)) };
    let discount = Discount::of(reminder, app.db.clock().now());
    match offer::of(&mut look, &whole, &intent, discount.as_ref()).await? {
        Some(offer) if offer.anew => Ok(Ok((whole, offer))),
        _ => Ok(Err(order)),
    }
}

fn page(shop: &Front, id: ReminderId, whole: &Whole, offer: &Offer, wrong: Option<&Error>) -> Response {
    let lines = whole.lines.iter().map(|line| {
        let words = if line.quantity == 1 { line.name.clone() } else { format!("{} × {}", line.quantity, line.name) };
        html! { li { (words) } }
    });
    let less = offer.total.minor < offer.full.minor;
    let body = html! {
        h1 { "Your order is still here" }
        ul { @for line in lines { (line) } }
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, wrong.message())) }
        p.price { (ui::money(offer.total)) @if less { " " span { "instead of " (ui::money(offer.full)) } } }
        @if !less { p { "This is the price today." } }
        form method="post" action={ (shop.base) "/r/" (id) } {
            (ui::hidden("shown", &offer.total.minor.to_string()))
            (Button::primary(format!("Continue to pay {}", offer.total)))
        }
        p.safe { (ui::Icon::Lock) "You pay on our payment provider's page." }
    };
    branding::page(shop, "Your order", "What you left, and what it comes to.", body, way_out(shop, id))
}

fn way_out(shop: &Shop, id: ReminderId) -> Markup {
    html! { p { a href={ (shop.base) "/r/" (id) "/stop" } { "No more reminders" } } }
}

/// The buyer takes the offer: the order at the new price is placed, and leads to paying.
async fn take(State(app): State<App>, shop: Front, asked: Asked, Path(id): Path<ReminderId>, Form(taken): Form<Taken>) -> Answer<Response> {
    let reminder = found(&app, &shop, id).await?;
    let who = asked.by(Who::visitor(shop.tenant));
    match app.db.run(&who, ReplaceOrder { reminder: id, shown_minor: taken.shown }).await {
        Ok(new) => Ok(to_pay(&shop, new.0)),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => match offered(&app, &shop, &reminder).await? {
            Ok((whole, offer)) => {
                let mut page = page(&shop, id, &whole, &offer, Some(&error));
                *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
                Ok(page)
            }
            Err(order) => Ok(to_pay(&shop, order)),
        },
        Err(error) => Err(error.into()),
    }
}

/// The picture at the end of a mail.
async fn seen(State(app): State<App>, shop: Shop, asked: Asked, Path(id): Path<ReminderId>) -> Answer<Response> {
    let reminder = found(&app, &shop, id).await?;
    if reminder.opened_at.is_none() {
        app.db.run(&asked.by(Who::visitor(shop.tenant)), NoteOpen { reminder: id, order: reminder.order_id }).await?;
    }
    Ok(point())
}

async fn leave(State(app): State<App>, shop: Front, Path(id): Path<ReminderId>) -> Answer<Response> {
    found(&app, &shop, id).await?;
    let body = html! {
        h1 { "No more reminders?" }
        p { "We will not remind you of orders that you leave unpaid. Confirmations of what you buy still come." }
        form method="post" action={ (shop.base) "/r/" (id) "/stop" } { (Button::primary("No more reminders")) }
    };
    Ok(branding::page(&shop, "No more reminders", "Stops them.", body, Markup::default()))
}

async fn left(State(app): State<App>, shop: Front, asked: Asked, Path(id): Path<ReminderId>) -> Answer<Response> {
    app.db.run(&asked.by(Who::visitor(shop.tenant)), OptOut { reminder: id }).await?;
    let body = html! {
        h1 { "No more reminders" }
        p { "It is done. We will not remind you of orders that you leave unpaid." }
        div.actions { (Button::quiet("To the shop").href(format!("{}/", shop.base))) }
    };
    Ok(branding::page(&shop, "No more reminders", "It is done.", body, Markup::default()))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/r/{reminder}", Access::Public, follow).page().says("Back to an order", "Where a reminder's link leads."),
        Route::post("/r/{reminder}", Access::Public, take)
            .page()
            .at_most("CREATE_ORDER", 10)
            .says("Order anew", "At the price that the reminder offers."),
        Route::get("/r/{reminder}/seen.gif", Access::Public, seen).page().says("Opened", "A picture that tells that a mail was opened."),
        Route::get("/r/{reminder}/stop", Access::Public, leave).page().says("No more reminders", "Asks whether one is sure."),
        Route::post("/r/{reminder}/stop", Access::Public, left).page().says("No more reminders", "Stops them."),
    ]
}
