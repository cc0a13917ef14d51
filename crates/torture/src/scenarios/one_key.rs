//! 100 parallel requests to order with one key, and then another body under that key.

use super::Stage;
use crate::api::Api;
use crate::shop::{COUPON, PRODUCTS, Purchase};
use anyhow::{Context, Result, ensure};
use futures::future::join_all;
use serde_json::json;
use std::collections::HashSet;

pub(super) async fn play(stage: &mut Stage<'_>) -> Result<()> {
    let street = stage.street;
    let person = stage.person();
    let mut purchase = Purchase::of(PRODUCTS[1], true, "one-key".to_owned(), &person);
    let orders_before = street.sim.razorpay().orders().len();
    let used_before = coupon_uses(stage).await?;

    let answers = join_all((0..100).map(|_| Api::once(purchase.request(&street.api)))).await;
    let mut bodies = HashSet::new();
    for answer in answers {
        let answer = answer.context("a request was not answered")?;
        ensure!(answer.is_ok() || answer.status == 409, "{} {}", answer.status, answer.body);
        if answer.is_ok() {
            bodies.insert(answer.body.to_string());
        }
    }
    ensure!(bodies.len() == 1, "{} different answers: {bodies:?}", bodies.len());

    let made = street.sim.razorpay().orders().len() - orders_before;
    ensure!(made == 1, "{made} orders at the provider");
    let digits = person.phone.trim_start_matches('+');
    let placed = street.api.all(&format!("/api/v1/orders?q={digits}")).await?.len();
    ensure!(placed == 1, "{placed} orders");
    let used = coupon_uses(stage).await? - used_before;
    ensure!(used == 1, "{used} uses of the coupon");

    purchase.body["product"] = json!(PRODUCTS[0].slug);
    purchase.body["amount"] = json!(PRODUCTS[0].rupees);
    let other = Api::once(purchase.request(&street.api)).await.context("another body was not answered")?;
    ensure!(other.status == 422, "another body under the key is answered {} {}", other.status, other.body);
    Ok(())
}

async fn coupon_uses(stage: &Stage<'_>) -> Result<i64> {
    let coupons = stage.street.api.all("/api/v1/coupons?limit=200").await?;
    let coupon = coupons.iter().find(|coupon| coupon["code"] == COUPON.0).context("the demo shop has no coupon")?;
    coupon["used"].as_i64().context("a coupon without its uses")
}
