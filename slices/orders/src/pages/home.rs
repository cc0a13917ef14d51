//! `GET /`: what the shop sells, and why to trust it.

use super::shell;
use crate::visitor::Visitor;
use axum::extract::State;
use axum::response::Response;
use branding::Front;
use catalogue::{Interval, Product};
use maud::{Markup, html};
use web::{Access, Answer, App, Route, ui};

const FAQ: &[(&str, &str)] = &[
    (
        "How do I pay?",
        "With UPI, a card or net banking, on Razorpay's own page. Nothing about your card or bank account reaches this shop.",
    ),
    (
        "When do I get my order?",
        "You get a confirmation on WhatsApp and by e-mail as soon as your payment arrives, with a link to follow your order.",
    ),
    (
        "I paid, but the page did not come back. What now?",
        "Nothing is lost. We ask the payment provider ourselves, and your confirmation follows. Please do not pay twice.",
    ),
    ("Can I get my money back?", "Write to us with your order number. Refunds go back the way you paid and take a few days at your bank."),
    ("I have a coupon.", "Type its code on the page where you buy; the discount is taken off before you pay."),
];

/// What stands behind the price.
pub fn per(interval: Interval) -> &'static str {
    match interval {
        Interval::Once => "",
        Interval::Month => "a month",
        Interval::Year => "a year",
    }
}

async fn home(State(app): State<App>, shop: Front, visitor: Visitor) -> Answer<Response> {
    let look = &mut app.db.read(shop.tenant);
    let mut products = catalogue::products(look).await?;
    let drawn = visitor.asked(&app, look, &mut products).await?;
    let tagline = match shop.brand.tagline.as_str() {
        "" => "Pick what fits, pay in a minute, and have it confirmed on WhatsApp.",
        own => own,
    };
    let body = html! {
        (ui::hero(&shop.name, tagline, html! {
            @if !products.is_empty() { (ui::Button::primary("See what there is").href("#products")) }
        }))
        (promises())
        h2 #products { "Products" }
        (offers(&shop, &products))
        @for product in products.iter().filter(|product| product.trial.is_some()) { (shell::met(&shop, product)) }
        h2 { "Questions" }
        (ui::faq(FAQ))
    };
    let mut page = shell::page(&shop, &shop.name, tagline, body);
    drawn.keep(&app, &shop, &mut page)?;
    Ok(page)
}

fn promises() -> Markup {
    ui::detail_list([
        ("One price", html! { "What you see is what you pay. No fees on top." }),
        ("Paid safely", html! { "On Razorpay's page, with UPI, card or net banking." }),
        ("Never charged twice", html! { "An order is paid once, even if your connection breaks half way." }),
    ])
}

fn offers(shop: &Front, products: &[Product]) -> Markup {
    let links: Vec<String> = products.iter().map(|product| format!("{}/buy/{}", shop.base, product.slug)).collect();
    let offers: Vec<ui::Offer> = products
        .iter()
        .zip(&links)
        .map(|(product, href)| ui::Offer {
            name: &product.name,
            text: &product.description,
            price: product.price(),
            per: per(product.interval),
            href,
        })
        .collect();
    if offers.is_empty() {
        return html! { (ui::Empty::new("Nothing for sale yet", "This shop is being set up. Please come back soon.")) };
    }
    ui::offers(&offers)
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/", Access::Public, home).page().says("The shop", "What there is to buy.")]
}
