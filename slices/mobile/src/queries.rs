//! Looking at devices, and at what they keep.

use crate::change::Collection;
use crate::model::{Device, Platform, PushKind, Record};
use crate::rows::Row;
use crate::rules::{ACCESS, REFRESH};
use facts::{ConflictId, DeviceId, TenantId, Time, UserId};
use serde::Deserialize;
use serde_json::Value;
use store::{Db, Json, Look, Result, params, sql};
use uuid::Uuid;
use web::Cursor;

/// What the gate must know of a device.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Standing {
    pub user_id: UserId,
    pub last_seen_at: Time,
    pub ended_at: Option<Time>,
}

pub(crate) async fn standing(look: &mut impl Look, id: DeviceId) -> Result<Option<Standing>> {
    look.maybe(
        sql!("SELECT user_id, last_seen_at, ended_at FROM mobile_devices WHERE tenant_id = $1 AND id = $2"),
        params![look.tenant(), id],
    )
    .await
}

/// Devices that can still come back: those that were not signed out, and were here within the life of a refresh token.
pub(crate) async fn signed_in(look: &mut impl Look, now: Time) -> Result<i64> {
    look.one(
        sql!("SELECT COUNT(*) FROM mobile_devices WHERE tenant_id = $1 AND ended_at IS NULL AND last_seen_at > $2"),
        params![look.tenant(), now.before(REFRESH + ACCESS)],
    )
    .await
}

/// Whose a refresh token is: the only thing asked before its tenant is known.
pub(crate) async fn refresh_token(db: &Db, hash: &str) -> Result<Option<(TenantId, DeviceId)>> {
    // Where it was written: a token that was just given may not have reached a replica.
    let mut look = db.read_main(facts::Id::from_uuid(Uuid::nil()));
    look.maybe(sql!(global "SELECT tenant_id, device_id FROM mobile_refresh_tokens WHERE token_hash = $1"), params![hash]).await
}

#[derive(Debug, Deserialize)]
struct DeviceRow {
    id: DeviceId,
    user_id: UserId,
    name: String,
    platform: Platform,
    app_version: String,
    created_at: Time,
    last_seen_at: Time,
    ended_at: Option<Time>,
    ended_why: Option<String>,
    push: Option<PushKind>,
}

/// A person's devices, or everybody's, newest first.
pub(crate) async fn devices(look: &mut impl Look, of: Option<UserId>, cursor: Cursor, limit: i64) -> Result<Vec<Device>> {
    let rows: Vec<DeviceRow> = match of {
        Some(user) => {
            look.all(
                sql!(
                    "SELECT d.id, d.user_id, d.name, d.platform, d.app_version, d.created_at, d.last_seen_at, d.ended_at, d.ended_why,
                        p.kind AS push
                     FROM mobile_devices d LEFT JOIN mobile_push_tokens p ON p.tenant_id = d.tenant_id AND p.device_id = d.id
                     WHERE d.tenant_id = $1 AND d.user_id = $2 AND (d.created_at, d.id) < ($3, $4)
                     ORDER BY d.created_at DESC, d.id DESC LIMIT $5"
                ),
                params![look.tenant(), user, cursor.at, cursor.id, limit],
            )
            .await?
        }
        None => {
            look.all(
                sql!(
                    "SELECT d.id, d.user_id, d.name, d.platform, d.app_version, d.created_at, d.last_seen_at, d.ended_at, d.ended_why,
                        p.kind AS push
                     FROM mobile_devices d LEFT JOIN mobile_push_tokens p ON p.tenant_id = d.tenant_id AND p.device_id = d.id
                     WHERE d.tenant_id = $1 AND (d.created_at, d.id) < ($2, $3)
                     ORDER BY d.created_at DESC, d.id DESC LIMIT $4"
                ),
                params![look.tenant(), cursor.at, cursor.id, limit],
            )
            .await?
        }
    };
    let mut devices = Vec::with_capacity(rows.len());
    for row in rows {
        devices.push(named(look, row).await?);
    }
    Ok(devices)
}

/// One device, of this person where one is given.
pub(crate) async fn device(look: &mut impl Look, id: DeviceId) -> Result<Option<Device>> {
    let found: Option<DeviceRow> = look
        .maybe(
            sql!(
                "SELECT d.id, d.user_id, d.name, d.platform, d.app_version, d.created_at, d.last_seen_at, d.ended_at, d.ended_why,
                    p.kind AS push
                 FROM mobile_devices d LEFT JOIN mobile_push_tokens p ON p.tenant_id = d.tenant_id AND p.device_id = d.id
                 WHERE d.tenant_id = $1 AND d.id = $2"
            ),
            params![look.tenant(), id],
        )
        .await?;
    match found {
        Some(row) => Ok(Some(named(look, row).await?)),
        None => Ok(None),
    }
}

async fn named(look: &mut impl Look, row: DeviceRow) -> Result<Device> {
    let DeviceRow { id, user_id, name, platform, app_version, created_at, last_seen_at, ended_at, ended_why, push } = row;
    let user_name = identity::member(look, user_id).await?.map(|member| member.name);
    Ok(Device { id, user_id, user_name, name, platform, app_version, created_at, last_seen_at, ended_at, ended_why, push })
}

/// A record as it is now; a contact as its own slice has it.
pub(crate) async fn record(look: &mut impl Look, collection: Collection, id: Uuid) -> Result<Option<Record>> {
    if collection == Collection::Contacts {
        return crate::people::find(look, id).await;
    }
    let row: Option<Row> = look
        .maybe(
            sql!("SELECT version, body, changed_at FROM mobile_records WHERE tenant_id = $1 AND collection = $2 AND id = $3"),
            params![look.tenant(), collection.as_str(), id],
        )
        .await?;
    Ok(row.map(|row| row.record(collection, id)))
}

impl Row {
    /// The same, as devices see it.
    pub(crate) fn record(self, collection: Collection, id: Uuid) -> Record {
        let body = self.body.map(|body| body.0);
        let (version, changed_at) = (self.version, self.changed_at);
        Record { collection: collection.to_string(), id: collection.id(id), version, deleted: body.is_none(), body, changed_at }
    }
}

/// A prompt in a list.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct PromptRow {
    pub id: facts::RecordId,
    pub version: i64,
    pub body: Json<Value>,
    pub created_at: Time,
    pub changed_at: Time,
}

/// The tenant's prompts, newest first.
pub(crate) async fn prompts(look: &mut impl Look, cursor: Cursor, limit: i64) -> Result<Vec<PromptRow>> {
    look.all(
        sql!(
            "SELECT id, version, body, created_at, changed_at FROM mobile_records
             WHERE tenant_id = $1 AND collection = 'prompts' AND NOT deleted AND (created_at, id) < ($2, $3)
             ORDER BY created_at DESC, id DESC LIMIT $4"
        ),
        params![look.tenant(), cursor.at, cursor.id, limit],
    )
    .await
}

/// A device's version that waits for a person.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Conflict {
    pub id: ConflictId,
    pub collection: Collection,
    pub record_id: Uuid,
    pub body: Option<Json<Value>>,
    pub user_id: Option<UserId>,
    pub created_at: Time,
}

/// The conflicts that wait, oldest first.
pub(crate) async fn conflicts(look: &mut impl Look, limit: i64) -> Result<Vec<Conflict>> {
    look.all(
        sql!(
            "SELECT id, collection, record_id, body, user_id, created_at FROM mobile_conflicts
             WHERE tenant_id = $1 AND settled_at IS NULL ORDER BY created_at, id LIMIT $2"
        ),
        params![look.tenant(), limit],
    )
    .await
}

/// What a conflict is about.
pub(crate) async fn conflict_of(look: &mut impl Look, id: ConflictId) -> Result<Option<Collection>> {
    look.maybe(sql!("SELECT collection FROM mobile_conflicts WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}
