//! The buyer's browser comes back from Razorpay's checkout.

use crate::checkout::page;
use crate::commands::{AskAboutSubscription, AskNow};
use crate::model::{Intent, IntentState, LearntBy};
use crate::provider::Provider;
use crate::queries;
use crate::razorpay::{LinkReturn, link_is_genuine, return_is_genuine, subscription_is_genuine};
use crate::wait::until;
use crate::world::World;
use axum::extract::State;
use axum::response::Redirect;
use facts::payments::Payable;
use serde::Deserialize;
use std::time::Duration;
use store::{Error, Kind, Result, Who};
use web::{Answer, App, Asked, Form, Query, Shop};

/// How long a buyer waits for the provider's word before the page that follows says that it is on its way.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);

/// What the browser brings: the three signed fields of a success, or the error of a failure.
#[derive(Debug, Deserialize)]
pub(super) struct Brought {
    razorpay_payment_id: Option<String>,
    razorpay_order_id: Option<String>,
    razorpay_subscription_id: Option<String>,
    razorpay_signature: Option<String>,
    razorpay_payment_link_id: Option<String>,
    #[serde(default)]
    razorpay_payment_link_reference_id: String,
    #[serde(default)]
    razorpay_payment_link_status: String,
    #[serde(rename = "error[metadata]")]
    error_metadata: Option<String>,
}

/// What the error of a failure says of its order.
#[derive(Debug, Deserialize)]
struct Metadata {
    order_id: String,
}

pub(super) async fn by_link(app: State<App>, shop: Shop, asked: Asked, Query(brought): Query<Brought>) -> Answer<Redirect> {
    Ok(receive(&app, &shop, asked, brought).await?)
}

pub(super) async fn by_form(app: State<App>, shop: Shop, asked: Asked, Form(brought): Form<Brought>) -> Answer<Redirect> {
    Ok(receive(&app, &shop, asked, brought).await?)
}

/// A buyer who has agreed to a subscription that Razorpay runs. The signature proves who speaks, so the provider is asked for the rest.
async fn subscribed(app: &App, shop: &Shop, asked: Asked, theirs: &str, brought: &Brought) -> Result<Redirect> {
    let (Some(payment), Some(signature)) = (&brought.razorpay_payment_id, &brought.razorpay_signature) else { return Err(forged()) };
    let keys = app.extra::<World>()?.keys(shop.tenant).await?.ok_or_else(forged)?;
    if !subscription_is_genuine(&keys, theirs, payment, signature) {
        return Err(forged());
    }
    let ask = AskAboutSubscription { provider: Provider::Razorpay, theirs: theirs.to_owned() };
    app.db.run(&asked.by(Who::visitor(shop.tenant)), ask).await?;
    Ok(Redirect::to(&format!("{}/?payment=made", shop.base)))
}

async fn receive(app: &App, shop: &Shop, asked: Asked, brought: Brought) -> Result<Redirect> {
    if let Some(theirs) = &brought.razorpay_subscription_id {
        return subscribed(app, shop, asked, theirs, &brought).await;
    }
    let opened = brought.razorpay_payment_link_id.as_ref().or(brought.razorpay_order_id.as_ref());
    let (Some(payment), Some(opened), Some(signature)) = (&brought.razorpay_payment_id, opened, &brought.razorpay_signature) else {
        return failed(app, shop, &brought).await;
    };
    let intent = queries::intent_by_provider_order(&mut app.db.read_main(shop.tenant), opened).await?.ok_or_else(forged)?;
    let world = app.extra::<World>()?;
    let keys = world.keys(shop.tenant).await?.ok_or_else(forged)?;
    // Over the id as we stored it, never over the one that was brought.
    let stored = intent.provider_order_id.as_deref().unwrap_or_default();
    let genuine = if brought.razorpay_payment_link_id.is_some() {
        let back = LinkReturn {
            link_id: stored,
            reference_id: &brought.razorpay_payment_link_reference_id,
            status: &brought.razorpay_payment_link_status,
            payment_id: payment,
        };
        link_is_genuine(&keys, &back, signature)
    } else {
        return_is_genuine(&keys, stored, payment, signature)
    };
    if !genuine {
        return Err(forged());
    }
    if intent.state != IntentState::Paid {
        // The signature proves who speaks, not that the money was captured: that the provider has to say itself.
        let who = asked.by(Who::visitor(shop.tenant));
        app.db.run(&who, AskNow { intent_id: intent.id, learnt_by: LearntBy::Return }).await?;
        until(&app.db, shop.tenant, intent.payable(), PATIENCE, |intent| intent.state == IntentState::Paid).await?;
    }
    Ok(arrived(shop, &intent))
}

/// Where a buyer goes who has paid.
pub(super) fn arrived(shop: &Shop, intent: &Intent) -> Redirect {
    match intent.payable() {
        Payable::Order(order) => Redirect::to(&format!("{}/success?order={order}", shop.base)),
        invoice => Redirect::to(&format!("{}{}?payment=made", shop.base, page(invoice))),
    }
}

/// A payment that did not succeed: nothing of this is signed, so nothing is believed, and the buyer may try again.
async fn failed(app: &App, shop: &Shop, brought: &Brought) -> Result<Redirect> {
    let metadata: Option<Metadata> = brought.error_metadata.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let metadata = metadata.ok_or_else(|| Error::invalid("return_incomplete", "The payment page did not say what was paid."))?;
    let intent: Option<Intent> = queries::intent_by_provider_order(&mut app.db.read_main(shop.tenant), &metadata.order_id).await?;
    let intent = intent.ok_or_else(|| Error::not_found("payment"))?;
    Ok(Redirect::to(&format!("{}{}?payment=failed", shop.base, page(intent.payable()))))
}

fn forged() -> Error {
    Error::new(
        Kind::Forbidden,
        "signature",
        "This return from the payment page is not signed as it should be. If you have paid, it will show within minutes.",
    )
}
