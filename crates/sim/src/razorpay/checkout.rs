//! The hosted checkout: the page on which a buyer pays, and the form that brings the buyer back.

use super::Razorpay;
use super::books::{FAILED, Method};
use super::links;
use super::wire::Refused;
use crate::pages::checkout as page;
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use std::collections::HashMap;
use url::Url;

/// The page, to be nested at `/checkout`.
pub(crate) fn routes(razorpay: Razorpay) -> Router {
    Router::new().route("/{order_id}", get(show).post(pay)).route("/link/{id}", get(links::follow)).with_state(razorpay)
}

/// Where the buyer came from.
#[derive(Deserialize)]
pub(super) struct From {
    callback_url: Option<String>,
    cancel_url: Option<String>,
}

impl From {
    /// The shop's addresses; anything but plain HTTP(S) is no address.
    fn shop(&self) -> page::Shop {
        let web = |text: &Option<String>| {
            let url = text.as_deref().and_then(|text| Url::parse(text).ok());
            url.filter(|url| matches!(url.scheme(), "http" | "https"))
        };
        page::Shop { callback: web(&self.callback_url), cancel: web(&self.cancel_url) }
    }
}

/// What the buyer pressed.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Upi,
    Card,
    UpiFails,
    PayAndVanish,
}

#[derive(Deserialize)]
pub(super) struct Pressed {
    choice: Choice,
}

/// The real one's entry for shops without script: a form POST that opens the hosted page.
pub(super) async fn embedded(State(razorpay): State<Razorpay>, Form(form): Form<HashMap<String, String>>) -> Result<Redirect, Refused> {
    let whose = form.get("key_id").and_then(|key_id| razorpay.whose(key_id)).ok_or_else(Refused::signed_out)?;
    let order_id = form.get("order_id").ok_or_else(Refused::unknown_id)?;
    let order = razorpay.order(order_id).filter(|order| order.guest == whose.0).ok_or_else(Refused::unknown_id)?;
    order.opened_with(&form)?;
    let mut address = Url::parse("http://sim/checkout/").map_err(|_| Refused::unknown_id())?;
    address.set_path(&format!("/checkout/{}", order.id));
    for name in ["callback_url", "cancel_url"] {
        if let Some(url) = form.get(name) {
            address.query_pairs_mut().append_pair(name, url);
        }
    }
    Ok(Redirect::to(&format!("{}?{}", address.path(), address.query().unwrap_or_default())))
}

async fn show(State(razorpay): State<Razorpay>, Path(id): Path<String>, Query(from): Query<From>, uri: Uri) -> Response {
    match razorpay.order(&id) {
        Some(order) => page::choose(&order, &from.shop(), uri.query().unwrap_or_default()),
        None => (StatusCode::NOT_FOUND, page::unknown()).into_response(),
    }
}

async fn pay(
    State(razorpay): State<Razorpay>,
    Path(id): Path<String>,
    Query(from): Query<From>,
    uri: Uri,
    Form(pressed): Form<Pressed>,
) -> Response {
    let paid = match pressed.choice {
        Choice::UpiFails => razorpay.fail(&id, Method::Upi),
        Choice::Card => razorpay.pay(&id, Method::Card),
        Choice::Upi | Choice::PayAndVanish => razorpay.pay(&id, Method::Upi),
    };
    let (Some(order), Ok(payment_id)) = (razorpay.order(&id), paid) else {
        // Unknown, or paid already: the page for choosing says which.
        return show(State(razorpay), Path(id), Query(from), uri).await;
    };
    let shop = from.shop();
    match pressed.choice {
        Choice::UpiFails => {
            let fields = failure(&id, &payment_id);
            page::failed(&order, &shop, &fields, uri.query().unwrap_or_default())
        }
        Choice::PayAndVanish => page::vanished(&order),
        Choice::Upi | Choice::Card => {
            let fields = razorpay.link_return(&id, &payment_id).unwrap_or_else(|| {
                let signature = razorpay.signature(&id, &payment_id);
                let names = ["razorpay_payment_id", "razorpay_order_id", "razorpay_signature"];
                names.into_iter().zip([payment_id, id, signature]).collect()
            });
            page::paid(&order, &shop, &fields)
        }
    }
}

/// What the browser brings back from a payment that failed.
fn failure(order_id: &str, payment_id: &str) -> Vec<(&'static str, String)> {
    let metadata = serde_json::json!({"payment_id": payment_id, "order_id": order_id}).to_string();
    vec![
        ("error[code]", "BAD_REQUEST_ERROR".into()),
        ("error[description]", FAILED.into()),
        ("error[source]", "customer".into()),
        ("error[step]", "payment_authorization".into()),
        ("error[reason]", "payment_failed".into()),
        ("error[metadata]", metadata),
    ]
}
