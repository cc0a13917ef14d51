//! Suspending, closing and restoring by the API.

use super::commands::{Move, SetPlan};
use super::rules::Act;
use crate::model::Tenant;
use crate::rules as people;
use axum::Json;
use axum::extract::State;
use facts::TenantId;
use serde::Deserialize;
use store::{Error, Result, Who};
use utoipa::ToSchema;
use web::{Access, Answer, App, Body, Caller, Path, Permission, Route};

pub(super) fn routes() -> Vec<Route> {
    const OPERATOR: &str = "For the platform's operator alone (`Authorization: Bearer $ADMIN_TOKEN`).";
    vec![
        Route::post("/api/v1/tenants/{id}/suspend", Access::Operator, suspend)
            .says("Suspend a tenant", OPERATOR)
            .takes::<Why>()
            .gives::<Tenant>(200),
        Route::post("/api/v1/tenants/{id}/resume", Access::Operator, resume).says("Let a suspended tenant go on", OPERATOR).gives::<Tenant>(200),
        Route::put("/api/v1/tenants/{id}/plan", Access::Operator, plan)
            .says("Give a tenant another plan", OPERATOR)
            .takes::<Plan>()
            .gives::<Tenant>(200),
        Route::post("/api/v1/tenants/{id}/close", Permission::TenantClose, close)
            .says(
                "Close your tenant",
                "Its shop is shut and its keys open nothing from this moment. For 30 days an owner can sign in and restore it; then all of it is erased.",
            )
            .takes::<Closing>()
            .gives::<Tenant>(200),
        Route::post("/api/v1/tenants/{id}/restore", Permission::TenantClose, restore)
            .says("Restore a closed tenant", "By an owner who is signed in, within the 30 days.")
            .gives::<Tenant>(200),
    ]
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SuspendTenant)]
struct Why {
    /// Why, in words for the tenant's members.
    reason: String,
}

async fn suspend(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>, body: Body<Why>) -> Answer<Json<Tenant>> {
    let reason = Some(people::label("reason", &body.value.reason, 500)?);
    Ok(Json(act(&app, &caller, id, Act::Suspend, reason).await?))
}

async fn resume(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>) -> Answer<Json<Tenant>> {
    Ok(Json(act(&app, &caller, id, Act::Resume, None).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangePlan)]
struct Plan {
    /// `free`, `pro` or `scale`.
    #[schema(example = "pro")]
    plan: String,
}

async fn plan(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>, body: Body<Plan>) -> Answer<Json<Tenant>> {
    let plan = body.value.plan.parse().map_err(|_| Error::field("plan", "free, pro or scale"))?;
    let tenant = app.db.run(&Who { tenant: id, ..caller.who.clone() }, SetPlan(plan)).await?;
    // What its devices may is remembered with who they are.
    app.cache.forget_all();
    Ok(Json(tenant))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CloseTenant)]
struct Closing {
    /// The tenant's slug once more, so that nobody closes the wrong one.
    slug: String,
}

async fn close(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>, body: Body<Closing>) -> Answer<Json<Tenant>> {
    caller.own(id)?;
    Ok(Json(close_own(&app, &caller, &body.value.slug).await?))
}

/// Closes the caller's own tenant, whose slug they have typed.
///
/// # Errors
/// `slug`, where it is another one; the state does not allow it.
pub(super) async fn close_own(app: &App, caller: &Caller, slug: &str) -> Result<Tenant> {
    let tenant = crate::tenant(&mut caller.read(app)).await?;
    if tenant.slug != slug.trim() {
        return Err(Error::field("slug", format!("type {} to close it", tenant.slug)));
    }
    act(app, caller, caller.tenant(), Act::Close, None).await
}

async fn restore(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>) -> Answer<Json<Tenant>> {
    caller.own(id)?;
    Ok(Json(act(&app, &caller, id, Act::Restore, None).await?))
}

/// Moves a tenant, and forgets who was let in to it.
pub(super) async fn act(app: &App, caller: &Caller, id: TenantId, act: Act, reason: Option<String>) -> Result<Tenant> {
    let tenant = app.db.run(&Who { tenant: id, ..caller.who.clone() }, Move { act, reason }).await?;
    app.cache.forget_all();
    Ok(tenant)
}
