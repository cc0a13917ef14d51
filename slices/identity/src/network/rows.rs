//! The two lists.

use crate::queries::everywhere;
use facts::TenantId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Db, Look, Result, Tx, Value, params, rows, sql};
use utoipa::ToSchema;

/// A network that one may come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AllowedNetwork)]
pub(crate) struct Network {
    /// An address, or a network with the length of its prefix; IPv4 or IPv6.
    #[schema(example = "203.0.113.0/24")]
    pub network: String,
    /// What it is, in a few words.
    #[serde(default)]
    #[schema(example = "Office")]
    pub note: String,
}

/// The networks that the tenant lists.
pub(crate) async fn networks(look: &mut impl Look) -> Result<Vec<Network>> {
    look.all(sql!("SELECT network, note FROM allowed_networks WHERE tenant_id = $1 ORDER BY network"), params![look.tenant()]).await
}

/// Puts a list in the place of another.
pub(super) async fn put_networks(tx: &mut Tx, networks: &BTreeMap<String, String>) -> Result<()> {
    tx.put(sql!("DELETE FROM allowed_networks WHERE tenant_id = $1"), params![tx.tenant()]).await?;
    let values: Vec<Value> = networks.iter().flat_map(|(network, note)| params![tx.tenant(), network, note].to_vec()).collect();
    tx.put_rows(rows!("INSERT INTO allowed_networks (tenant_id, network, note) VALUES ", 3, ""), &values).await
}

/// The origins that the tenant lists.
pub(crate) async fn origins(look: &mut impl Look) -> Result<Vec<String>> {
    look.all(sql!("SELECT origin FROM api_origins WHERE tenant_id = $1 ORDER BY origin"), params![look.tenant()]).await
}

/// Puts a list in the place of another.
pub(super) async fn put_origins(tx: &mut Tx, origins: &[String]) -> Result<()> {
    tx.put(sql!("DELETE FROM api_origins WHERE tenant_id = $1"), params![tx.tenant()]).await?;
    let values: Vec<Value> = origins.iter().flat_map(|origin| params![tx.tenant(), origin].to_vec()).collect();
    tx.put_rows(rows!("INSERT INTO api_origins (tenant_id, origin) VALUES ", 2, ""), &values).await
}

/// Whether a tenant lists an origin; whether any does, where none is named.
pub(super) async fn origin_is_listed(db: &Db, tenant: Option<TenantId>, origin: &str) -> Result<bool> {
    let found: Option<i64> = match tenant {
        Some(tenant) => {
            let sql = sql!("SELECT CAST(1 AS BIGINT) FROM api_origins WHERE tenant_id = $1 AND origin = $2");
            db.read_main(tenant).maybe(sql, params![tenant, origin]).await?
        }
        None => {
            let sql = sql!(global "SELECT CAST(1 AS BIGINT) FROM api_origins WHERE origin = $1 LIMIT 1");
            everywhere(db).maybe(sql, params![origin]).await?
        }
    };
    Ok(found.is_some())
}
