//! From where a tenant may be used: the addresses that its members, phones and keys may come from, and the origins whose pages
//! may call its API in a browser. The shop front, its customers and what providers send are never asked.

mod api;
mod commands;
mod page;
mod rows;
mod rules;

use commands::LiftAddresses;
use facts::TenantId;
use std::net::IpAddr;
use store::{Db, Migration, Result, Who};
use web::{App, Route};

/// Its tables.
pub(crate) const MIGRATION: Migration = Migration::both("identity/0010_network", include_str!("../../migrations/0010_network.sql"));

/// API and page.
pub(crate) fn routes() -> Vec<Route> {
    [api::routes(), page::routes()].into_iter().flatten().collect()
}

/// Lets the members, phones and keys of a tenant come from anywhere again: what whoever runs the platform does for those who
/// have locked themselves out. Nodes that serve know of it within five seconds.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn lift_addresses(db: &Db, tenant: TenantId) -> Result<()> {
    db.run(&Who::system(tenant, "operator"), LiftAddresses).await
}

/// Whether somebody may come to a tenant from an address, as it was a moment ago.
pub(crate) async fn admits(app: &App, tenant: TenantId, from: IpAddr) -> Result<bool> {
    let look = async { rows::networks(&mut app.db.read_main(tenant)).await };
    let networks: Vec<rows::Network> = app.cache.get(&networks_cache(tenant), look).await?;
    Ok(rules::lets_in(networks.iter().map(|listed| listed.network.as_str()), from))
}

/// Whether an origin is listed, by a tenant or by any, as it was a moment ago.
pub(crate) async fn lists_origin(app: &App, tenant: Option<TenantId>, origin: &str) -> Result<bool> {
    app.cache.get(&origin_cache(tenant, origin), rows::origin_is_listed(&app.db, tenant, origin)).await
}

/// Under which a tenant's networks are remembered for a moment.
fn networks_cache(tenant: TenantId) -> String {
    format!("networks/{tenant}")
}

/// Under which it is remembered whether an origin is listed: by a tenant, or by any.
fn origin_cache(tenant: Option<TenantId>, origin: &str) -> String {
    tenant.map_or_else(|| format!("origin/any/{origin}"), |tenant| format!("origin/{tenant}/{origin}"))
}

/// Forgets what was remembered of origins that were added or taken away.
async fn forget_origins(app: &App, tenant: TenantId, origins: &[String]) {
    for origin in origins {
        app.cache.forget(&origin_cache(None, origin)).await;
        app.cache.forget(&origin_cache(Some(tenant), origin)).await;
    }
}
