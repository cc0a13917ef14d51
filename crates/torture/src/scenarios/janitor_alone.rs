//! Every webhook is lost and no browser comes back: the janitor asks, and settles every payment.

use super::{Stage, until};
use anyhow::Result;
use sim::Method;
use std::time::Duration;

const ORDERS: u64 = 10;

pub(super) async fn play(stage: &mut Stage<'_>) -> Result<()> {
    stage.janitor_asks_at(&[2, 3, 4, 5, 6]).await?;
    stage.street.sim.razorpay().webhooks_off();
    let mut orders = Vec::new();
    for _ in 0..ORDERS {
        let order = stage.order().await?;
        stage.street.sim.razorpay().pay(&order.provider_id, Method::Card)?;
        orders.push(order);
    }
    for order in &orders {
        until("the order is paid", Duration::from_secs(20), || async { Ok(stage.state(order).await? == "paid") }).await?;
        until("its messages are there", Duration::from_secs(15), || async {
            Ok(stage.taken(&order.person) > 0 && !stage.street.sim.mailboxes().mails_to(&order.person.email).is_empty())
        })
        .await?;
        stage.is_paid_once(order).await?;
    }
    Ok(())
}
