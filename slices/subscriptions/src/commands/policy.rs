//! Saying how those who do not pay are dealt with.

use crate::model::Policy;
use crate::queries::{self, POLICY};
use facts::Change;
use facts::settings::SettingsChanged;
use serde_json::json;
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
        settings::put(tx, POLICY, &self.0).await?;
        let changes = Change::between(&json!(before), &json!(self.0));
        if !changes.is_empty() {
            tx.state(SettingsChanged { names: vec![POLICY.to_owned()], changes }).await?;
        }
        Ok(self.0)
    }
}
