//! Saying how those who do not pay are dealt with.

use crate::model::Policy;
use crate::queries::{self, POLICY};
use store::{Command, Error, Result, Tx};

/// Days of grace that can be chosen.
pub(crate) const GRACE: [i64; 5] = [0, 2, 7, 14, 21];

/// Puts the tenant's policy. Subscriptions keep to it from their next step on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PutPolicy(pub Policy);

impl Command for PutPolicy {
    const NAME: &'static str = "put_subscription_policy";
    type Out = Policy;

    async fn run(&self, tx: &mut Tx) -> Result<Policy> {
        if !GRACE.contains(&self.0.grace_days) {
            return Err(Error::field("grace_days", "0, 2, 7, 14 or 21"));
        }
        if !(1..=720).contains(&self.0.first_hours) {
            return Err(Error::field("first_hours", "1 to 720"));
        }
        let before = queries::policy(tx).await?;
        settings::replace(tx, POLICY, &before, &self.0).await?;
        Ok(self.0)
    }
}
