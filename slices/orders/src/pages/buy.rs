//! `/buy/{product}`: the one form between a buyer and paying.

use super::{home, shell};
use crate::commands::{Buyer, PlaceOrder, Wanted, place};
use crate::referral::Brought;
use crate::visitor::Visitor;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use branding::Front;
use catalogue::Product;
use contacts::NewContact;
use facts::Money;
use facts::orders::PayWhen;
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Key, Kind, Read, Who};
use web::ui::{Alert, Button, Field, Meaning};
use web::{Access, Answer, App, Asked, Form, Path, Query, Route, ui};

/// What was typed, and the key that makes two presses of the button one order.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    name: String,
    phone: String,
    email: String,
    coupon_code: String,
    /// What the page said that it costs, in minor units: nobody pays a price that they were not shown.
    shown: i64,
    key: String,
}

/// A coupon that a link brings along.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Linked {
    coupon: String,
}

async fn product(look: &mut Read, slug: &str) -> store::Result<Product> {
    catalogue::product(look, slug).await?.ok_or_else(|| Error::not_found("product"))
}

/// A key that no other form has.
fn new_key(app: &App) -> String {
    format!("form-{}", hex::encode(app.db.dice().secret::<16>()))
}

async fn show(
    State(app): State<App>,
    shop: Front,
    visitor: Visitor,
    Path(slug): Path<String>,
    Query(linked): Query<Linked>,
) -> Answer<Response> {
    let look = &mut app.db.read(shop.tenant);
    let mut product = product(look, &slug).await?;
    let drawn = visitor.asked(&app, look, std::slice::from_mut(&mut product)).await?;
    let typed = Typed { coupon_code: linked.coupon, key: new_key(&app), ..Typed::default() };
    let mut page = form(&shop, &product, &typed, None);
    drawn.keep(&app, &shop, &mut page)?;
    Ok(page)
}

async fn buy(
    State(app): State<App>,
    shop: Front,
    asked: Asked,
    (brought, visitor): (Brought, Visitor),
    Path(slug): Path<String>,
    Form(typed): Form<Typed>,
) -> Answer<Response> {
    let look = &mut app.db.read(shop.tenant);
    let mut product = product(look, &slug).await?;
    // A browser that keeps no id is asked what everybody pays.
    catalogue::on_trial(look, visitor.0, std::slice::from_mut(&mut product)).await?;
    let who = asked.by(Who::visitor(shop.tenant));
    let order = match order(&product, &typed) {
        Ok(order) => place(&app.db, &who, PlaceOrder { referral: brought.0, visitor: visitor.0, ..order }).await,
        Err(error) => Err(error),
    };
    match order {
        Ok(once) => Ok(Redirect::to(&format!("{}/pay/{}", shop.base, once.out.order.id)).into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let typed = Typed { key: new_key(&app), ..typed };
            let mut page = form(&shop, &product, &typed, Some(&error));
            *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(page)
        }
        Err(error) => Err(error.into()),
    }
}

fn order(product: &Product, typed: &Typed) -> store::Result<PlaceOrder> {
    if typed.phone.trim().is_empty() {
        return Err(Error::field("phone", "Your phone number is needed, so that we can confirm your order."));
    }
    if !typed.key.starts_with("form-") || typed.key.len() > 255 || !typed.key.is_ascii() {
        return Err(Error::invalid("form_expired", "This form is out of date. Please check it and send it again."));
    }
    let said = [&product.slug, &typed.name, &typed.phone, &typed.email, &typed.coupon_code];
    let body_hash = store::secret::sha256(serde_json::to_string(&said)?);
    let filled = |text: &String| Some(text.clone()).filter(|text| !text.trim().is_empty());
    let contact =
        NewContact { name: filled(&typed.name), phone: filled(&typed.phone), email: filled(&typed.email), ..NewContact::default() };
    Ok(PlaceOrder {
        lines: vec![Wanted { product: product.slug.clone(), quantity: 1 }],
        buyer: Buyer::Said(contact),
        coupon: filled(&typed.coupon_code),
        pay: PayWhen::First,
        shown: Some(Money::new(typed.shown, product.currency)),
        delivery_date: None,
        referral: None,
        visitor: None,
        key: Some(Key { key: typed.key.clone(), scope: "POST /buy".to_owned(), body_hash }),
    })
}

/// What a person reads of an error that belongs to no field of the form.
fn notice(error: &Error) -> Option<Markup> {
    let beside = ["name", "phone", "email", "coupon_code"];
    if error.fields().iter().any(|wrong| beside.contains(&wrong.field.as_str())) {
        return None;
    }
    let words = match error.code() {
        "amount_mismatch" => "The price has changed since you opened this page. This is the new one.",
        "idempotency_key_reused" => "You have already sent this form. Send it again if you want to place another order.",
        _ => error.message(),
    };
    Some(html! { (Alert::new(Meaning::Bad, words)) })
}

fn form(shop: &Front, product: &Product, typed: &Typed, error: Option<&Error>) -> Response {
    let wrong =
        |field: &str| error.and_then(|error| error.fields().iter().find(|wrong| wrong.field == field)).map(|wrong| wrong.message.clone());
    let body = html! {
        h1 { (product.name) }
        p { (product.description) }
        @if !product.features.0.is_empty() { ul.features { @for feature in &product.features.0 { li { (ui::Icon::Check) (feature) } } } }
        p.price { (ui::money(product.price())) @let per = home::per(product.interval); @if !per.is_empty() { span { " " (per) } } }
        @if let Some(notice) = error.and_then(notice) { (notice) }
        form method="post" action={ (shop.base) "/buy/" (product.slug) } {
            (ui::hidden("key", &typed.key))
            (ui::hidden("shown", &product.amount_minor.to_string()))
            (Field::text("name", "Name").value(&typed.name).autocomplete("name").error(wrong("name")))
            (Field::input("tel", "phone", "Phone").value(&typed.phone).required().autocomplete("tel")
                .help("Your confirmation comes here on WhatsApp.").error(wrong("phone")))
            (Field::input("email", "email", "E-mail").value(&typed.email).autocomplete("email")
                .help("For your receipt.").error(wrong("email")))
            (Field::text("coupon_code", "Coupon").value(&typed.coupon_code).error(wrong("coupon_code")))
            (Button::primary(format!("Continue to pay {}", product.price())))
        }
        @if product.trial.is_some() { (shell::met(shop, product)) }
        p.safe { (ui::Icon::Lock) "You pay on our payment provider's page." }
    };
    let title = match error {
        Some(_) => format!("Please check: {}", product.name),
        None => format!("Buy {}", product.name),
    };
    shell::page(shop, &title, &product.description, body)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/buy/{product}", Access::Public, show).page().says("Buy", "A product and the form that orders it."),
        Route::post("/buy/{product}", Access::Public, buy).page().at_most("CREATE_ORDER", 10).says("Order", "Places the order."),
    ]
}
