//! A device is signed in.

use crate::model::Platform;
use crate::{queries, rows, rules};
use facts::DeviceId;
use facts::mobile::DeviceSignedIn;
use identity::{Limit, Proven};
use store::{Command, Result, Tx};

/// Signs somebody in on a device, where they have proved who they are.
pub(crate) struct SignInDevice {
    pub proven: Proven,
    pub name: String,
    pub platform: Platform,
    pub app_version: String,
    /// The hash of the first refresh token of its family.
    pub refresh_hash: String,
}

impl Command for SignInDevice {
    const NAME: &'static str = "sign_in_device";
    type Out = DeviceId;

    async fn run(&self, tx: &mut Tx) -> Result<DeviceId> {
        let plan = identity::lock_plan(tx).await?;
        identity::admit(tx, &self.proven).await?;
        plan.room(Limit::Devices, queries::signed_in(tx, tx.now()).await?)?;
        let (id, user): (DeviceId, _) = (tx.id(), self.proven.user);
        let device = rows::NewDevice { id, user, name: &self.name, platform: self.platform, app_version: &self.app_version };
        rows::insert_device(tx, &device).await?;
        let expires_at = tx.now().after(rules::REFRESH);
        rows::insert_refresh_token(tx, id, &self.refresh_hash, expires_at).await?;
        let signed_in = DeviceSignedIn { device_id: id, user_id: user, name: self.name.clone(), platform: self.platform.to_string() };
        tx.state(signed_in).await?;
        Ok(id)
    }
}
