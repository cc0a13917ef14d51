//! A tenant's API keys.

use crate::commands::{CreateApiKey, RevokeApiKey, RotateApiKey};
use crate::model::{ApiKey, NewKey, OVERLAP};
use crate::test_mode::{self, Mode};
use crate::{gate, queries};
use axum::Json;
use axum::extract::State;
use facts::{ApiKeyId, Id, TenantId, Time};
use http::StatusCode;
use serde::Deserialize;
use std::time::Duration;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Cursor, Listed, Paging, Path, Path2, Permission, Query, Role, Route};

pub(super) fn routes() -> Vec<Route> {
    const ALL: &str = "/api/v1/tenants/{id}/api-keys";
    const ONE: &str = "/api/v1/tenants/{id}/api-keys/{key_id}";
    const ROTATE: &str = "/api/v1/tenants/{id}/api-keys/{key_id}/rotate";
    vec![
        Route::get(ALL, Permission::KeysWrite, list)
            .says("List API keys", "Newest first, revoked ones too. The keys themselves are stored nowhere.")
            .query::<Paging>()
            .gives::<Listed<ApiKey>>(200),
        Route::post(ALL, Permission::KeysWrite, create)
            .says("Make an API key", "`key` goes into `Authorization: Bearer` and is shown this once. A key may do no more than its maker.")
            .takes::<Create>()
            .gives::<NewKey>(201),
        Route::post(ROTATE, Permission::KeysWrite, rotate)
            .says(
                "Replace an API key",
                "The new one may do what the old one may, and is shown this once. The old one goes on for a while, so that nothing stands still.",
            )
            .takes::<Rotate>()
            .gives::<NewKey>(201),
        Route::delete(ONE, Permission::KeysWrite, revoke).says("Revoke an API key", "It stops working at once, and stays in the list."),
    ]
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TenantId>,
    Query(paging): Query<Paging>,
) -> Answer<Json<Listed<ApiKey>>> {
    caller.own(id)?;
    let limit = paging.limit()?;
    let rows = queries::keys(&mut caller.read(&app), paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, |key| Cursor { at: key.created_at, id: key.id.uuid() })))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateApiKey)]
struct Create {
    /// What it is called, 1 to 80 characters.
    name: String,
    /// `live`, or `test` for the tenant's test data, where nothing real happens; `live` where nothing is said.
    #[schema(value_type = Option<String>, example = "test")]
    mode: Option<Mode>,
    /// What it may do; as much as its maker where none is said.
    #[schema(value_type = Option<String>, example = "manager")]
    role: Option<Role>,
    /// What of the role's permissions it has, such as `orders.read`; all of them where nothing is said.
    #[schema(value_type = Option<Vec<String>>, example = json!(["orders.read", "orders.write"]))]
    scopes: Option<Vec<Permission>>,
    /// Requests an hour; 1000 where none is said.
    per_hour: Option<u32>,
    /// From when it no longer works.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Time>,
}

async fn create(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TenantId>,
    body: Body<Create>,
) -> Answer<(StatusCode, Json<NewKey>)> {
    caller.own(id)?;
    let Create { name, mode, role, scopes, per_hour, expires_at } = body.value;
    let mode = mode.unwrap_or(Mode::Live);
    if mode == Mode::Test {
        test_mode::ready(&app, &caller).await?;
    }
    let command =
        CreateApiKey { name, mode, role: role.unwrap_or(caller.reach.role), scopes, per_hour, expires_at, by: caller.reach.clone() };
    Ok((StatusCode::CREATED, Json(app.db.run(&caller.who, command).await?)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RotateApiKey)]
struct Rotate {
    /// Hours for which the old key goes on, 0 to 720; 24 where nothing is said.
    overlap_hours: Option<u32>,
}

async fn rotate(
    State(app): State<App>,
    caller: Caller,
    Path2(id, key_id): Path2<TenantId, ApiKeyId>,
    body: Body<Rotate>,
) -> Answer<(StatusCode, Json<NewKey>)> {
    caller.own(id)?;
    let overlap = body.value.overlap_hours.map_or(OVERLAP, |hours| Duration::from_secs(u64::from(hours) * 3_600));
    let (made, hash) = app.db.run(&caller.who, RotateApiKey { id: key_id, overlap, by: caller.reach.clone() }).await?;
    gate::forget_key(&app, &hash).await;
    Ok((StatusCode::CREATED, Json(made)))
}

async fn revoke(State(app): State<App>, caller: Caller, Path2(id, key_id): Path2<TenantId, ApiKeyId>) -> Answer<StatusCode> {
    caller.own(id)?;
    let hash = app.db.run(&caller.who, RevokeApiKey { id: key_id }).await?;
    gate::forget_key(&app, &hash).await;
    Ok(StatusCode::NO_CONTENT)
}
