//! `GET /success?order=…`: where a buyer arrives after paying.

use super::shell;
use crate::model::{OrderState, Whole};
use crate::queries;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use branding::Front;
use facts::OrderId;
use maud::html;
use serde::Deserialize;
use store::Error;
use web::ui::{Alert, Button, Meaning};
use web::{Access, Address, Answer, App, Query, Route};

#[derive(Debug, Deserialize)]
struct Which {
    order: Option<String>,
}

async fn success(State(app): State<App>, shop: Front, from: Address, Query(which): Query<Which>) -> Answer<Response> {
    let Some(order) = which.order else { return Ok(Redirect::to(&format!("{}/", shop.base)).into_response()) };
    let id: OrderId = order.parse().map_err(|_| Error::not_found("order"))?;
    let whole = queries::whole(&mut app.db.read_main(shop.tenant), id).await?.ok_or_else(|| Error::not_found("order"))?;
    match whole.order.state {
        OrderState::Created => Ok(shell::again_in(confirming(&shop, &whole), 2)),
        OrderState::Paid => Ok(thanks(&shop, &whole, &files::links(&app, &shop, id, from.0).await?)),
        OrderState::PartiallyRefunded | OrderState::Refunded | OrderState::Cancelled => {
            Ok(Redirect::to(&format!("{}/order/{id}", shop.base)).into_response())
        }
    }
}

fn thanks(shop: &Front, whole: &Whole, links: &[files::Link]) -> Response {
    let order = &whole.order;
    let body = html! {
        h1 { "Thank you! Your payment has arrived." }
        p { "Order " strong { (order.title()) } " is confirmed. We also tell you on WhatsApp, and by e-mail if you gave us your address." }
        (shell::downloads(shop, links))
        (shell::receipt(whole, "Paid through Razorpay."))
        div.actions { (Button::primary("Follow your order").href(format!("{}/order/{}", shop.base, order.id))) }
    };
    shell::page(shop, "Thank you", "Your payment has arrived.", body)
}

fn confirming(shop: &Front, whole: &Whole) -> Response {
    let order = &whole.order;
    let body = html! {
        h1 { "Confirming your payment…" }
        div role="status" {
            (Alert::new(Meaning::Information, "We are waiting for the payment provider's word.")
                .body(html! { "This page looks again by itself. If you have paid, please do not pay a second time: your confirmation follows as soon as it arrives." }))
        }
        (shell::receipt(whole, ""))
        div.actions {
            (Button::quiet("Follow your order").href(format!("{}/order/{}", shop.base, order.id)))
            (Button::quiet("I have not paid yet").href(format!("{}/pay/{}", shop.base, order.id)))
        }
    };
    shell::page(shop, "Confirming your payment", "We are waiting for the payment provider.", body)
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/success", Access::Public, success).page().says("After paying", "Thanks, or waits for the provider's word.")]
}
