//! The buttons of a campaign's page.

use super::{HERE, show};
use crate::api::ListQuery;
use crate::carried;
use crate::commands::{DeleteCampaign, MoveCampaign, TestCampaign};
use crate::states::Act;
use axum::extract::State as Of;
use axum::response::{IntoResponse, Redirect, Response};
use facts::messages::Channel;
use facts::{CampaignId, Time};
use serde::Deserialize;
use store::Result;
use web::page::refused;
use web::problem::status;
use web::{Answer, App, Caller, Form, Path, Permission, Route};

/// Back to the campaign, or the campaign with what was wrong.
async fn answer<T>(app: &App, caller: &Caller, id: CampaignId, done: Result<T>, to: String) -> Answer<Response> {
    match refused(done)? {
        Ok(_) => Ok(Redirect::to(&to).into_response()),
        Err(failure) => {
            let page = show::page(app, caller, id, &ListQuery::default(), "", Some(&failure)).await?;
            Ok((status(&failure.0), page).into_response())
        }
    }
}

async fn moved(app: &App, caller: &Caller, id: CampaignId, act: Act, (starts_at, over_days): (Option<Time>, bool)) -> Answer<Response> {
    let reached = match act {
        Act::Freeze | Act::Send => carried::of(app, caller, id).await,
        _ => Ok(()),
    };
    if let Err(error) = reached {
        return answer::<()>(app, caller, id, Err(error), String::new()).await;
    }
    let at_once = act == Act::Send && starts_at.is_none();
    let done = app.db.run(&caller.who, MoveCampaign { id, act, starts_at, at_once, over_days }).await;
    answer(app, caller, id, done, format!("{HERE}/{id}")).await
}

async fn freeze(Of(app): Of<App>, caller: Caller, Path(id): Path<CampaignId>) -> Answer<Response> {
    moved(&app, &caller, id, Act::Freeze, (None, false)).await
}

async fn pause(Of(app): Of<App>, caller: Caller, Path(id): Path<CampaignId>) -> Answer<Response> {
    moved(&app, &caller, id, Act::Pause, (None, false)).await
}

async fn resume(Of(app): Of<App>, caller: Caller, Path(id): Path<CampaignId>) -> Answer<Response> {
    moved(&app, &caller, id, Act::Resume, (None, false)).await
}

async fn cancel(Of(app): Of<App>, caller: Caller, Path(id): Path<CampaignId>) -> Answer<Response> {
    moved(&app, &caller, id, Act::Cancel, (None, false)).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct When {
    starts_at: String,
    over_days: Option<String>,
}

async fn send(Of(app): Of<App>, caller: Caller, Path(id): Path<CampaignId>, Form(when): Form<When>) -> Answer<Response> {
    match caller.moment("starts_at", &when.starts_at) {
        Ok(at) => moved(&app, &caller, id, Act::Send, (at, when.over_days.is_some())).await,
        Err(error) => answer::<()>(&app, &caller, id, Err(error), String::new()).await,
    }
}

async fn delete(Of(app): Of<App>, caller: Caller, Path(id): Path<CampaignId>) -> Answer<Response> {
    let done = app.db.run(&caller.who, DeleteCampaign(id)).await;
    answer(&app, &caller, id, done, HERE.to_owned()).await
}

#[derive(Debug, Deserialize)]
struct Tested {
    channel: Channel,
    to: String,
}

async fn test(Of(app): Of<App>, caller: Caller, Path(id): Path<CampaignId>, Form(typed): Form<Tested>) -> Answer<Response> {
    let Tested { channel, to } = typed;
    let done = app.db.run(&caller.who, TestCampaign { id, channel, to, contact_id: None }).await;
    let to = done.as_ref().map(|message| format!("/admin/messages/{message}")).unwrap_or_default();
    answer(&app, &caller, id, done, to).await
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::MessagesWrite;
    vec![
        Route::post("/admin/campaigns/{id}/freeze", MessagesWrite, freeze).page().says("Count the audience", "Nothing is sent."),
        Route::post("/admin/campaigns/{id}/send", MessagesWrite, send).page().says("Send a campaign", "At once, or later."),
        Route::post("/admin/campaigns/{id}/pause", MessagesWrite, pause).page().says("Pause a campaign", "For now."),
        Route::post("/admin/campaigns/{id}/resume", MessagesWrite, resume).page().says("Go on", "Where it was paused."),
        Route::post("/admin/campaigns/{id}/cancel", MessagesWrite, cancel).page().says("Cancel a campaign", "For good."),
        Route::post("/admin/campaigns/{id}/delete", MessagesWrite, delete).page().says("Delete a campaign", "One that was never sent."),
        Route::post("/admin/campaigns/{id}/test", MessagesWrite, test).page().says("Send it to yourself", "One of its texts."),
    ]
}
