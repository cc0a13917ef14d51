//! Devices for push messages, over HTTP.

use super::commands::{AddDevice, RemoveDevice};
use super::{Device, Kind, rows};
use crate::world::Channels;
use axum::Json;
use axum::extract::State;
use facts::{ContactId, Id, PushDeviceId, Time};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Body, Caller, Cursor, Listed, Paging, Path, Permission, Query, Route};

const ALL: &str = "/api/v1/push-devices";

pub(super) fn routes() -> Vec<Route> {
    const ADD: &str = "A browser's subscription as `PushManager.subscribe` gives it, or the token that Firebase gives an app. The same device is kept once. \
                       With `contact_id` its messages reach that person.";
    vec![
        Route::post(ALL, Permission::ContactsWrite, add).says("Add a device for push messages", ADD).takes::<Add>().gives::<Added>(201),
        Route::get(ALL, Permission::ContactsRead, list)
            .says("List devices for push messages", "Newest first. How they are reached is not told.")
            .query::<Narrow>()
            .gives::<Listed<Shown>>(200),
        Route::delete("/api/v1/push-devices/{id}", Permission::ContactsWrite, remove)
            .says("Take a device back", "It gets no more messages."),
        Route::get("/api/v1/push-key", Permission::ContactsRead, key)
            .says("The key that browsers subscribe with", "Goes into `applicationServerKey` of `PushManager.subscribe`.")
            .gives::<Key>(200),
    ]
}

/// A browser's subscription, or an app's token. Browsers say more than is kept, so that is let through.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AddPushDevice)]
struct Add {
    /// The browser's address.
    #[schema(example = "https://push.example.com/v2/abc")]
    endpoint: Option<String>,
    /// The browser's keys.
    keys: Option<Keys>,
    /// The token that Firebase gives an app, in place of an address.
    fcm_token: Option<String>,
    /// Whose it is.
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PushKeys)]
struct Keys {
    p256dh: String,
    auth: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PushDeviceAdded)]
struct Added {
    #[schema(value_type = String)]
    id: PushDeviceId,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PushKey)]
struct Key {
    /// 65 bytes in base64url.
    key: String,
}

/// A device as it is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = PushDevice)]
struct Shown {
    #[schema(value_type = String)]
    id: PushDeviceId,
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    /// `fcm` or `webpush`.
    #[schema(value_type = String)]
    kind: Kind,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

#[derive(Deserialize, IntoParams)]
struct Narrow {
    /// Of this contact alone.
    #[param(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    /// How many at the most, 1 to 200; 50 when not said.
    limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    cursor: Option<String>,
}

async fn add(State(app): State<App>, caller: Caller, body: Body<Add>) -> Answer<(StatusCode, Json<Added>)> {
    let Add { endpoint, keys, fcm_token, contact_id } = body.value;
    let command = match (endpoint, fcm_token) {
        (Some(endpoint), None) => {
            app.outside.check("endpoint", &endpoint)?;
            let (p256dh, auth) = keys.map(|keys| (keys.p256dh, keys.auth)).unzip();
            AddDevice { contact_id, kind: Kind::Webpush, endpoint, p256dh, auth }
        }
        (None, Some(token)) => AddDevice { contact_id, kind: Kind::Fcm, endpoint: token, p256dh: None, auth: None },
        _ => return Err(store::Error::field("endpoint", "either a browser's endpoint with its keys, or an fcm_token").into()),
    };
    let id = app.db.run(&caller.who, command).await?;
    Ok((StatusCode::CREATED, Json(Added { id })))
}

async fn list(State(app): State<App>, caller: Caller, Query(narrow): Query<Narrow>) -> Answer<Json<Listed<Shown>>> {
    let paging = Paging { limit: narrow.limit, cursor: narrow.cursor };
    let (limit, cursor) = (paging.limit()?, paging.cursor()?);
    let found = rows::list(&mut caller.read(&app), narrow.contact_id, cursor, limit + 1).await?;
    let shown = found.into_iter().map(|device: Device| Shown {
        id: device.id,
        contact_id: device.contact_id,
        kind: device.kind,
        created_at: device.created_at,
    });
    Ok(Json(Listed::new(shown.collect(), limit, |device| Cursor { at: device.created_at, id: device.id.uuid() })))
}

async fn remove(State(app): State<App>, caller: Caller, Path(id): Path<PushDeviceId>) -> Answer<StatusCode> {
    app.db.run(&caller.who, RemoveDevice(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn key(State(app): State<App>, caller: Caller) -> Answer<Json<Key>> {
    let key = app.extra::<Channels>()?.push_key(caller.who.tenant).await?;
    Ok(Json(Key { key }))
}
