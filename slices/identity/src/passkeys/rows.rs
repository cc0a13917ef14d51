//! Passkeys, and what devices were asked. Both are people's, of no tenant.

use facts::{Id, TenantId, Time, UserId};
use serde::Deserialize;
use serde_json::Value;
use store::{Db, Json, Look, Read, Result, Tx, params, sql};
use webauthn_rs::prelude::Passkey;

fn everywhere(db: &Db) -> Read {
    db.read_main(TenantId::from_uuid(uuid::Uuid::nil()))
}

/// A passkey as it is kept.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Kept {
    pub id: String,
    pub user_id: UserId,
    pub name: String,
    pub credential: Json<Passkey>,
    pub created_at: Time,
    pub last_used_at: Option<Time>,
}

/// A person's passkeys, the oldest first; few, since their number is limited.
pub(super) async fn passkeys(db: &Db, user: UserId) -> Result<Vec<Kept>> {
    everywhere(db)
        .all(
            sql!(global
                "SELECT id, user_id, name, credential, created_at, last_used_at FROM passkeys WHERE user_id = $1 ORDER BY created_at, id LIMIT 100"
            ),
            params![user],
        )
        .await
}

pub(super) async fn passkey(db: &Db, id: &str) -> Result<Option<Kept>> {
    everywhere(db)
        .maybe(sql!(global "SELECT id, user_id, name, credential, created_at, last_used_at FROM passkeys WHERE id = $1"), params![id])
        .await
}

pub(super) async fn count(tx: &mut Tx, user: UserId) -> Result<i64> {
    tx.one(sql!(global "SELECT COUNT(*) FROM passkeys WHERE user_id = $1"), params![user]).await
}

/// Keeps a passkey; `false` where it is kept already.
pub(super) async fn insert(tx: &mut Tx, id: &str, user: UserId, name: &str, credential: Value) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(global
                "INSERT INTO passkeys (id, user_id, name, credential, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"
            ),
            params![id, user, name, credential, tx.now()],
        )
        .await?;
    Ok(inserted == 1)
}

/// The passkey, which nobody else uses until the commit.
pub(super) async fn lock(tx: &mut Tx, id: &str) -> Result<Option<Kept>> {
    tx.maybe(
        sql!(global "SELECT id, user_id, name, credential, created_at, last_used_at FROM passkeys WHERE id = $1 FOR UPDATE"),
        params![id],
    )
    .await
}

pub(super) async fn used(tx: &mut Tx, id: &str, credential: Value) -> Result<()> {
    tx.put(sql!(global "UPDATE passkeys SET credential = $2, last_used_at = $3 WHERE id = $1"), params![id, credential, tx.now()]).await
}

/// Forgets a person's passkey by the part of its id that is shown; tells what it was called.
pub(super) async fn delete(tx: &mut Tx, user: UserId, shown: &str) -> Result<Option<String>> {
    tx.maybe(sql!(global "DELETE FROM passkeys WHERE user_id = $1 AND SUBSTR(id, 1, 12) = $2 RETURNING name"), params![user, shown]).await
}

pub(super) async fn insert_challenge(tx: &mut Tx, token_hash: &str, user: Option<UserId>, state: Value, until: Time) -> Result<()> {
    tx.put(sql!(global "DELETE FROM passkey_challenges WHERE expires_at <= $1"), params![tx.now()]).await?;
    tx.put(
        sql!(global "INSERT INTO passkey_challenges (token_hash, user_id, state, expires_at) VALUES ($1, $2, $3, $4)"),
        params![token_hash, user, state, until],
    )
    .await
}

/// Uses a challenge up: of this person, or of nobody yet; `None` when there is none, or it is over.
pub(super) async fn take_challenge(tx: &mut Tx, token_hash: &str, user: Option<UserId>) -> Result<Option<Value>> {
    #[derive(Deserialize)]
    struct Asked {
        state: Json<Value>,
    }
    let taken: Option<Asked> = tx
        .maybe(
            sql!(global
                "DELETE FROM passkey_challenges WHERE token_hash = $1 AND (user_id = $2 OR ($2 IS NULL AND user_id IS NULL)) AND expires_at > $3
                 RETURNING state"
            ),
            params![token_hash, user, tx.now()],
        )
        .await?;
    Ok(taken.map(|asked| asked.state.0))
}

/// The tenant that somebody signs in to by a passkey: the one that they have been in longest, of those that let them in
/// by themselves.
pub(super) async fn place(db: &Db, user: UserId) -> Result<Option<TenantId>> {
    everywhere(db)
        .maybe(
            sql!(global
                "SELECT m.tenant_id FROM members m JOIN tenants t ON t.tenant_id = m.tenant_id
                 LEFT JOIN sso_connections c ON c.tenant_id = m.tenant_id AND c.enabled AND c.required AND m.role <> 'owner'
                 WHERE m.user_id = $1 AND t.state = 'active'
                 ORDER BY CASE WHEN c.tenant_id IS NULL THEN 0 ELSE 1 END, m.created_at, m.tenant_id LIMIT 1"
            ),
            params![user],
        )
        .await
}
