//! What the shop's pages have in common.

use crate::model::{Order, Whole};
use axum::response::Response;
use branding::Front;
use catalogue::Product;
use facts::Money;
use http::{HeaderName, HeaderValue};
use maud::{Markup, html};
use web::ui::{Alert, Button, Meaning};
use web::{App, Shop, ui};

/// A page of the shop; `title` is what the browser's tab says.
pub fn page(shop: &Front, title: &str, description: &str, body: Markup) -> Response {
    let foot = html! { p { (shop.name) " · Your card or bank details never reach us." } };
    branding::page(shop, title, description, body, foot)
}

/// The same page again after so many seconds: how a page without script waits.
pub fn again_in(mut response: Response, seconds: u32) -> Response {
    response.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from(seconds));
    response
}

/// Tells the experiment that has this price on trial that it is looked at. The image's address stands in a slice above.
pub fn met(shop: &Front, product: &Product) -> Markup {
    html! { img src={ (shop.base) "/seen/" (product.slug) ".gif" } width="1" height="1" alt=""; }
}

/// The tenant's wall clock.
pub fn calendar(app: &App, shop: &Shop) -> ui::Calendar {
    ui::Calendar::new(&shop.time_zone, app.db.clock().now())
}

/// What an order consists of and comes to.
pub fn receipt(whole: &Whole, safe: &str) -> Markup {
    let Whole { order, lines } = whole;
    let words: Vec<(String, Money)> = lines
        .iter()
        .map(|line| {
            let words = if line.quantity == 1 { line.name.clone() } else { format!("{} × {}", line.quantity, line.name) };
            (words, order.money(line.amount_minor))
        })
        .chain(discount(order))
        .collect();
    let rows: Vec<(&str, Money)> = words.iter().map(|(words, amount)| (words.as_str(), *amount)).collect();
    ui::receipt(&rows, order.total(), safe)
}

/// The files that were paid for, each with a link that works for a while: the page makes others when it is loaded again.
pub fn downloads(shop: &Shop, links: &[files::Link]) -> Markup {
    html! {
        @for link in links {
            @match &link.path {
                Some(path) => {
                    div.actions { (Button::primary(format!("Download {}", link.name)).icon(ui::Icon::Download).href(format!("{}{path}", shop.base))) }
                    p { small { (link.size_text) ". You can download it " (link.left) @if link.left == 1 { " more time." } @else { " more times." } } }
                }
                None => {
                    (Alert::new(Meaning::Information, format!("{} was downloaded as often as one may.", link.name))
                        .body(html! { "Ask the shop if you need it again." }))
                }
            }
        }
    }
}

fn discount(order: &Order) -> Option<(String, Money)> {
    let code = order.coupon_code.as_deref()?;
    Some((format!("Coupon {code}"), order.money(-order.discount_minor)))
}
