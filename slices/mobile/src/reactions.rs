//! What devices do because of facts: they go with their owner's password, and with their membership.

use crate::rows;
use async_trait::async_trait;
use facts::identity::{MemberChanged, PasswordChanged};
use facts::mobile::DeviceEnded;
use facts::{Fact, UserId};
use store::{Reaction, Result, Stated, Tx};

/// Signs out the devices of whoever got another password, wherever, or left the tenant. What a device may is read from its
/// owner's membership in any case; this keeps it from coming back.
pub struct EndDevicesOfPerson;

#[async_trait]
impl Reaction for EndDevicesOfPerson {
    fn name(&self) -> &'static str {
        "end_devices_of_person"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[PasswordChanged::KIND, MemberChanged::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        if let Some(changed) = fact.read::<PasswordChanged>()? {
            end_here(tx, changed.user_id, fact, "password_changed").await?;
            return rows::end_devices_elsewhere(tx, changed.user_id, fact.at, "password_changed").await;
        }
        match fact.read::<MemberChanged>()?.filter(|changed| changed.role.is_none()) {
            Some(left) => end_here(tx, left.user_id, fact, "member_left").await,
            None => Ok(()),
        }
    }
}

/// Those that were signed in by then: one that was signed in since, with the new password, stays.
async fn end_here(tx: &mut Tx, user_id: UserId, fact: &Stated, why: &str) -> Result<()> {
    let ended = rows::end_devices_of(tx, user_id, fact.at, why).await?;
    let facts = ended.into_iter().map(|device| DeviceEnded { device_id: device.id, user_id, name: device.name, why: why.to_owned() });
    tx.state_all(facts).await?;
    Ok(())
}
