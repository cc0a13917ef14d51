//! Writing devices, their tokens, and what they keep.

use crate::change::{Change, Collection};
use crate::model::{Platform, PushKind};
use crate::rules::State;
use facts::{ConflictId, DeviceId, TenantId, Time, UserId};
use serde::Deserialize;
use serde_json::Value;
use store::{Actor, Json, Look, Result, Tx, params, sql};
use uuid::Uuid;

/// A device about to be signed in.
pub(crate) struct NewDevice<'a> {
    pub id: DeviceId,
    pub user: UserId,
    pub name: &'a str,
    pub platform: Platform,
    pub app_version: &'a str,
}

pub(crate) async fn insert_device(tx: &mut Tx, device: &NewDevice<'_>) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO mobile_devices (tenant_id, id, user_id, name, platform, app_version, created_at, last_seen_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7)"
        ),
        params![tx.tenant(), device.id, device.user, device.name, device.platform.as_str(), device.app_version, tx.now()],
    )
    .await
}

/// What changing a device must know of it.
#[derive(Deserialize)]
pub(crate) struct LockedDevice {
    pub user_id: UserId,
    pub ended_at: Option<Time>,
}

/// Keeps others from refreshing or ending the device until the commit.
pub(crate) async fn lock_device(tx: &mut Tx, id: DeviceId) -> Result<Option<LockedDevice>> {
    tx.maybe(sql!("SELECT user_id, ended_at FROM mobile_devices WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id])
        .await
}

pub(crate) async fn device_seen(tx: &mut Tx, id: DeviceId) -> Result<()> {
    tx.put(sql!("UPDATE mobile_devices SET last_seen_at = $3 WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id, tx.now()]).await
}

/// Signs a device out, with all that it could come back by; whose it is and what it is called, unless it was out before.
pub(crate) async fn end_device(tx: &mut Tx, id: DeviceId, why: &str) -> Result<Option<(UserId, String)>> {
    let ended = tx
        .maybe(
            sql!(
                "UPDATE mobile_devices SET ended_at = $3, ended_why = $4 WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL
                 RETURNING user_id, name"
            ),
            params![tx.tenant(), id, tx.now(), why],
        )
        .await?;
    forget_tokens(tx, tx.tenant(), id).await?;
    Ok(ended)
}

/// Takes away what a device could come back by, and where it is reached.
async fn forget_tokens(tx: &mut Tx, tenant: TenantId, id: DeviceId) -> Result<()> {
    tx.put(sql!(global "DELETE FROM mobile_refresh_tokens WHERE tenant_id = $1 AND device_id = $2"), params![tenant, id]).await?;
    tx.put(sql!(global "DELETE FROM mobile_push_tokens WHERE tenant_id = $1 AND device_id = $2"), params![tenant, id]).await
}

/// A refresh token, by its hash.
#[derive(Deserialize)]
pub(crate) struct RefreshToken {
    pub device_id: DeviceId,
    pub expires_at: Time,
    pub used_at: Option<Time>,
    pub successor_hash: Option<String>,
}

pub(crate) async fn refresh_token(tx: &mut Tx, hash: &str) -> Result<Option<RefreshToken>> {
    tx.maybe(
        sql!("SELECT device_id, expires_at, used_at, successor_hash FROM mobile_refresh_tokens WHERE tenant_id = $1 AND token_hash = $2"),
        params![tx.tenant(), hash],
    )
    .await
}

pub(crate) async fn insert_refresh_token(tx: &mut Tx, device: DeviceId, hash: &str, expires_at: Time) -> Result<()> {
    tx.put(
        sql!("INSERT INTO mobile_refresh_tokens (tenant_id, token_hash, device_id, expires_at) VALUES ($1, $2, $3, $4)"),
        params![tx.tenant(), hash, device, expires_at],
    )
    .await
}

/// Uses a refresh token up; `false` when it was used before. Those of the device that are over go.
pub(crate) async fn use_refresh_token(tx: &mut Tx, device: DeviceId, hash: &str, successor: &str) -> Result<bool> {
    let used = tx
        .exec(
            sql!(
                "UPDATE mobile_refresh_tokens SET used_at = $3, successor_hash = $4
                 WHERE tenant_id = $1 AND token_hash = $2 AND used_at IS NULL"
            ),
            params![tx.tenant(), hash, tx.now(), successor],
        )
        .await?;
    tx.put(
        sql!("DELETE FROM mobile_refresh_tokens WHERE tenant_id = $1 AND device_id = $2 AND expires_at <= $3"),
        params![tx.tenant(), device, tx.now()],
    )
    .await?;
    Ok(used == 1)
}

/// Keeps where a device is reached. A token that was another's, in whichever tenant, is this one's from now on: the phone
/// is the same.
pub(crate) async fn keep_push_token(tx: &mut Tx, device: DeviceId, kind: PushKind, hash: &str, locked: &[u8]) -> Result<()> {
    tx.put(sql!("DELETE FROM mobile_push_tokens WHERE tenant_id = $1 AND device_id = $2"), params![tx.tenant(), device]).await?;
    tx.put(
        sql!(global
            "INSERT INTO mobile_push_tokens (tenant_id, device_id, kind, token_hash, locked, registered_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (token_hash) DO UPDATE SET tenant_id = $1, device_id = $2, kind = $3, locked = $5, registered_at = $6"
        ),
        params![tx.tenant(), device, kind.as_str(), hash, locked, tx.now()],
    )
    .await
}

/// Claims a change for this transaction: `None` when it is new, else the hash of what it said and the answer that it got.
pub(crate) async fn claim_change(tx: &mut Tx, change: &Change) -> Result<Option<(String, Option<Json<Value>>)>> {
    let claimed = tx
        .exec(
            sql!(
                "INSERT INTO mobile_changes (tenant_id, change_id, hash, taken_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (tenant_id, change_id) DO NOTHING"
            ),
            params![tx.tenant(), &change.change_id, &change.hash, tx.now()],
        )
        .await?;
    if claimed == 1 {
        return Ok(None);
    }
    let known = sql!("SELECT hash, answer FROM mobile_changes WHERE tenant_id = $1 AND change_id = $2");
    tx.one(known, params![tx.tenant(), &change.change_id]).await.map(Some)
}

/// Forgets some of the changes that were taken by then: more than come in at once, so that they do not add up.
pub(crate) async fn forget_changes(tx: &mut Tx, by: Time) -> Result<()> {
    tx.put(
        sql!(
            "DELETE FROM mobile_changes WHERE tenant_id = $1 AND change_id IN
               (SELECT change_id FROM mobile_changes WHERE tenant_id = $1 AND taken_at <= $2 ORDER BY taken_at LIMIT 1000)"
        ),
        params![tx.tenant(), by],
    )
    .await
}

pub(crate) async fn keep_answer(tx: &mut Tx, change_id: &str, answer: Value) -> Result<()> {
    tx.put(sql!("UPDATE mobile_changes SET answer = $3 WHERE tenant_id = $1 AND change_id = $2"), params![tx.tenant(), change_id, answer])
        .await
}

/// A record of ours, as it is now.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Row {
    pub version: i64,
    pub body: Option<Json<Value>>,
    pub changed_at: Time,
}

/// The record, kept from others until the commit.
pub(crate) async fn lock_record(tx: &mut Tx, collection: Collection, id: Uuid) -> Result<Option<Row>> {
    tx.maybe(
        sql!(
            "SELECT version, body, changed_at FROM mobile_records
             WHERE tenant_id = $1 AND collection = $2 AND id = $3 FOR UPDATE"
        ),
        params![tx.tenant(), collection.as_str(), id],
    )
    .await
}

/// Writes a version of a record over the one before it; `false` when another was there first.
pub(crate) async fn write_record(tx: &mut Tx, collection: Collection, id: Uuid, version: i64, state: &State) -> Result<bool> {
    let (tenant, now, deleted) = (tx.tenant(), tx.now(), state.body.is_none());
    let written = if version == 1 {
        tx.exec(
            sql!(
                "INSERT INTO mobile_records (tenant_id, collection, id, version, body, deleted, created_at, changed_at)
                 VALUES ($1, $2, $3, 1, $4, $5, $6, $6) ON CONFLICT (tenant_id, collection, id) DO NOTHING"
            ),
            params![tenant, collection.as_str(), id, state.body.as_ref(), deleted, now],
        )
        .await?
    } else {
        tx.exec(
            sql!(
                "UPDATE mobile_records SET version = $4, body = $5, deleted = $6, changed_at = $7
                 WHERE tenant_id = $1 AND collection = $2 AND id = $3 AND version = $4 - 1"
            ),
            params![tenant, collection.as_str(), id, version, state.body.as_ref(), deleted, now],
        )
        .await?
    };
    Ok(written == 1)
}

/// Keeps a device's version for a person to settle.
pub(crate) async fn insert_conflict(tx: &mut Tx, id: ConflictId, change: &Change) -> Result<()> {
    let sender = match tx.who().actor {
        Actor::Member(user) => Some(user),
        _ => None,
    };
    tx.put(
        sql!(
            "INSERT INTO mobile_conflicts (tenant_id, id, collection, record_id, base_version, body, deleted, user_id, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        params![
            tx.tenant(),
            id,
            change.collection.as_str(),
            change.id,
            change.base_version,
            change.wanted.body.as_ref(),
            change.wanted.body.is_none(),
            sender,
            tx.now()
        ],
    )
    .await
}

/// What settling a conflict must know of it.
#[derive(Debug, Deserialize)]
pub(crate) struct OpenConflict {
    pub collection: Collection,
    pub record_id: Uuid,
    pub body: Option<Json<Value>>,
}

/// Settles a conflict; `None` when it was settled before, or never was.
pub(crate) async fn settle_conflict(tx: &mut Tx, id: ConflictId, taken: bool) -> Result<Option<OpenConflict>> {
    tx.maybe(
        sql!(
            "UPDATE mobile_conflicts SET settled_at = $3, taken = $4 WHERE tenant_id = $1 AND id = $2 AND settled_at IS NULL
             RETURNING collection, record_id, body"
        ),
        params![tx.tenant(), id, tx.now(), taken],
    )
    .await
}

/// A device that ended because of something that happened to its owner.
#[derive(Debug, Deserialize)]
pub(crate) struct EndedDevice {
    pub id: DeviceId,
    pub name: String,
}

/// Signs out a person's devices in this tenant that were signed in by then.
pub(crate) async fn end_devices_of(tx: &mut Tx, user: UserId, by: Time, why: &str) -> Result<Vec<EndedDevice>> {
    let ended: Vec<EndedDevice> = tx
        .all(
            sql!(
                "UPDATE mobile_devices SET ended_at = $4, ended_why = $5
                 WHERE tenant_id = $1 AND user_id = $2 AND created_at <= $3 AND ended_at IS NULL RETURNING id, name"
            ),
            params![tx.tenant(), user, by, tx.now(), why],
        )
        .await?;
    for device in &ended {
        forget_tokens(tx, tx.tenant(), device.id).await?;
    }
    Ok(ended)
}

/// The same in every other tenant.
pub(crate) async fn end_devices_elsewhere(tx: &mut Tx, user: UserId, by: Time, why: &str) -> Result<()> {
    let ended: Vec<(TenantId, DeviceId)> = tx
        .all(
            sql!(global
                "UPDATE mobile_devices SET ended_at = $3, ended_why = $4
                 WHERE user_id = $1 AND created_at <= $2 AND ended_at IS NULL RETURNING tenant_id, id"
            ),
            params![user, by, tx.now(), why],
        )
        .await?;
    for (tenant, id) in ended {
        forget_tokens(tx, tenant, id).await?;
    }
    Ok(())
}
