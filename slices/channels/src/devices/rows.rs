//! The table of devices.

use super::Device;
use facts::push::PushDeviceGone;
use facts::{ContactId, PushDeviceId};
use store::{Look, Result, Tx, many, params, sql};
use web::Cursor;

/// A statement that gives whole [`Device`]s.
macro_rules! devices {
    ($rest:expr) => {
        sql!(concat!("SELECT id, contact_id, kind, endpoint, p256dh, auth, created_at FROM push_devices ", $rest))
    };
}

pub(super) async fn find(look: &mut impl Look, id: PushDeviceId) -> Result<Option<Device>> {
    look.maybe(devices!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}

/// The devices of these people, the oldest first.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn of_contacts(look: &mut impl Look, contacts: &[ContactId]) -> Result<Vec<Device>> {
    let mut found: Vec<Device> =
        look.all_in(devices!(concat!("WHERE tenant_id = $1 AND contact_id IN (", many!(), ")")), contacts, &[]).await?;
    found.sort_by_key(|device| (device.created_at, device.id));
    Ok(found)
}

/// Devices after a place in the list, newest first.
pub(super) async fn list(look: &mut impl Look, contact: Option<ContactId>, after: Cursor, limit: i64) -> Result<Vec<Device>> {
    look.all(
        devices!(
            "WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) AND (contact_id = $4 OR $4 IS NULL)
             ORDER BY created_at DESC, id DESC LIMIT $5"
        ),
        params![look.tenant(), after.at, after.id, contact, limit],
    )
    .await
}

/// Keeps a device, or says anew whose it is and what it is written to with; gives its id and whether it is new.
pub(super) async fn keep(tx: &mut Tx, device: &Device) -> Result<(PushDeviceId, bool)> {
    let id: PushDeviceId = tx
        .one(
            sql!(
                "INSERT INTO push_devices (tenant_id, id, contact_id, kind, endpoint, p256dh, auth, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (tenant_id, kind, endpoint) DO UPDATE SET contact_id = COALESCE(EXCLUDED.contact_id, push_devices.contact_id),
                    p256dh = EXCLUDED.p256dh, auth = EXCLUDED.auth
                 RETURNING id"
            ),
            params![
                tx.tenant(),
                device.id,
                device.contact_id,
                device.kind.as_str(),
                &device.endpoint,
                device.p256dh.as_deref(),
                device.auth.as_deref(),
                device.created_at
            ],
        )
        .await?;
    Ok((id, id == device.id))
}

/// Writes to a device no more: it was taken back, or its provider knows it no longer. Tells whether it was there.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn forget(tx: &mut Tx, id: PushDeviceId) -> Result<bool> {
    let gone = tx.exec(sql!("DELETE FROM push_devices WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id]).await?;
    if gone == 1 {
        tx.state(PushDeviceGone { push_device_id: id }).await?;
    }
    Ok(gone == 1)
}

/// Writes no more to any device of somebody who was erased.
pub(crate) async fn forget_all(tx: &mut Tx, contact: ContactId) -> Result<()> {
    let gone: Vec<PushDeviceId> = tx
        .all(sql!("DELETE FROM push_devices WHERE tenant_id = $1 AND contact_id = $2 RETURNING id"), params![tx.tenant(), contact])
        .await?;
    tx.state_all(gone.into_iter().map(|push_device_id| PushDeviceGone { push_device_id })).await?;
    Ok(())
}
