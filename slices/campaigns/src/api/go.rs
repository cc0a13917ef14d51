//! Freezing a campaign's audience, sending it, stopping it.

use super::view::{Asked, CampaignView};
use crate::carried;
use crate::commands::{MakeAndSend, MoveCampaign, TestCampaign};
use crate::states::Act;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::messages::Channel;
use facts::{CampaignId, ContactId, MessageId, Time};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Path, Permission, Route, made};

async fn moved(app: &App, caller: &Caller, id: CampaignId, act: Act) -> Answer<Json<CampaignView>> {
    Ok(Json(app.db.run(&caller.who, MoveCampaign { id, act, starts_at: None, at_once: false, over_days: false }).await?.into()))
}

async fn freeze(State(app): State<App>, caller: Caller, Path(id): Path<CampaignId>) -> Answer<(StatusCode, Json<CampaignView>)> {
    carried::of(&app, &caller, id).await?;
    Ok((StatusCode::ACCEPTED, moved(&app, &caller, id, Act::Freeze).await?))
}

async fn pause(State(app): State<App>, caller: Caller, Path(id): Path<CampaignId>) -> Answer<Json<CampaignView>> {
    moved(&app, &caller, id, Act::Pause).await
}

async fn resume(State(app): State<App>, caller: Caller, Path(id): Path<CampaignId>) -> Answer<Json<CampaignView>> {
    moved(&app, &caller, id, Act::Resume).await
}

async fn cancel(State(app): State<App>, caller: Caller, Path(id): Path<CampaignId>) -> Answer<Json<CampaignView>> {
    moved(&app, &caller, id, Act::Cancel).await
}

/// When a campaign is to go out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SendCampaign)]
struct When {
    /// As the campaign says where it is not said; else at once.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<Time>,
    /// Over several days where WhatsApp takes fewer people in one; as the campaign says where it is not said.
    #[serde(default)]
    over_days: bool,
}

async fn send(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CampaignId>,
    key: IdempotencyKey,
    body: Body<When>,
) -> Answer<(StatusCode, Json<CampaignView>)> {
    carried::of(&app, &caller, id).await?;
    let When { starts_at, over_days } = body.value;
    let command = MoveCampaign { id, act: Act::Send, starts_at, at_once: false, over_days };
    let campaign = match key.optional(&body.hash) {
        Some(key) => app.db.run_once(&caller.who, key, command).await?.out,
        None => app.db.run(&caller.who, command).await?,
    };
    Ok((StatusCode::ACCEPTED, Json(campaign.into())))
}

async fn make_and_send(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<Asked>) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let campaign = body.value.save(None);
    carried::all(&app, &caller, &campaign.contents).await?;
    let once = app.db.run_once(&caller.who, key, MakeAndSend(campaign)).await?;
    Ok(made(CampaignView::from(once.out), once.replayed))
}

/// Where one of its texts goes, to see how it looks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TestCampaign)]
struct Tested {
    #[schema(value_type = String, example = "whatsapp")]
    channel: Channel,
    /// A number, an e-mail address or a device.
    #[schema(example = "+91 98765 43210")]
    to: String,
    /// To whom it speaks; examples stand for what is known of people, where it is not said.
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CampaignTested)]
struct TestedView {
    #[schema(value_type = String)]
    message_id: MessageId,
}

async fn test(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CampaignId>,
    body: Body<Tested>,
) -> Answer<(StatusCode, Json<TestedView>)> {
    let Tested { channel, to, contact_id } = body.value;
    let message_id = app.db.run(&caller.who, TestCampaign { id, channel, to, contact_id }).await?;
    Ok((StatusCode::ACCEPTED, Json(TestedView { message_id })))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::MessagesWrite;
    vec![
        Route::post("/api/v1/campaigns/{id}/freeze", MessagesWrite, freeze)
            .says("Freeze a campaign's audience", "Goes through all of it: who is written to, and who is left out and why. Nothing is sent.")
            .gives::<CampaignView>(202),
        Route::post("/api/v1/campaigns/{id}/send", MessagesWrite, send)
            .says(
                "Send a campaign",
                "At once, or at a time to come. Its audience is frozen first where it is not; it stays `ready` where that turns out to be more people than WhatsApp takes in a day. Each \
                 recipient gets it once, whatever crashes.",
            )
            .takes::<When>()
            .gives::<CampaignView>(202),
        Route::post("/api/v1/campaigns/send", MessagesWrite, make_and_send)
            .says("Write a campaign and send it", "On one channel or on several.")
            .keyed()
            .takes::<Asked>()
            .gives::<CampaignView>(201),
        Route::post("/api/v1/campaigns/{id}/pause", MessagesWrite, pause)
            .says("Pause a campaign", "What stands in line by then, two seconds of it at most, still goes out.")
            .gives::<CampaignView>(200),
        Route::post("/api/v1/campaigns/{id}/resume", MessagesWrite, resume)
            .says("Resume a campaign", "Where it was paused: nobody is left out, and nobody gets it twice.")
            .gives::<CampaignView>(200),
        Route::post("/api/v1/campaigns/{id}/cancel", MessagesWrite, cancel)
            .says("Cancel a campaign", "For good. What was sent by then stays sent.")
            .gives::<CampaignView>(200),
        Route::post("/api/v1/campaigns/{id}/test", MessagesWrite, test)
            .says("Send a campaign to oneself", "One of its texts, to one address, as a message of its own.")
            .takes::<Tested>()
            .gives::<TestedView>(202),
    ]
}
