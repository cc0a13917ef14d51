//! Opening a tenant, looking at it, changing it.

use crate::commands::{ChangeTenant, CreateTenant, Owner};
use crate::model::{NewTenant, Tenant};
use crate::{create_tenant, gate, password, queries};
use axum::Json;
use axum::extract::State;
use facts::{Currency, TenantId};
use http::StatusCode;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Access, Answer, App, Body, Caller, Path, Permission, Route};

pub(super) fn routes() -> Vec<Route> {
    const MORE: &str = "For the platform's operator alone (`Authorization: Bearer $ADMIN_TOKEN`). The answer holds the tenant's first API key, \
                        which is shown this once. An owner who has an account already signs in with the password given here from now on.";
    vec![
        Route::post("/api/v1/tenants", Access::Operator, create).says("Open a tenant", MORE).takes::<Create>().gives::<NewTenant>(201),
        Route::get("/api/v1/tenants/{id}", Permission::TenantRead, find).says("Look at your tenant", "").gives::<Tenant>(200),
        Route::put("/api/v1/tenants/{id}", Permission::TenantWrite, change)
            .says("Change your tenant", "What is not said stays as it is.")
            .takes::<Change>()
            .gives::<Tenant>(200),
    ]
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateTenant)]
struct Create {
    /// What it is called, 1 to 120 characters.
    name: String,
    /// Its shop's address, `/s/{slug}`; made from the name where none is said.
    slug: Option<String>,
    /// An IANA time zone; Asia/Kolkata where none is said.
    time_zone: Option<String>,
    /// An ISO 4217 code; INR where none is said.
    #[schema(value_type = Option<String>)]
    currency: Option<Currency>,
    /// Who will own it.
    owner: CreateOwner,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateTenantOwner)]
struct CreateOwner {
    /// Their e-mail address.
    email: String,
    /// The name they sign in with; their e-mail address where none is said.
    username: Option<String>,
    /// What they are called.
    name: Option<String>,
    /// At least 10 characters.
    #[schema(value_type = String)]
    password: SecretString,
}

async fn create(State(app): State<App>, caller: Caller, body: Body<Create>) -> Answer<(StatusCode, Json<NewTenant>)> {
    let wanted = body.value;
    password::check(&wanted.owner.password, &[&wanted.name, &wanted.owner.email, wanted.owner.name.as_deref().unwrap_or_default()])?;
    let password_hash = password::hash_password(app.db.dice(), &wanted.owner.password).await?;
    let owner = Owner { email: Some(wanted.owner.email), username: wanted.owner.username, name: wanted.owner.name, password_hash };
    let mut create = CreateTenant::new(wanted.name, owner);
    create.slug = wanted.slug;
    create.time_zone = wanted.time_zone.unwrap_or(create.time_zone);
    create.currency = wanted.currency.unwrap_or(create.currency);
    let made = create_tenant(&app.db, caller.who.actor.clone(), create).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

async fn find(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>) -> Answer<Json<Tenant>> {
    caller.own(id)?;
    Ok(Json(queries::tenant(&mut caller.read(&app)).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeTenant)]
struct Change {
    /// What it is called, 1 to 120 characters.
    name: Option<String>,
    /// An IANA time zone.
    time_zone: Option<String>,
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>, body: Body<Change>) -> Answer<Json<Tenant>> {
    caller.own(id)?;
    let Change { name, time_zone } = body.value;
    let tenant = app.db.run(&caller.who, ChangeTenant { name, time_zone }).await?;
    gate::forget_shop(&app, &tenant.slug).await;
    Ok(Json(tenant))
}
