//! Writing tenants, people, keys and sessions.

mod second_factor;

pub(crate) use second_factor::*;

use crate::commands::{Begun, Draft};
use crate::model::ApiKey;
use facts::{ApiKeyId, Time, UserId};
use serde::Deserialize;
use store::{Look, Result, Tx, params, sql};
use web::Role;

/// Opens the tenant of this transaction; `false` when another has its slug, or its place as the first.
pub(crate) async fn insert_tenant(tx: &mut Tx, tenant: &Draft, slug: &str, is_first: bool) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO tenants (tenant_id, name, slug, time_zone, currency, state, is_first, created_at)
                 VALUES ($1, $2, $3, $4, $5, 'active', $6, $7) ON CONFLICT DO NOTHING"
            ),
            params![tx.tenant(), &tenant.name, slug, &tenant.time_zone, tenant.currency, is_first, tx.now()],
        )
        .await?;
    Ok(inserted == 1)
}

/// Keeps others from changing the tenant or its members until the commit.
pub(crate) async fn lock_tenant(tx: &mut Tx) -> Result<()> {
    let _locked: Option<String> = tx.maybe(sql!("SELECT state FROM tenants WHERE tenant_id = $1 FOR UPDATE"), params![tx.tenant()]).await?;
    Ok(())
}

pub(crate) async fn update_tenant(tx: &mut Tx, name: &str, time_zone: &str) -> Result<()> {
    tx.put(sql!("UPDATE tenants SET name = $2, time_zone = $3 WHERE tenant_id = $1"), params![tx.tenant(), name, time_zone]).await
}

/// A person about to have an account.
pub(crate) struct NewUser<'a> {
    pub id: UserId,
    pub email: Option<&'a str>,
    pub username: &'a str,
    pub name: &'a str,
    pub password_hash: &'a str,
}

/// Makes an account; `false` when somebody has its e-mail address or user name.
pub(crate) async fn insert_user(tx: &mut Tx, user: &NewUser<'_>) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO users (id, email, username, name, password_hash, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"
            ),
            params![user.id, user.email, user.username, user.name, user.password_hash, tx.now()],
        )
        .await?;
    Ok(inserted == 1)
}

pub(crate) async fn lock_user_by_email(tx: &mut Tx, email: &str) -> Result<Option<UserId>> {
    tx.maybe(sql!(global "SELECT id FROM users WHERE email = $1 FOR UPDATE"), params![email]).await
}

/// Gives an account another password, and ends every session that the old one began, whichever tenant it is in.
pub(crate) async fn set_password(tx: &mut Tx, user: UserId, hash: &str) -> Result<()> {
    tx.put(sql!(global "UPDATE users SET password_hash = $2 WHERE id = $1"), params![user, hash]).await?;
    tx.put(sql!(global "DELETE FROM half_sign_ins WHERE user_id = $1"), params![user]).await?;
    tx.put(sql!(global "DELETE FROM sessions WHERE user_id = $1"), params![user]).await
}

/// Makes somebody a member; `false` when they are.
pub(crate) async fn insert_member(tx: &mut Tx, user: UserId, role: Role) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!("INSERT INTO members (tenant_id, user_id, role, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id, user_id) DO NOTHING"),
            params![tx.tenant(), user, role.as_str(), tx.now()],
        )
        .await?;
    Ok(inserted == 1)
}

pub(crate) async fn set_role(tx: &mut Tx, user: UserId, role: Role) -> Result<()> {
    tx.put(sql!("UPDATE members SET role = $3 WHERE tenant_id = $1 AND user_id = $2"), params![tx.tenant(), user, role.as_str()]).await
}

pub(crate) async fn delete_member(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.put(sql!("DELETE FROM members WHERE tenant_id = $1 AND user_id = $2"), params![tx.tenant(), user]).await
}

pub(crate) async fn insert_key(tx: &mut Tx, key: &ApiKey, hash: &str) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO api_keys (tenant_id, id, name, hash, prefix, role, scopes, per_hour, created_at, expires_at, mode)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        params![
            tx.tenant(),
            key.id,
            &key.name,
            hash,
            &key.prefix,
            key.role.as_str(),
            key.scopes.as_ref().map(serde_json::to_value).transpose()?,
            key.per_hour,
            key.created_at,
            key.expires_at,
            key.mode.as_str()
        ],
    )
    .await
}

/// What ending a key must know of it.
#[derive(Deserialize)]
pub(crate) struct LockedKey {
    pub name: String,
    pub hash: String,
    pub revoked_at: Option<Time>,
}

pub(crate) async fn lock_key(tx: &mut Tx, id: ApiKeyId) -> Result<Option<LockedKey>> {
    tx.maybe(sql!("SELECT name, hash, revoked_at FROM api_keys WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id])
        .await
}

/// Lets a key end at a time.
pub(crate) async fn end_key(tx: &mut Tx, id: ApiKeyId, at: Time) -> Result<()> {
    tx.put(sql!("UPDATE api_keys SET expires_at = $3 WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id, at]).await
}

pub(crate) async fn revoke_key(tx: &mut Tx, id: ApiKeyId) -> Result<()> {
    tx.put(sql!("UPDATE api_keys SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id, tx.now()]).await
}

pub(crate) async fn key_used(tx: &mut Tx, id: ApiKeyId) -> Result<()> {
    tx.put(sql!("UPDATE api_keys SET last_used_at = $3 WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id, tx.now()]).await
}

/// Whether the person is still a member and still has this password.
pub(crate) async fn may_sign_in(tx: &mut Tx, user: UserId, password_hash: &str) -> Result<bool> {
    let found: Option<String> = tx
        .maybe(
            sql!(
                "SELECT m.role FROM members m JOIN users u ON u.id = m.user_id
                 WHERE m.tenant_id = $1 AND m.user_id = $2 AND u.password_hash = $3"
            ),
            params![tx.tenant(), user, password_hash],
        )
        .await?;
    Ok(found.is_some())
}

pub(crate) async fn insert_session(tx: &mut Tx, user: UserId, begun: &Begun, expires_at: Time) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO sessions (tenant_id, token_hash, user_id, csrf, created_at, last_seen_at, expires_at, address, browser)
             VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)"
        ),
        params![tx.tenant(), &begun.token_hash, user, &begun.csrf, tx.now(), expires_at, &begun.address, &begun.browser],
    )
    .await
}

pub(crate) async fn session_seen(tx: &mut Tx, token_hash: &str) -> Result<()> {
    tx.put(
        sql!("UPDATE sessions SET last_seen_at = $3 WHERE tenant_id = $1 AND token_hash = $2"),
        params![tx.tenant(), token_hash, tx.now()],
    )
    .await
}

pub(crate) async fn delete_session(tx: &mut Tx, token_hash: &str) -> Result<()> {
    tx.put(sql!("DELETE FROM sessions WHERE tenant_id = $1 AND token_hash = $2"), params![tx.tenant(), token_hash]).await
}

/// Ends a member's sessions in the tenant and in its test data.
pub(crate) async fn delete_sessions_of(tx: &mut Tx, user: UserId) -> Result<()> {
    let sql = sql!(global
        "DELETE FROM sessions
         WHERE tenant_id IN (SELECT tenant_id FROM tenants WHERE tenant_id = $1 OR test_of = $1) AND user_id = $2"
    );
    tx.put(sql, params![tx.tenant(), user]).await
}

/// Ends one of a person's own sessions, by the part of its hash that is shown; tells the whole hash.
pub(crate) async fn delete_session_named(tx: &mut Tx, user: UserId, name: &str) -> Result<Option<String>> {
    tx.maybe(
        sql!("DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2 AND SUBSTR(token_hash, 1, 12) = $3 RETURNING token_hash"),
        params![tx.tenant(), user, name],
    )
    .await
}

/// Gives an account another password, unless it has changed meanwhile, and ends all of its sessions but one.
///
/// Answers the hashes of those; `None` when the password has changed.
pub(crate) async fn change_password(tx: &mut Tx, user: UserId, old: &str, new: &str, keep: &str) -> Result<Option<Vec<String>>> {
    crate::tickets::remember_password(tx, user).await?;
    let changed =
        tx.exec(sql!(global "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2"), params![user, old, new]).await?;
    if changed == 0 {
        return Ok(None);
    }
    tx.put(sql!(global "DELETE FROM half_sign_ins WHERE user_id = $1"), params![user]).await?;
    tx.all(sql!(global "DELETE FROM sessions WHERE user_id = $1 AND token_hash <> $2 RETURNING token_hash"), params![user, keep])
        .await
        .map(Some)
}

/// Sweeps out what nobody can use any more.
pub(crate) async fn delete_ended_sessions(tx: &mut Tx) -> Result<()> {
    tx.put(sql!("DELETE FROM sessions WHERE tenant_id = $1 AND expires_at <= $2"), params![tx.tenant(), tx.now()]).await
}
