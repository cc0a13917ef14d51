//! A person's devices.

use crate::commands::{EndDevice, RegisterPush};
use crate::model::{Device, PushKind};
use crate::queries;
use axum::Json;
use axum::extract::State;
use facts::{DeviceId, Id, UserId};
use http::StatusCode;
use serde::Deserialize;
use store::{Actor, Error, Kind, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Access, Answer, App, Body, Caller, Cursor, Listed, Paging, Path, Permission, Query, Route};

/// The longest push token, in bytes: a web push subscription is a few hundred.
const PUSH_TOKEN: usize = 4_096;

pub(super) fn routes() -> Vec<Route> {
    const ONE: &str = "/api/v2/devices/{id}";
    const PUSH: &str = "The registration token of FCM, or a web push subscription as JSON text. A token that another device registered is this one's from now on.";
    vec![
        Route::get("/api/v2/devices", Access::SignedIn, list)
            .says(
                "List devices",
                "One's own, newest first, signed out ones too. With `everyone=true` all of them, for who may change members.",
            )
            .query::<Which>()
            .gives::<Listed<Device>>(200),
        Route::delete(ONE, Access::SignedIn, end)
            .says("Sign a device out", "One's own, or anybody's for who may change members. It is shut out at once."),
        Route::put("/api/v2/devices/{id}/push", Access::SignedIn, push)
            .says("Keep where a device is reached", PUSH)
            .takes::<Push>()
            .gives::<Device>(200),
    ]
}

/// The person; a key has no devices.
fn person(caller: &Caller) -> Option<UserId> {
    match caller.who.actor {
        Actor::Member(user) => Some(user),
        _ => None,
    }
}

#[derive(Debug, Deserialize, IntoParams)]
struct Which {
    /// How many at the most, 1 to 200; 50 when not said.
    limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    cursor: Option<String>,
    /// `true` for everybody's.
    everyone: Option<String>,
}

async fn list(State(app): State<App>, caller: Caller, Query(which): Query<Which>) -> Answer<Json<Listed<Device>>> {
    let paging = Paging { limit: which.limit, cursor: which.cursor };
    let limit = paging.limit()?;
    let everyone = match which.everyone.as_deref() {
        None | Some("" | "false") => false,
        Some("true") => true,
        Some(_) => return Err(Error::field("everyone", "true or false").into()),
    };
    if everyone && !caller.may(Permission::MembersWrite) {
        return Err(Error::new(Kind::Forbidden, "forbidden", "Only who may change members sees everybody's devices.").into());
    }
    // A key is nobody, and nobody has no devices.
    let of = if everyone { None } else { Some(person(&caller).unwrap_or(UserId::from_uuid(uuid::Uuid::nil()))) };
    let rows = queries::devices(&mut app.db.read_main(caller.tenant()), of, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, |device| Cursor { at: device.created_at, id: device.id.uuid() })))
}

async fn end(State(app): State<App>, caller: Caller, Path(id): Path<DeviceId>) -> Answer<StatusCode> {
    let of = if caller.may(Permission::MembersWrite) { None } else { Some(own(&caller)?) };
    app.db.run(&caller.who, EndDevice { id, of, why: "revoked" }).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn own(caller: &Caller) -> Result<UserId> {
    person(caller).ok_or_else(|| Error::not_found("device"))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RegisterPush)]
struct Push {
    /// By whom the app is woken: fcm or webpush.
    #[schema(value_type = String, example = "fcm")]
    kind: PushKind,
    /// What that service wants to see, up to 4096 bytes.
    #[schema(example = "dGhlIHRva2VuIG9mIGEgcGhvbmU")]
    token: String,
}

async fn push(State(app): State<App>, caller: Caller, Path(id): Path<DeviceId>, body: Body<Push>) -> Answer<Json<Device>> {
    let Push { kind, token } = body.value;
    if token.trim().is_empty() || token.len() > PUSH_TOKEN {
        return Err(Error::field("token", format!("1 to {PUSH_TOKEN} bytes")).into());
    }
    let command = RegisterPush { id, of: own(&caller)?, kind, token, vault: app.vault.clone() };
    app.db.run(&caller.who, command).await?;
    let found = queries::device(&mut app.db.read_main(caller.tenant()), id).await?;
    Ok(Json(found.ok_or_else(|| Error::not_found("device"))?))
}
