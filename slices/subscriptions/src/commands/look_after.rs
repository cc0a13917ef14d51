//! What time does with a subscription, and a person with one that waits for them.

use crate::held::Held;
use crate::model::Subscription;
use facts::SubscriptionId;
use serde::{Deserialize, Serialize};
use store::{Command, Error, Result, Timer, Tx};

/// Rings when time asks for something.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LookAfterSubscription {
    /// The subscription.
    pub subscription_id: SubscriptionId,
}

impl Timer for LookAfterSubscription {
    const NAME: &'static str = "look_after_subscription";

    fn key(&self) -> String {
        self.subscription_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let held = Held::lock(tx, self.subscription_id).await?;
        held.settle(tx).await.map(drop)
    }
}

/// Lets a subscription go on that was waiting for a person.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LetGoOn {
    /// The subscription.
    pub id: SubscriptionId,
}

impl Command for LetGoOn {
    const NAME: &'static str = "let_subscription_go_on";
    type Out = Subscription;

    async fn run(&self, tx: &mut Tx) -> Result<Subscription> {
        let mut held = Held::lock(tx, self.id).await?;
        if held.sub.parked.take().is_none() {
            return Err(Error::conflict("not_parked", "This subscription waits for nobody."));
        }
        held.settle(tx).await
    }
}
