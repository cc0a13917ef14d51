//! `GET /pay/{order}`: what is to be paid, and the button that leads to the provider's page.

use super::shell;
use crate::model::{OrderState, Whole};
use crate::queries;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use branding::Front;
use facts::OrderId;
use maud::{Markup, html};
use payments::{Intent, Provider};
use std::time::Duration;
use store::Error;
use web::ui::{Alert, Button, Meaning};
use web::{Access, Answer, App, Path, Route};

/// How long the page waits before it comes without a button and looks again by itself.
const PATIENCE: Duration = Duration::from_millis(1_500);

async fn pay(State(app): State<App>, shop: Front, Path(id): Path<OrderId>) -> Answer<Response> {
    let look = || app.db.read_main(shop.tenant);
    let whole = queries::whole(&mut look(), id).await?.ok_or_else(|| Error::not_found("order"))?;
    let to = |page: String| Ok(Redirect::to(&format!("{}{page}", shop.base)).into_response());
    match whole.order.state {
        OrderState::Created => {}
        OrderState::Paid => return to(format!("/success?order={id}")),
        _ => return to(format!("/order/{id}")),
    }
    let opened = |intent: &Intent| intent.provider_order_id.is_some();
    let Some(intent) = payments::until(&app.db, shop.tenant, id, PATIENCE, opened).await? else { return to(format!("/order/{id}")) };
    let button = Button::primary(format!("Pay {}", whole.order.total()));
    match payments::checkout(&app, &shop, &intent, button).await? {
        Some(way) => Ok(page(&shop, &whole, &intent, way)),
        None => Ok(shell::again_in(page(&shop, &whole, &intent, preparing()), 2)),
    }
}

fn page(shop: &Front, whole: &Whole, intent: &Intent, action: Markup) -> Response {
    let body = html! {
        h1 { "Pay your order" }
        (shell::receipt(whole, intent.provider.map_or("", Provider::safe)))
        (action)
    };
    shell::page(shop, "Pay your order", "What is to be paid.", body)
}

fn preparing() -> Markup {
    html! {
        div role="status" {
            (Alert::new(Meaning::Information, "We are preparing your payment…")
                .body(html! { "Your order is kept. This page looks again by itself." }))
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/pay/{order}", Access::Public, pay).page().says("Pay", "What is to be paid, and the way to the provider's page.")]
}
