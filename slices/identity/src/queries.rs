//! Looking at tenants, people, keys and sessions.

use crate::lifecycle::State;
use crate::model::{ApiKey, Member, Tenant};
use crate::plans::Plan;
use facts::{ApiKeyId, Id, TenantId, Time, UserId};
use serde::Deserialize;
use store::{Db, Error, Json, Look, Read, Result, params, sql};
use web::{Cursor, Permission, Role};

/// Looks across tenants, where it was written last: a key revoked on another node must not go on by a slow replica.
pub(crate) fn everywhere(db: &Db) -> Read {
    db.read_main(TenantId::from_uuid(uuid::Uuid::nil()))
}

/// The tenant of the shop at `/`; `None` on an empty database.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn first_tenant(db: &Db) -> Result<Option<TenantId>> {
    everywhere(db).maybe(sql!(global "SELECT tenant_id FROM tenants WHERE is_first"), &[]).await
}

/// The tenant whose rows are looked at: its name, wall clock and currency.
///
/// # Errors
/// There is none.
pub async fn tenant(look: &mut impl Look) -> Result<Tenant> {
    let found = look
        .maybe(
            sql!("SELECT tenant_id, name, slug, time_zone, currency, state, closes_at, plan, test_of IS NOT NULL AS test, created_at FROM tenants WHERE tenant_id = $1"),
            params![look.tenant()],
        )
        .await?;
    found.ok_or_else(|| Error::not_found("tenant"))
}

/// The wall clock of any tenant, for whoever follows facts of several; nothing for one that was erased.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn time_zone_of(look: &mut impl Look, tenant: TenantId) -> Result<Option<String>> {
    look.maybe(sql!(global "SELECT time_zone FROM tenants WHERE tenant_id = $1"), params![tenant]).await
}

/// The tenant whose shop has this slug.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn tenant_by_slug(db: &Db, slug: &str) -> Result<Option<TenantId>> {
    everywhere(db).maybe(sql!(global "SELECT tenant_id FROM tenants WHERE slug = $1"), params![slug]).await
}

/// What the links of the tenant's shop begin with: nothing for the first tenant, `/s/{slug}` for the others.
///
/// # Errors
/// There is no such tenant.
pub async fn shop_base(look: &mut impl Look) -> Result<String> {
    let found: Option<(String, bool)> =
        look.maybe(sql!("SELECT slug, is_first FROM tenants WHERE tenant_id = $1"), params![look.tenant()]).await?;
    let (slug, first) = found.ok_or_else(|| Error::not_found("tenant"))?;
    Ok(if first { String::new() } else { format!("/s/{slug}") })
}

/// The tenant with this slug, or the first.
pub(crate) async fn shop(db: &Db, slug: Option<&str>) -> Result<Option<Tenant>> {
    let mut look = everywhere(db);
    match slug {
        Some(slug) => {
            look.maybe(
                sql!(global
                    "SELECT tenant_id, name, slug, time_zone, currency, state, closes_at, plan, test_of IS NOT NULL AS test, created_at FROM tenants WHERE slug = $1 AND state = 'active'"
                ),
                params![slug],
            )
            .await
        }
        None => {
            look.maybe(
                sql!(global
                    "SELECT tenant_id, name, slug, time_zone, currency, state, closes_at, plan, test_of IS NOT NULL AS test, created_at FROM tenants WHERE is_first AND state = 'active'"
                ),
                &[],
            )
            .await
        }
    }
}

/// The member of the tenant looked at; `None` where they are none.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn member(look: &mut impl Look, user: UserId) -> Result<Option<Member>> {
    look.maybe(
        sql!(
            "SELECT u.id, u.email, u.username, u.name, m.role, m.created_at FROM members m JOIN users u ON u.id = m.user_id
             WHERE m.tenant_id = $1 AND m.user_id = $2"
        ),
        params![look.tenant(), user],
    )
    .await
}

pub(crate) async fn members(look: &mut impl Look, cursor: Cursor, limit: i64) -> Result<Vec<Member>> {
    look.all(
        sql!(
            "SELECT u.id, u.email, u.username, u.name, m.role, m.created_at FROM members m JOIN users u ON u.id = m.user_id
             WHERE m.tenant_id = $1 AND (m.created_at, m.user_id) < ($2, $3) ORDER BY m.created_at DESC, m.user_id DESC LIMIT $4"
        ),
        params![look.tenant(), cursor.at, cursor.id, limit],
    )
    .await
}

pub(crate) async fn owners(look: &mut impl Look) -> Result<i64> {
    look.one(sql!("SELECT COUNT(*) FROM members WHERE tenant_id = $1 AND role = 'owner'"), params![look.tenant()]).await
}

/// The owners who have a mailbox, with its address: the first twenty.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn owners_by_mail(look: &mut impl Look) -> Result<Vec<(UserId, String)>> {
    look.all(
        sql!(
            "SELECT u.id, u.email FROM members m JOIN users u ON u.id = m.user_id
             WHERE m.tenant_id = $1 AND m.role = 'owner' AND u.email IS NOT NULL ORDER BY m.created_at, m.user_id LIMIT 20"
        ),
        params![look.tenant()],
    )
    .await
}

pub(crate) async fn keys(look: &mut impl Look, cursor: Cursor, limit: i64) -> Result<Vec<ApiKey>> {
    look.all(
        sql!(
            "SELECT id, name, mode, prefix, role, scopes, per_hour, created_at, expires_at, last_used_at, revoked_at FROM api_keys
             WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT $4"
        ),
        params![look.tenant(), cursor.at, cursor.id, limit],
    )
    .await
}

pub(crate) async fn key(look: &mut impl Look, id: ApiKeyId) -> Result<Option<ApiKey>> {
    look.maybe(
        sql!(
            "SELECT id, name, mode, prefix, role, scopes, per_hour, created_at, expires_at, last_used_at, revoked_at FROM api_keys
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// The hashes of a member's sessions in the tenant and in its test data.
pub(crate) async fn sessions_of(look: &mut impl Look, user: UserId) -> Result<Vec<String>> {
    let sql = sql!(global
        "SELECT token_hash FROM sessions
         WHERE tenant_id IN (SELECT tenant_id FROM tenants WHERE tenant_id = $1 OR test_of = $1) AND user_id = $2"
    );
    look.all(sql, params![look.tenant(), user]).await
}

/// Whoever holds a key.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct KeyHolder {
    /// Whose key it is.
    pub tenant_id: TenantId,
    /// Whose data it works on: the same tenant's, or its test data.
    pub works_on: TenantId,
    pub id: ApiKeyId,
    pub name: String,
    pub role: Role,
    pub scopes: Option<Json<Vec<Permission>>>,
    pub per_hour: u32,
    pub expires_at: Option<Time>,
    pub revoked_at: Option<Time>,
    pub tenant_name: String,
    pub time_zone: String,
    pub state: State,
}

pub(crate) async fn key_holder(db: &Db, hash: &str) -> Result<Option<KeyHolder>> {
    everywhere(db)
        .maybe(
            sql!(global
                "SELECT k.tenant_id, w.tenant_id AS works_on, k.id, k.name, k.role, k.scopes, k.per_hour, k.expires_at, k.revoked_at,
                        w.name AS tenant_name, w.time_zone, w.state
                 FROM api_keys k
                 JOIN tenants w ON (k.mode = 'live' AND w.tenant_id = k.tenant_id) OR (k.mode = 'test' AND w.test_of = k.tenant_id)
                 WHERE k.hash = $1"
            ),
            params![hash],
        )
        .await
}

/// Whoever sits at a signed-in browser.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Sitter {
    pub tenant_id: TenantId,
    pub user_id: UserId,
    pub csrf: String,
    pub last_seen_at: Time,
    pub expires_at: Time,
    /// Whose test data they look at; of none where there is nothing.
    pub test_of: Option<TenantId>,
    pub role: Role,
    pub name: String,
    pub tenant_name: String,
    pub time_zone: String,
}

pub(crate) async fn sitter(db: &Db, token_hash: &str) -> Result<Option<Sitter>> {
    everywhere(db)
        .maybe(
            sql!(global
                "SELECT s.tenant_id, s.user_id, s.csrf, s.last_seen_at, s.expires_at, t.test_of, m.role, u.name, t.name AS tenant_name, t.time_zone
                 FROM sessions s
                 JOIN tenants t ON t.tenant_id = s.tenant_id
                 JOIN members m ON m.tenant_id = COALESCE(t.test_of, s.tenant_id) AND m.user_id = s.user_id
                 JOIN users u ON u.id = s.user_id
                 WHERE s.token_hash = $1 AND t.state IN ('active', 'closing')"
            ),
            params![token_hash],
        )
        .await
}

/// Whose sign-in waits for a code under this token.
pub(crate) async fn half_sign_in(db: &Db, token_hash: &str) -> Result<Option<(TenantId, UserId)>> {
    everywhere(db).maybe(sql!(global "SELECT tenant_id, user_id FROM half_sign_ins WHERE token_hash = $1"), params![token_hash]).await
}

/// A person's second factor, as it is kept.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Factor {
    pub locked: Vec<u8>,
    pub confirmed_at: Option<Time>,
    pub recovery_codes: i64,
}

pub(crate) async fn factor(db: &Db, user: UserId) -> Result<Option<Factor>> {
    everywhere(db)
        .maybe(
            sql!(global
                "SELECT f.locked, f.confirmed_at, (SELECT COUNT(*) FROM recovery_codes r WHERE r.user_id = f.user_id) AS recovery_codes
                 FROM second_factors f WHERE f.user_id = $1"
            ),
            params![user],
        )
        .await
}

/// The hash of a person's password.
pub(crate) async fn password_hash(db: &Db, user: UserId) -> Result<Option<String>> {
    everywhere(db).maybe(sql!(global "SELECT password_hash FROM users WHERE id = $1"), params![user]).await
}

/// A session, as its owner sees it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Seat {
    pub token_hash: String,
    pub created_at: Time,
    pub last_seen_at: Time,
    pub address: Option<String>,
    pub browser: Option<String>,
}

/// A person's sessions in this tenant, the one used last first; few, since each lasts half a day at the most.
pub(crate) async fn seats(look: &mut impl Look, user: UserId, now: Time) -> Result<Vec<Seat>> {
    look.all(
        sql!(
            "SELECT token_hash, created_at, last_seen_at, address, browser FROM sessions
             WHERE tenant_id = $1 AND user_id = $2 AND expires_at > $3 ORDER BY last_seen_at DESC LIMIT 100"
        ),
        params![look.tenant(), user, now],
    )
    .await
}

/// Somebody who wants to sign in.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Account {
    pub id: UserId,
    pub password_hash: String,
    pub tenant_id: TenantId,
}

/// The account behind a user name or an e-mail address, with the tenant that its owner has been in longest, of those that
/// let in by a password.
pub(crate) async fn account(db: &Db, login: &str) -> Result<Option<Account>> {
    everywhere(db)
        .maybe(
            sql!(global
                "SELECT u.id, u.password_hash, m.tenant_id FROM users u
                 JOIN members m ON m.user_id = u.id JOIN tenants t ON t.tenant_id = m.tenant_id
                 LEFT JOIN sso_connections c ON c.tenant_id = m.tenant_id AND c.enabled AND c.required AND m.role <> 'owner'
                 WHERE (u.username = $1 OR u.email = $1) AND t.state IN ('active', 'closing')
                 ORDER BY CASE WHEN c.tenant_id IS NULL THEN 0 ELSE 1 END, m.created_at, m.tenant_id LIMIT 1"
            ),
            params![login],
        )
        .await
}

/// The same account in the tenant that its owner came to last, of those that let in by a password.
pub(crate) async fn newest_account(db: &Db, login: &str) -> Result<Option<Account>> {
    everywhere(db)
        .maybe(
            sql!(global
                "SELECT u.id, u.password_hash, m.tenant_id FROM users u
                 JOIN members m ON m.user_id = u.id JOIN tenants t ON t.tenant_id = m.tenant_id
                 LEFT JOIN sso_connections c ON c.tenant_id = m.tenant_id AND c.enabled AND c.required AND m.role <> 'owner'
                 WHERE (u.username = $1 OR u.email = $1) AND t.state IN ('active', 'closing')
                 ORDER BY CASE WHEN c.tenant_id IS NULL THEN 0 ELSE 1 END, m.created_at DESC, m.tenant_id DESC LIMIT 1"
            ),
            params![login],
        )
        .await
}

/// The same account in the tenant with this id, or this slug.
pub(crate) async fn account_in(db: &Db, login: &str, tenant: Option<TenantId>, slug: &str) -> Result<Option<Account>> {
    everywhere(db)
        .maybe(
            sql!(global
                "SELECT u.id, u.password_hash, m.tenant_id FROM users u
                 JOIN members m ON m.user_id = u.id JOIN tenants t ON t.tenant_id = m.tenant_id
                 WHERE (u.username = $1 OR u.email = $1) AND (t.tenant_id = $2 OR t.slug = $3) AND t.state IN ('active', 'closing')"
            ),
            params![login, tenant, slug],
        )
        .await
}

/// A member as the gate must know them.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Person {
    pub role: Role,
    pub name: String,
    pub tenant_name: String,
    pub time_zone: String,
    pub plan: Plan,
}

pub(crate) async fn person(db: &Db, tenant: TenantId, user: UserId) -> Result<Option<Person>> {
    db.read_main(tenant)
        .maybe(
            sql!(
                "SELECT m.role, u.name, t.name AS tenant_name, t.time_zone, t.plan FROM members m
                 JOIN users u ON u.id = m.user_id JOIN tenants t ON t.tenant_id = m.tenant_id
                 WHERE m.tenant_id = $1 AND m.user_id = $2 AND t.state = 'active'"
            ),
            params![tenant, user],
        )
        .await
}
