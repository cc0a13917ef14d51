//! `/api/v1/social/places`.

use super::view::{MadeView, PlaceView};
use crate::commands::{ChangePlace, MakePlace, RemovePlace, RotateSecret, TestPlace, Wanted};
use crate::model::PlaceKind;
use crate::queries;
use axum::Json;
use axum::extract::State;
use facts::SocialPlaceId;
use http::StatusCode;
use serde::Deserialize;
use store::Result;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Listed, Path, Permission, Route};

/// A place as it is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSocialPlace)]
struct Asked {
    /// What you call it, up to 60 characters.
    #[schema(example = "Our page")]
    name: String,
    /// `facebook`, `instagram`, `x`, `linkedin`, `google_business`, `telegram` or `other`.
    #[schema(value_type = String, example = "facebook")]
    kind: PlaceKind,
    /// Where posts are posted to.
    #[schema(example = "https://hooks.zapier.com/hooks/catch/123/abc")]
    address: String,
}

async fn list(State(app): State<App>, caller: Caller) -> Answer<Json<Listed<PlaceView>>> {
    let places = queries::places(&mut app.db.read_main(caller.tenant())).await?;
    Ok(Json(Listed { data: places.into_iter().map(PlaceView::from).collect(), next_cursor: None }))
}

async fn make(State(app): State<App>, caller: Caller, body: Body<Asked>) -> Answer<(StatusCode, Json<MadeView>)> {
    let Asked { name, kind, address } = body.value;
    let wanted = Wanted::new(&app.outside, Some(&name), Some(kind), Some(&address))?;
    let (place, secret) = app.db.run(&caller.who, MakePlace { wanted, vault: app.vault.clone() }).await?;
    Ok((StatusCode::CREATED, Json(MadeView { place: place.into(), secret })))
}

async fn found(app: &App, caller: &Caller, id: SocialPlaceId) -> Result<PlaceView> {
    Ok(queries::place(&mut app.db.read_main(caller.tenant()), id).await?.into())
}

async fn one(State(app): State<App>, caller: Caller, Path(id): Path<SocialPlaceId>) -> Answer<Json<PlaceView>> {
    Ok(Json(found(&app, &caller, id).await?))
}

/// What is to be otherwise; what is not said stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeSocialPlace)]
struct Change {
    #[schema(example = "Our page")]
    name: Option<String>,
    #[schema(value_type = Option<String>, example = "facebook")]
    kind: Option<PlaceKind>,
    #[schema(example = "https://hooks.zapier.com/hooks/catch/123/abc")]
    address: Option<String>,
    /// Whether posts go there.
    active: Option<bool>,
    /// The version that is changed; a change of another one is refused.
    version: Option<i64>,
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<SocialPlaceId>, body: Body<Change>) -> Answer<Json<PlaceView>> {
    let Change { name, kind, address, active, version } = body.value;
    let wanted = Wanted::new(&app.outside, name.as_deref(), kind, address.as_deref())?;
    app.db.run(&caller.who, ChangePlace { id, version, wanted, active }).await?;
    Ok(Json(found(&app, &caller, id).await?))
}

async fn remove(State(app): State<App>, caller: Caller, Path(id): Path<SocialPlaceId>) -> Answer<StatusCode> {
    app.db.run(&caller.who, RemovePlace(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn rotate(State(app): State<App>, caller: Caller, Path(id): Path<SocialPlaceId>) -> Answer<(StatusCode, Json<MadeView>)> {
    let secret = app.db.run(&caller.who, RotateSecret { id, vault: app.vault.clone() }).await?;
    Ok((StatusCode::CREATED, Json(MadeView { place: found(&app, &caller, id).await?, secret })))
}

async fn test(State(app): State<App>, caller: Caller, Path(id): Path<SocialPlaceId>) -> Answer<(StatusCode, Json<PlaceView>)> {
    app.db.run(&caller.who, TestPlace(id)).await?;
    Ok((StatusCode::ACCEPTED, Json(found(&app, &caller, id).await?)))
}

pub(super) fn routes() -> Vec<Route> {
    const ALL: &str = "/api/v1/social/places";
    const ONE: &str = "/api/v1/social/places/{id}";
    const MAY: Permission = Permission::MessagesWrite;
    vec![
        Route::get(ALL, MAY, list).says("List places", "All places that posts go to, oldest first.").gives::<Listed<PlaceView>>(200),
        Route::post(ALL, MAY, make)
            .says(
                "Add a place",
                "The webhook of a program that posts there, such as Buffer, Zapier, Make, n8n, Pabbly or your own. Posts are signed as Standard \
                 Webhooks has it; `secret` verifies the signatures and is shown this once. An address leads to the public internet, by https in \
                 production.",
            )
            .takes::<Asked>()
            .gives::<MadeView>(201),
        Route::get(ONE, MAY, one).says("Show a place", "").gives::<PlaceView>(200),
        Route::put(ONE, MAY, change)
            .says("Change a place", "What is not said stays. With `active` false nothing goes there until it is true again.")
            .takes::<Change>()
            .gives::<PlaceView>(200),
        Route::delete(ONE, MAY, remove)
            .says("Remove a place", "Nothing goes there any more, also nothing that is planned. What went there stays on its posts."),
        Route::post("/api/v1/social/places/{id}/rotate", MAY, rotate)
            .says(
                "Give a place a new secret",
                "The old one signs along for 24 hours, so that each post carries two signatures. The new one is shown this once.",
            )
            .gives::<MadeView>(201),
        Route::post("/api/v1/social/places/{id}/test", MAY, test)
            .says("Test a place", "Sends `social.test` there, once; `tested` and `tested_said` tell what came of it.")
            .gives::<PlaceView>(202),
    ]
}
