//! The buyer's browser comes back, the webhooks arrive five times, and the janitor asks, all at the same instant.

use super::{Stage, Unpaid, until};
use crate::api::Api;
use crate::chance::Chance;
use crate::shop;
use anyhow::{Result, ensure};
use futures::future::{join, join_all};
use sim::Method;
use std::time::{Duration, Instant};

/// Orders that this is done with, one beside the other.
const ORDERS: u64 = 8;
/// When the janitor asks, in seconds after the order; the others come at that moment too.
const JANITOR: u64 = 2;

pub(super) async fn play(stage: &mut Stage<'_>) -> Result<()> {
    stage.janitor_asks_at(&[JANITOR, JANITOR + 1, JANITOR + 2]).await?;
    // Only the events that are delivered by hand below, at their moment.
    stage.street.sim.razorpay().webhooks_off();
    let mut orders = Vec::new();
    for _ in 0..ORDERS {
        let placed_at = Instant::now();
        orders.push((stage.order().await?, placed_at));
    }
    let all = orders.iter().enumerate().map(|(number, (order, at))| {
        let chance = Chance::of(0, "at once", number as u64);
        pay_from_all_sides(stage, order, *at + Duration::from_secs(JANITOR), chance)
    });
    for paid in join_all(all).await {
        paid?;
    }
    for (order, _) in &orders {
        until("the order is paid", Duration::from_secs(15), || async { Ok(stage.state(order).await? == "paid") }).await?;
        until("its messages are there", Duration::from_secs(15), || async {
            Ok(stage.taken(&order.person) > 0 && !stage.street.sim.mailboxes().mails_to(&order.person.email).is_empty())
        })
        .await?;
    }
    tokio::time::sleep(Duration::from_secs(JANITOR)).await;
    for (order, _) in &orders {
        stage.is_paid_once(order).await?;
    }
    Ok(())
}

async fn pay_from_all_sides(stage: &Stage<'_>, order: &Unpaid, moment: Instant, mut chance: Chance) -> Result<()> {
    let (street, razorpay) = (stage.street, stage.street.sim.razorpay());
    let payment = razorpay.pay(&order.provider_id, Method::Upi)?;
    let signature = razorpay.signature(&order.provider_id, &payment);
    let captured = razorpay.webhook("payment.captured", &payment)?;
    let mut events = vec![captured.clone(), captured, razorpay.webhook("payment.captured", &payment)?];
    events.push(razorpay.webhook("payment.authorized", &payment)?);
    events.push(razorpay.webhook("order.paid", &payment)?);
    let delays: Vec<Duration> = events.iter().map(|_| chance.millis(0, 60)).collect();
    tokio::time::sleep_until(moment.into()).await;
    let webhooks = join_all(events.iter().zip(delays).map(|(event, delay)| async move {
        tokio::time::sleep(delay).await;
        razorpay.deliver(event).await
    }));
    let back = Api::once(shop::browser_return(&street.api, &order.provider_id, &payment, &signature));
    let (statuses, back) = join(webhooks, back).await;
    ensure!(statuses.iter().all(|status| status.is_some_and(|status| status < 300)), "webhooks were answered {statuses:?}");
    ensure!(back.as_ref().is_some_and(|answer| answer.status < 400), "the return was answered {back:?}");
    Ok(())
}
