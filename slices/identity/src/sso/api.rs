//! `/api/v1/tenants/{id}/sso`.

use super::commands::{RemoveConnection, SetConnection, may_set};
use super::model::{Connection, Wanted};
use super::{callback, client, rows, rules};
use axum::Json;
use axum::extract::State;
use facts::TenantId;
use http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use store::{Error, Result};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Path, Permission, Role, Route};

pub(super) fn routes() -> Vec<Route> {
    const HERE: &str = "/api/v1/tenants/{id}/sso";
    const SET: &str = "Members sign in at your own provider (OpenID Connect, code flow with PKCE). Only an owner sets it, since the provider \
                       vouches for owners as well. The provider is asked before it is turned on.";
    vec![
        Route::get(HERE, Permission::TenantWrite, find)
            .says("Look at single sign-on", "The client secret is shown nowhere.")
            .gives::<Connection>(200),
        Route::put(HERE, Permission::TenantWrite, set).says("Set up single sign-on", SET).takes::<Set>().gives::<Connection>(200),
        Route::delete(HERE, Permission::TenantWrite, remove)
            .says("Remove single sign-on", "Members stay members; whoever has no password asks for one. Only an owner does it."),
    ]
}

/// The connection of the caller's tenant, where it was written last.
pub(super) async fn connection(app: &App, caller: &Caller) -> Result<Option<Connection>> {
    let mut look = app.db.read_main(caller.tenant());
    let Some(kept) = rows::connection(&mut look).await? else { return Ok(None) };
    let domains = rows::domains(&mut look).await?;
    Ok(Some(kept.shown(domains, callback(app))))
}

/// Sets a connection, once its provider has answered where it is to be used.
///
/// # Errors
/// `role_too_high`; the field, with what is wrong.
pub(super) async fn put(app: &App, caller: &Caller, wanted: Wanted) -> Result<()> {
    may_set(&caller.reach)?;
    let wanted = rules::checked(wanted)?;
    app.outside.check("issuer", &wanted.issuer)?;
    if wanted.enabled {
        client::discover(&app.outside, &wanted.issuer).await?;
    }
    let ended = app.db.run(&caller.who, SetConnection { wanted, vault: app.vault.clone(), by: caller.reach.clone() }).await?;
    crate::gate::forget_sessions(app, &ended).await;
    Ok(())
}

async fn find(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>) -> Answer<Json<Connection>> {
    caller.own(id)?;
    Ok(Json(connection(&app, &caller).await?.ok_or_else(|| Error::not_found("single sign-on"))?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SetSsoConnection)]
struct Set {
    /// The provider's address, exactly as it names itself: https, and on the public internet.
    #[schema(example = "https://accounts.example.com")]
    issuer: String,
    /// What the provider calls this shop.
    client_id: String,
    /// What the provider gave with it. The one that is kept stays where nothing is said, unless issuer or client change.
    #[schema(value_type = Option<String>)]
    client_secret: Option<SecretString>,
    /// Whose e-mail addresses the provider may vouch for, 1 to 20; subdomains are named one by one.
    #[schema(example = json!(["example.com"]))]
    domains: Vec<String>,
    /// What somebody becomes who signs in for the first time: manager, user or viewer; user where nothing is said.
    #[schema(value_type = Option<String>, example = "user")]
    role: Option<Role>,
    /// Whether it can be used.
    enabled: bool,
    /// Whether members other than owners can sign in this way alone.
    #[serde(default)]
    required: bool,
}

async fn set(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>, body: Body<Set>) -> Answer<Json<Connection>> {
    caller.own(id)?;
    let Set { issuer, client_id, client_secret, domains, role, enabled, required } = body.value;
    let secret = client_secret.map(|secret| secret.expose_secret().to_owned());
    put(&app, &caller, Wanted { issuer, client_id, secret, domains, role: role.unwrap_or(Role::User), enabled, required }).await?;
    Ok(Json(connection(&app, &caller).await?.ok_or_else(|| Error::not_found("single sign-on"))?))
}

async fn remove(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>) -> Answer<StatusCode> {
    caller.own(id)?;
    app.db.run(&caller.who, RemoveConnection { by: caller.reach.clone() }).await?;
    Ok(StatusCode::NO_CONTENT)
}
