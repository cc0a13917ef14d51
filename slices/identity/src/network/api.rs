//! `/api/v1/tenants/{id}/addresses` and `…/origins`.

use super::commands::{SetNetworks, SetOrigins, may_set};
use super::rows::Network;
use super::{forget_origins, networks_cache, rows, rules};
use axum::Json;
use axum::extract::State;
use facts::TenantId;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use store::Result;
use utoipa::ToSchema;
use web::{Address, Answer, App, Body, Caller, Path, Permission, Route, Via};

pub(super) fn routes() -> Vec<Route> {
    const ADDRESSES: &str = "/api/v1/tenants/{id}/addresses";
    const ORIGINS: &str = "/api/v1/tenants/{id}/origins";
    const SET_ADDRESSES: &str = "Members, their phones and API keys may come from these networks alone, and from anywhere where the list is \
                                 empty; who comes from elsewhere is answered 403 `address_not_allowed`. The shop, its customers and what \
                                 providers send are never asked. Only an owner changes it. A list without the address that it is saved \
                                 from is refused (422 `locks_you_out`).";
    const SET_ORIGINS: &str = "Pages of these origins may call the API from a browser (CORS), with a key or a device's token; never with a \
                               session's cookie. Exact origins, https; http for localhost. Only an owner changes it.";
    vec![
        Route::get(ADDRESSES, Permission::TenantWrite, addresses)
            .says("From where one may come", "The networks, and the address that this request comes from.")
            .gives::<Addresses>(200),
        Route::put(ADDRESSES, Permission::TenantWrite, put_addresses)
            .says("Set from where one may come", SET_ADDRESSES)
            .takes::<SetAddresses>()
            .gives::<Addresses>(200),
        Route::get(ORIGINS, Permission::TenantWrite, origins).says("Which sites may call the API from a browser", "").gives::<Origins>(200),
        Route::put(ORIGINS, Permission::TenantWrite, put_origins)
            .says("Set which sites may call the API from a browser", SET_ORIGINS)
            .takes::<Origins>()
            .gives::<Origins>(200),
    ]
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AllowedAddresses)]
struct Addresses {
    /// The networks; from anywhere where there are none.
    networks: Vec<Network>,
    /// Where this request comes from, as far as proxies that are trusted tell.
    #[schema(value_type = String, example = "203.0.113.7")]
    seen: IpAddr,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SetAllowedAddresses, example = json!({"networks": []}))]
struct SetAddresses {
    /// Up to 100 networks; from anywhere where there are none.
    networks: Vec<Network>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ApiOrigins, example = json!({"origins": ["https://app.example"]}))]
struct Origins {
    /// Up to 20 origins.
    origins: Vec<String>,
}

/// Sets the list of the caller's tenant, and lets it hold at once.
///
/// # Errors
/// `role_too_high`, `locks_you_out`; `networks`, with what is wrong.
pub(super) async fn set_networks(app: &App, caller: &Caller, typed: Vec<(String, String)>, from: IpAddr) -> Result<()> {
    may_set(&caller.reach)?;
    let networks = rules::networks(typed)?;
    let from = (caller.via != Via::Operator).then_some(from);
    app.db.run(&caller.who, SetNetworks { networks, from, by: caller.reach.clone() }).await?;
    app.cache.forget(&networks_cache(caller.tenant())).await;
    Ok(())
}

/// Sets the list of the caller's tenant, and lets it hold at once.
///
/// # Errors
/// `role_too_high`; `origins`, with what is wrong.
pub(super) async fn set_origins(app: &App, caller: &Caller, typed: Vec<String>) -> Result<()> {
    may_set(&caller.reach)?;
    let origins = rules::origins(typed)?;
    let changed = app.db.run(&caller.who, SetOrigins { origins, by: caller.reach.clone() }).await?;
    forget_origins(app, caller.tenant(), &changed).await;
    Ok(())
}

async fn shown(app: &App, caller: &Caller, address: Address) -> Answer<Json<Addresses>> {
    let networks = rows::networks(&mut app.db.read_main(caller.tenant())).await?;
    Ok(Json(Addresses { networks, seen: address.0.to_canonical() }))
}

async fn addresses(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>, address: Address) -> Answer<Json<Addresses>> {
    caller.own(id)?;
    shown(&app, &caller, address).await
}

async fn put_addresses(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TenantId>,
    address: Address,
    body: Body<SetAddresses>,
) -> Answer<Json<Addresses>> {
    caller.own(id)?;
    let typed = body.value.networks.into_iter().map(|listed| (listed.network, listed.note)).collect();
    set_networks(&app, &caller, typed, address.0).await?;
    shown(&app, &caller, address).await
}

async fn origins(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>) -> Answer<Json<Origins>> {
    caller.own(id)?;
    Ok(Json(Origins { origins: rows::origins(&mut app.db.read_main(caller.tenant())).await? }))
}

async fn put_origins(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>, body: Body<Origins>) -> Answer<Json<Origins>> {
    caller.own(id)?;
    set_origins(&app, &caller, body.value.origins).await?;
    Ok(Json(Origins { origins: rows::origins(&mut app.db.read_main(caller.tenant())).await? }))
}
