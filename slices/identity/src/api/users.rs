//! A tenant's members.

use crate::commands::{AddMember, ChangeRole, RemoveMember};
use crate::model::Member;
use crate::{gate, password, queries};
use axum::Json;
use axum::extract::State;
use facts::{Id, TenantId, UserId};
use http::StatusCode;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Cursor, Listed, Paging, Path, Path2, Permission, Query, Role, Route};

pub(super) fn routes() -> Vec<Route> {
    const ALL: &str = "/api/v1/tenants/{id}/users";
    const ONE: &str = "/api/v1/tenants/{id}/users/{user_id}";
    vec![
        Route::get(ALL, Permission::TenantRead, list).says("List members", "Newest first.").query::<Paging>().gives::<Listed<Member>>(200),
        Route::post(ALL, Permission::MembersWrite, add)
            .says(
                "Add a member",
                "For somebody new, with a first password. Whoever has an account already is invited: `POST …/invitations`. Nobody gives a role above their own.",
            )
            .takes::<Add>()
            .gives::<Member>(201),
        Route::put(ONE, Permission::MembersWrite, change)
            .says("Change a member's role", "It holds at once. The last owner stays an owner.")
            .takes::<Change>()
            .gives::<Member>(200),
        Route::delete(ONE, Permission::MembersWrite, remove).says("Remove a member", "Their sessions end at once. The last owner stays."),
    ]
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TenantId>,
    Query(paging): Query<Paging>,
) -> Answer<Json<Listed<Member>>> {
    caller.own(id)?;
    let limit = paging.limit()?;
    let rows = queries::members(&mut caller.read(&app), paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, |member| Cursor { at: member.created_at, id: member.id.uuid() })))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AddMember)]
struct Add {
    /// Their e-mail address.
    email: String,
    /// The name they sign in with; their e-mail address where none is said.
    username: Option<String>,
    /// What they are called.
    name: Option<String>,
    /// What they may do: owner, admin, manager, user or viewer.
    #[schema(value_type = String, example = "user")]
    role: Role,
    /// A first password, at least 10 characters, for whoever has no account yet.
    #[schema(value_type = Option<String>)]
    password: Option<SecretString>,
}

async fn add(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>, body: Body<Add>) -> Answer<(StatusCode, Json<Member>)> {
    caller.own(id)?;
    let wanted = body.value;
    let password_hash = match &wanted.password {
        Some(password) => {
            password::check(password, &[&wanted.email, wanted.name.as_deref().unwrap_or_default()])?;
            Some(password::hash_password(app.db.dice(), password).await?)
        }
        None => None,
    };
    let Add { email, username, name, role, .. } = wanted;
    let member = app.db.run(&caller.who, AddMember { email, username, name, role, password_hash, by: caller.reach.clone() }).await?;
    Ok((StatusCode::CREATED, Json(member)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeMember)]
struct Change {
    /// What they may do from now on: owner, admin, manager, user or viewer.
    #[schema(value_type = String, example = "manager")]
    role: Role,
}

async fn change(
    State(app): State<App>,
    caller: Caller,
    Path2(id, user_id): Path2<TenantId, UserId>,
    body: Body<Change>,
) -> Answer<Json<Member>> {
    caller.own(id)?;
    let (member, sessions) = app.db.run(&caller.who, ChangeRole { user_id, role: body.value.role, by: caller.reach.clone() }).await?;
    gate::forget_member(&app, id, user_id, &sessions).await;
    Ok(Json(member))
}

async fn remove(State(app): State<App>, caller: Caller, Path2(id, user_id): Path2<TenantId, UserId>) -> Answer<StatusCode> {
    caller.own(id)?;
    let sessions = app.db.run(&caller.who, RemoveMember { user_id, by: caller.reach.clone() }).await?;
    gate::forget_member(&app, id, user_id, &sessions).await;
    Ok(StatusCode::NO_CONTENT)
}
