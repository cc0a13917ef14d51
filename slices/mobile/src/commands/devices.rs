//! Devices are seen, reached, and signed out.

use crate::model::PushKind;
use crate::rows;
use facts::mobile::DeviceEnded;
use facts::{DeviceId, Id, TenantId, UserId};
use store::secret::{Column, Vault, sha256};
use store::{Command, Error, Result, Tx, sql};
use uuid::Uuid;

/// Signs a device out, where it is signed in.
pub(super) async fn end(tx: &mut Tx, id: DeviceId, why: &str) -> Result<()> {
    if let Some((user_id, name)) = rows::end_device(tx, id, why).await? {
        tx.state(DeviceEnded { device_id: id, user_id, name, why: why.to_owned() }).await?;
    }
    Ok(())
}

/// The device, where it is this person's.
async fn own(tx: &mut Tx, id: DeviceId, of: Option<UserId>) -> Result<rows::LockedDevice> {
    let found = rows::lock_device(tx, id).await?.filter(|device| of.is_none_or(|user| user == device.user_id));
    found.ok_or_else(|| Error::not_found("device"))
}

/// Signs a device out. Doing so twice is doing it once.
pub(crate) struct EndDevice {
    pub id: DeviceId,
    /// Whose it must be; anybody's where nothing is said.
    pub of: Option<UserId>,
    /// `signed_out` or `revoked`.
    pub why: &'static str,
}

impl Command for EndDevice {
    const NAME: &'static str = "end_device";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        own(tx, self.id, self.of).await?;
        end(tx, self.id, self.why).await
    }
}

/// Notes that a device was heard of.
pub(crate) struct DeviceSeen {
    pub id: DeviceId,
}

impl Command for DeviceSeen {
    const NAME: &'static str = "device_seen";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        rows::device_seen(tx, self.id).await
    }
}

/// The place in the vault of where a device is reached.
fn push_place(id: DeviceId) -> String {
    format!("{id}/push")
}

/// Where devices are reached, for whoever locks it with another master key.
pub(crate) static PUSH_TOKENS: Column<(TenantId, DeviceId)> = Column {
    name: "mobile_push_tokens.locked",
    page: sql!(global
        "SELECT tenant_id, device_id, locked FROM mobile_push_tokens WHERE (tenant_id, device_id) > ($1, $2)
         ORDER BY tenant_id, device_id LIMIT $3"
    ),
    put: sql!(global "UPDATE mobile_push_tokens SET locked = $3 WHERE tenant_id = $1 AND device_id = $2 AND locked = $4"),
    least: || (Id::from_uuid(Uuid::nil()), Id::from_uuid(Uuid::nil())),
    place: |(_, id)| push_place(*id),
};

/// Keeps where a device is reached while its app sleeps.
pub(crate) struct RegisterPush {
    pub id: DeviceId,
    pub of: UserId,
    pub kind: PushKind,
    /// What the push service wants to see, word for word.
    pub token: String,
    pub vault: Vault,
}

impl Command for RegisterPush {
    const NAME: &'static str = "register_push";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        if own(tx, self.id, Some(self.of)).await?.ended_at.is_some() {
            return Err(Error::conflict("device_signed_out", "This device is signed out."));
        }
        let locked = self.vault.lock(&push_place(self.id), &self.token)?;
        rows::keep_push_token(tx, self.id, self.kind, &sha256(&self.token), &locked).await
    }
}
