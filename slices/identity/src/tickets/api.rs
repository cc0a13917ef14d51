//! Invitations by the API.

use super::invitations::{Invite, Withdraw};
use super::life::{self, Ticket};
use super::rows;
use axum::Json;
use axum::extract::State;
use facts::{Id, TenantId, TicketId, Time};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use store::Error;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Cursor, Listed, Paging, Path, Path2, Permission, Query, Role, Route};

const ALL: &str = "/api/v1/tenants/{id}/invitations";
const ONE: &str = "/api/v1/tenants/{id}/invitations/{invitation_id}";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(ALL, Permission::TenantRead, list)
            .says("List open invitations", "Newest first.")
            .query::<Paging>()
            .gives::<Listed<Invitation>>(200),
        Route::post(ALL, Permission::MembersWrite, invite)
            .says(
                "Invite somebody",
                "They get a mail with a link that works once, for a week; whoever follows it becomes a member. An earlier invitation \
                 to the same address ends. Nobody gives a role above their own.",
            )
            .at_most("INVITE", 30)
            .takes::<NewInvitation>()
            .gives::<Invitation>(201),
        Route::delete(ONE, Permission::MembersWrite, withdraw).says("Take an invitation back", "Its link opens nothing from then on."),
    ]
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewInvitation {
    /// Where the link goes.
    #[schema(example = "asha@example.com")]
    email: String,
    /// What they may do: owner, admin, manager, user or viewer.
    #[schema(value_type = String, example = "user")]
    role: Role,
}

/// An invitation that is still open.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Invitation {
    /// Its id.
    #[schema(value_type = String, example = "tkt_01h2xcejqtf2nbrexx3vqjhp41")]
    id: TicketId,
    /// Where its link went.
    email: String,
    /// What it gives.
    #[schema(value_type = Option<String>, example = "user")]
    role: Option<Role>,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// From when on its link opens nothing.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Time,
}

impl From<Ticket> for Invitation {
    fn from(ticket: Ticket) -> Self {
        let Ticket { id, email, role, created_at, expires_at, .. } = ticket;
        Self { id, email, role, created_at, expires_at }
    }
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TenantId>,
    Query(paging): Query<Paging>,
) -> Answer<Json<Listed<Invitation>>> {
    caller.own(id)?;
    let limit = paging.limit()?;
    let open = rows::invitations(&mut caller.read(&app), paging.cursor()?, limit + 1, app.db.clock().now()).await?;
    let open = open.into_iter().map(Invitation::from).collect();
    Ok(Json(Listed::new(open, limit, |one| Cursor { at: one.created_at, id: one.id.uuid() })))
}

async fn invite(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TenantId>,
    body: Body<NewInvitation>,
) -> Answer<(StatusCode, Json<Invitation>)> {
    caller.own(id)?;
    let NewInvitation { email, role } = body.value;
    let invite = Invite { email, role, by: caller.reach.clone(), name: caller.name.clone(), vault: app.vault.clone() };
    let id = app.db.run(&caller.who, invite).await?;
    let made = life::ticket(&mut app.db.read_main(caller.tenant()), id).await?.ok_or_else(|| Error::not_found("invitation"))?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

async fn withdraw(State(app): State<App>, caller: Caller, Path2(id, ticket): Path2<TenantId, TicketId>) -> Answer<StatusCode> {
    caller.own(id)?;
    app.db.run(&caller.who, Withdraw(ticket)).await?;
    Ok(StatusCode::NO_CONTENT)
}
