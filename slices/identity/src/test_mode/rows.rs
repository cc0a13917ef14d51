//! The row of a tenant that holds another's test data.

use crate::lifecycle::State;
use crate::queries::everywhere;
use facts::{Currency, TenantId, Time, UserId};
use serde::Deserialize;
use store::{Db, Look, Read, Result, Tx, params, sql};

/// Whether the tenant that is looked at holds test data.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn is_test(mut look: Read) -> Result<bool> {
    let found: i64 =
        look.one(sql!("SELECT COUNT(*) FROM tenants WHERE tenant_id = $1 AND test_of IS NOT NULL"), params![look.tenant()]).await?;
    Ok(found > 0)
}

/// Where a tenant's test data is, if it has any.
pub(crate) async fn test_data(db: &Db, of: TenantId) -> Result<Option<TenantId>> {
    everywhere(db).maybe(sql!(global "SELECT tenant_id FROM tenants WHERE test_of = $1"), params![of]).await
}

/// A tenant, as far as its test data is like it.
#[derive(Deserialize)]
pub(super) struct Home {
    pub name: String,
    pub slug: String,
    time_zone: String,
    currency: Currency,
    state: State,
    closes_at: Option<Time>,
    plan: String,
}

/// The tenant whose test data is to be made, which nobody else changes until the commit.
pub(super) async fn lock_home(tx: &mut Tx, of: TenantId) -> Result<Option<Home>> {
    let sql = sql!(global
        "SELECT name, slug, time_zone, currency, state, closes_at, plan FROM tenants WHERE tenant_id = $1 AND test_of IS NULL FOR UPDATE"
    );
    tx.maybe(sql, params![of]).await
}

/// Makes the tenant of this transaction the test data of another; `false` where that has some, or the slug is another's.
pub(super) async fn insert(tx: &mut Tx, of: TenantId, home: &Home, slug: &str) -> Result<bool> {
    let sql = sql!(
        "INSERT INTO tenants (tenant_id, name, slug, time_zone, currency, state, closes_at, is_first, plan, test_of, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, FALSE, $8, $9, $10) ON CONFLICT DO NOTHING"
    );
    let name = format!("{} (test)", home.name);
    let Home { time_zone, currency, state, closes_at, plan, .. } = home;
    let row = params![tx.tenant(), name, slug, time_zone, *currency, state.as_str(), *closes_at, plan, of, tx.now()];
    Ok(tx.exec(sql, row).await? == 1)
}

/// Lets the test data of this transaction's tenant stand as the tenant itself does.
pub(crate) async fn follow(tx: &mut Tx, state: State, closes_at: Option<Time>) -> Result<()> {
    let sql = sql!(global "UPDATE tenants SET state = $2, closes_at = $3 WHERE test_of = $1");
    tx.put(sql, params![tx.tenant(), state.as_str(), closes_at]).await
}

/// Takes a person's session over from one side to the other; `false` where it is not theirs, or not there.
pub(super) async fn move_session(tx: &mut Tx, user: UserId, token_hash: &str, from: TenantId) -> Result<bool> {
    let sql = sql!(global "UPDATE sessions SET tenant_id = $1 WHERE tenant_id = $2 AND token_hash = $3 AND user_id = $4");
    Ok(tx.exec(sql, params![tx.tenant(), from, token_hash, user]).await? == 1)
}
