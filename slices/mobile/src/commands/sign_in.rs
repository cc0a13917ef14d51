//! A device is signed in.

use crate::model::Platform;
use crate::{rows, rules};
use facts::DeviceId;
use facts::mobile::DeviceSignedIn;
use identity::Proven;
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
        identity::admit(tx, &self.proven).await?;
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
