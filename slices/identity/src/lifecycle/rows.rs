//! Tenants as their life sees them, and the people who are in several.

use super::rules::State;
use crate::{queries, rows};
use facts::{TenantId, Time, UserId};
use serde::Deserialize;
use store::{Db, Look, Result, Tx, params, sql};
use web::Role;

/// Where a tenant stands.
#[derive(Deserialize)]
pub(super) struct Standing {
    pub state: State,
    pub is_first: bool,
}

/// Where the tenant of this transaction stands, which nobody else changes until the commit.
pub(super) async fn lock(tx: &mut Tx) -> Result<Option<Standing>> {
    tx.maybe(sql!("SELECT state, is_first FROM tenants WHERE tenant_id = $1 FOR UPDATE"), params![tx.tenant()]).await
}

pub(super) async fn set_state(tx: &mut Tx, state: State, closes_at: Option<Time>) -> Result<()> {
    let sql = sql!("UPDATE tenants SET state = $2, closes_at = $3 WHERE tenant_id = $1");
    tx.put(sql, params![tx.tenant(), state.as_str(), closes_at]).await
}

pub(super) async fn set_plan(tx: &mut Tx, plan: &str) -> Result<()> {
    tx.put(sql!("UPDATE tenants SET plan = $2 WHERE tenant_id = $1"), params![tx.tenant(), plan]).await
}

/// When the tenant, if it is closing, is erased; nobody else changes that until the commit.
pub(super) async fn lock_closing(tx: &mut Tx) -> Result<Option<Time>> {
    tx.maybe(sql!("SELECT closes_at FROM tenants WHERE tenant_id = $1 AND state = 'closing' FOR UPDATE"), params![tx.tenant()]).await
}

/// The tenant and its test data.
pub(super) async fn with_test_data(tx: &mut Tx) -> Result<Vec<TenantId>> {
    tx.all(sql!(global "SELECT tenant_id FROM tenants WHERE tenant_id = $1 OR test_of = $1"), params![tx.tenant()]).await
}

/// The platform's own tenant, which stays.
pub(super) async fn first(tx: &mut Tx) -> Result<TenantId> {
    tx.one(sql!(global "SELECT tenant_id FROM tenants WHERE is_first"), &[]).await
}

/// Everybody who is in the tenant.
pub(super) async fn members(tx: &mut Tx) -> Result<Vec<UserId>> {
    tx.all(sql!("SELECT user_id FROM members WHERE tenant_id = $1"), params![tx.tenant()]).await
}

/// Erases a person who is a member nowhere any more.
pub(super) async fn forget(tx: &mut Tx, user: UserId) -> Result<()> {
    let gone = sql!(global "DELETE FROM users WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM members WHERE user_id = $1)");
    if tx.exec(gone, params![user]).await? == 0 {
        return Ok(());
    }
    rows::delete_ways_in(tx, user).await?;
    tx.put(sql!(global "DELETE FROM old_passwords WHERE user_id = $1"), params![user]).await
}

/// The state of the tenant of this transaction, where the person is a member of it.
pub(super) async fn state_for(tx: &mut Tx, user: UserId) -> Result<Option<State>> {
    tx.maybe(
        sql!("SELECT t.state FROM members m JOIN tenants t ON t.tenant_id = m.tenant_id WHERE m.tenant_id = $1 AND m.user_id = $2"),
        params![tx.tenant(), user],
    )
    .await
}

/// Ends the session that somebody goes over from, in whichever tenant it is.
pub(super) async fn end_session(tx: &mut Tx, user: UserId, token_hash: &str) -> Result<()> {
    tx.put(sql!(global "DELETE FROM sessions WHERE token_hash = $1 AND user_id = $2"), params![token_hash, user]).await
}

/// A shop of somebody's.
#[derive(Debug, Deserialize)]
pub(super) struct Own {
    pub tenant_id: TenantId,
    pub name: String,
    pub slug: String,
    pub state: State,
    pub is_first: bool,
    pub closes_at: Option<Time>,
    pub role: Role,
}

/// The shops of a person, by name; so many at the most.
pub(super) async fn own(db: &Db, user: UserId, most: i64) -> Result<Vec<Own>> {
    queries::everywhere(db)
        .all(
            sql!(global
                "SELECT t.tenant_id, t.name, t.slug, t.state, t.is_first, t.closes_at, m.role
                 FROM members m JOIN tenants t ON t.tenant_id = m.tenant_id
                 WHERE m.user_id = $1 ORDER BY t.name, t.tenant_id LIMIT $2"
            ),
            params![user, most],
        )
        .await
}
