//! `/api/v1/flags`, and how they stand for a customer.

use crate::commands::{PutFlag, RemoveFlag};
use crate::config;
use crate::flags::{self, Flag, Turned, Why};
use axum::Json;
use axum::extract::State;
use facts::{ContactId, FlagId, Time};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Error, Result};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Listed, Path, Permission, Route};

/// A feature flag.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Flag)]
struct FlagView {
    #[schema(value_type = String, example = "flag_01h2xcejqtf2nbrexx3vqjhp41")]
    id: FlagId,
    #[schema(example = "new_checkout")]
    name: String,
    description: String,
    /// Off is off for everybody.
    on: bool,
    /// The share of customers who get it, in basis points.
    #[schema(example = 2500)]
    share_bps: i64,
    /// Who gets it besides.
    #[schema(value_type = Vec<String>)]
    contacts: Vec<ContactId>,
    /// What FLAG_<NAME> in the environment says instead, for everybody.
    overridden: Option<bool>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

/// What a flag is from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FlagChange {
    #[serde(default)]
    description: String,
    on: bool,
    /// The share of customers who get it, in basis points; nobody when not said.
    #[serde(default)]
    #[schema(example = 2500)]
    share_bps: i64,
    /// Who gets it besides, at most 100.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    contacts: Vec<ContactId>,
}

/// How a flag stands for a customer.
#[derive(Debug, Serialize, ToSchema)]
struct FlagState {
    on: bool,
    /// `environment`, `off`, `named` or `share`.
    #[schema(value_type = String, example = "share")]
    because: Why,
}

impl From<Turned> for FlagState {
    fn from(turned: Turned) -> Self {
        Self { on: turned.on, because: turned.why }
    }
}

/// How every flag stands for a customer.
#[derive(Debug, Serialize, ToSchema)]
struct FlagStates {
    /// By the flags' names.
    #[schema(value_type = Object, example = json!({"new_checkout": {"on": true, "because": "share"}}))]
    flags: BTreeMap<String, FlagState>,
}

async fn views(app: &App, mut read: store::Read) -> Result<Vec<FlagView>> {
    let config = config(app)?;
    let mut named = flags::named(&mut read).await?;
    let view = |flag: Flag| FlagView {
        contacts: named.remove(&flag.id).unwrap_or_default(),
        overridden: config.flags.get(&flag.name).copied(),
        id: flag.id,
        name: flag.name,
        description: flag.description,
        on: flag.is_on,
        share_bps: flag.share_bps,
        created_at: flag.created_at,
    };
    Ok(flags::flags(&mut read).await?.into_iter().map(view).collect())
}

async fn one(app: &App, read: store::Read, name: &str) -> Answer<Json<FlagView>> {
    let found = views(app, read).await?.into_iter().find(|flag| flag.name == name);
    Ok(Json(found.ok_or_else(|| Error::not_found("flag"))?))
}

async fn list(State(app): State<App>, caller: Caller) -> Answer<Json<Listed<FlagView>>> {
    Ok(Json(Listed { data: views(&app, caller.read(&app)).await?, next_cursor: None }))
}

async fn show(State(app): State<App>, caller: Caller, Path(name): Path<String>) -> Answer<Json<FlagView>> {
    one(&app, caller.read(&app), &name).await
}

async fn put(State(app): State<App>, caller: Caller, Path(name): Path<String>, body: Body<FlagChange>) -> Answer<Json<FlagView>> {
    let FlagChange { description, on, share_bps, contacts } = body.value;
    app.db.run(&caller.who, PutFlag { name: name.clone(), description, on, share_bps, contacts }).await?;
    one(&app, app.db.read_main(caller.tenant()), &name).await
}

async fn remove(State(app): State<App>, caller: Caller, Path(name): Path<String>) -> Answer<StatusCode> {
    app.db.run(&caller.who, RemoveFlag(name)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn of_contact(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>) -> Answer<Json<FlagStates>> {
    let mut read = caller.read(&app);
    contacts::find(&mut read, id).await?.ok_or_else(|| Error::not_found("contact"))?;
    let all = flags::all_for(&mut read, id, &config(&app)?.flags).await?;
    Ok(Json(FlagStates { flags: all.into_iter().map(|turned| (turned.name.clone(), turned.into())).collect() }))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{EntitlementsRead, TenantWrite};
    vec![
        Route::get("/api/v1/flags", EntitlementsRead, list).says("List feature flags", "By name.").gives::<Listed<FlagView>>(200),
        Route::get("/api/v1/flags/{name}", EntitlementsRead, show).says("Show a feature flag", "").gives::<FlagView>(200),
        Route::put("/api/v1/flags/{name}", TenantWrite, put)
            .says("Make or change a feature flag", "As a whole. A share that grows takes nobody out: whoever has it keeps it.")
            .takes::<FlagChange>()
            .gives::<FlagView>(200),
        Route::delete("/api/v1/flags/{name}", TenantWrite, remove).says("Take a feature flag away", "It is off for everybody then."),
        Route::get("/api/v1/contacts/{id}/flags", EntitlementsRead, of_contact)
            .says("Show how every flag stands for a customer", "A flag that is not there is off.")
            .gives::<FlagStates>(200),
    ]
}
