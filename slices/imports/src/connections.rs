//! Shops that are connected, as their rows have them.

use crate::model::Origin;
use crate::shop::{Secrets, Shop};
use facts::{Id, TenantId, Time};
use serde::Deserialize;
use store::secret::{Column, Vault};
use store::{Error, Look, Result, Tx, params, sql};
use url::Url;
use uuid::Uuid;

/// What signs in at shops, for whoever locks it with another master key.
pub(crate) static SECRETS: Column<(TenantId, String)> = Column {
    name: "shop_connections.locked",
    page: sql!(global
        "SELECT tenant_id, provider, locked FROM shop_connections WHERE (tenant_id, provider) > ($1, $2)
         ORDER BY tenant_id, provider LIMIT $3"
    ),
    put: sql!(global "UPDATE shop_connections SET locked = $3 WHERE tenant_id = $1 AND provider = $2 AND locked = $4"),
    least: || (Id::from_uuid(Uuid::nil()), String::new()),
    place: |(tenant, provider)| place(*tenant, provider),
};

/// Where in the vault they belong.
fn place(tenant: TenantId, provider: &str) -> String {
    format!("{tenant}/shops/{provider}")
}

/// What may be told of a connection.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Connection {
    pub provider: Origin,
    pub address: String,
    /// When it was last asked to the end.
    pub asked_at: Option<Time>,
    /// Up to when its changes are known.
    pub since_at: Option<Time>,
    /// Why it could not be asked the last time.
    pub trouble: Option<String>,
}

/// Every connection of the tenant.
pub(crate) async fn all(look: &mut impl Look) -> Result<Vec<Connection>> {
    look.all(
        sql!("SELECT provider, address, asked_at, since_at, trouble FROM shop_connections WHERE tenant_id = $1 ORDER BY provider"),
        params![look.tenant()],
    )
    .await
}

/// The connection with one system, its row held until the commit.
pub(crate) async fn lock(tx: &mut Tx, provider: Origin) -> Result<Option<Connection>> {
    tx.maybe(
        sql!(
            "SELECT provider, address, asked_at, since_at, trouble FROM shop_connections WHERE tenant_id = $1 AND provider = $2 FOR UPDATE"
        ),
        params![tx.tenant(), provider.as_str()],
    )
    .await
}

#[derive(Deserialize)]
struct Row {
    address: String,
    locked: Vec<u8>,
}

/// The shop with what signs in there; nothing where none is connected.
pub(crate) async fn shop(look: &mut impl Look, vault: &Vault, provider: Origin) -> Result<Option<Shop>> {
    let tenant = look.tenant();
    let row: Option<Row> = look
        .maybe(
            sql!("SELECT address, locked FROM shop_connections WHERE tenant_id = $1 AND provider = $2"),
            params![tenant, provider.as_str()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let secrets: Secrets = serde_json::from_str(&vault.open(&place(tenant, provider.as_str()), &row.locked)?)?;
    let address = Url::parse(&row.address).map_err(Error::internal)?;
    Ok(Some(Shop { provider, address, secrets }))
}

/// Puts a connection there, in place of the one with the same system.
pub(crate) async fn put(tx: &mut Tx, vault: &Vault, shop: &Shop) -> Result<()> {
    let locked = vault.lock(&place(tx.tenant(), shop.provider.as_str()), &serde_json::to_string(&shop.secrets)?)?;
    tx.put(
        sql!(
            "INSERT INTO shop_connections (tenant_id, provider, address, locked, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, provider) DO UPDATE SET address = excluded.address, locked = excluded.locked, trouble = NULL,
                since_at = CASE WHEN shop_connections.address = excluded.address THEN shop_connections.since_at END"
        ),
        params![tx.tenant(), shop.provider.as_str(), shop.address.as_str(), locked, tx.now()],
    )
    .await
}

/// Takes a connection away.
pub(crate) async fn delete(tx: &mut Tx, provider: Origin) -> Result<()> {
    tx.put(sql!("DELETE FROM shop_connections WHERE tenant_id = $1 AND provider = $2"), params![tx.tenant(), provider.as_str()]).await
}

/// Notes what asking came to: up to when its changes are known, or why not.
pub(crate) async fn asked(tx: &mut Tx, provider: Origin, since: Option<Time>, trouble: Option<&str>) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE shop_connections SET asked_at = $3, since_at = COALESCE($4, since_at), trouble = $5
             WHERE tenant_id = $1 AND provider = $2"
        ),
        params![tx.tenant(), provider.as_str(), tx.now(), since, trouble],
    )
    .await
}

/// Whether an import of this shop is under way.
pub(crate) async fn is_asked(look: &mut impl Look, provider: Origin) -> Result<bool> {
    let open: Option<Uuid> = look
        .maybe(
            sql!("SELECT id FROM imports WHERE tenant_id = $1 AND origin = $2 AND state = 'running' LIMIT 1"),
            params![look.tenant(), provider.as_str()],
        )
        .await?;
    Ok(open.is_some())
}
