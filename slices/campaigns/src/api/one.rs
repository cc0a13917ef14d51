//! `/api/v1/campaigns`: writing them and looking at them.

use super::view::{Asked, CampaignView, CountView};
use crate::commands::DeleteCampaign;
use crate::cost;
use crate::daily::{self, Over};
use crate::model::{Campaign, State as How};
use crate::outreach::Texts;
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::messages::Channel;
use facts::{CampaignId, ContactId, Id};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use store::{Error, Result};
use tracking::Figures;
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Paging, Path, Permission, Query, Route, filter_part, made};

/// Which campaigns, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
struct ListQuery {
    /// One of its states, such as `running`.
    state: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    cursor: Option<String>,
}

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Json<Listed<CampaignView>>> {
    let paging = Paging { limit: query.limit.clone(), cursor: query.cursor.clone() };
    let limit = paging.limit()?;
    let state = filter_part::<How>("state", query.state.as_deref(), "a state of campaigns, such as running")?;
    let rows = queries::page(&mut caller.read(&app), state.map(How::as_str), paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, queries::place_of).map(CampaignView::from)))
}

async fn create(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<Asked>) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let once = app.db.run_once(&caller.who, key, body.value.save(None)).await?;
    Ok(made(CampaignView::from(once.out), once.replayed))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<CampaignId>) -> Answer<Json<CampaignView>> {
    let look = &mut app.db.read_main(caller.tenant());
    let campaign = queries::found(look, id).await?;
    let counts = queries::counts(look, id).await?;
    let cost = cost::of(look, &campaign, &counts).await?;
    let days = match campaign.state {
        How::Ready => daily::over(look, &campaign, &counts, app.db.clock().now()).await?.map(Over::days),
        _ => None,
    };
    let counts = counts.into_iter().map(CountView::from).collect();
    let Figures { opens, clicks } = tracking::figures(look, id.uuid()).await?;
    Ok(Json(CampaignView { counts: Some(counts), opens: Some(opens), clicks: Some(clicks), cost, days, ..campaign.into() }))
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<CampaignId>, body: Body<Asked>) -> Answer<Json<CampaignView>> {
    Ok(Json(app.db.run(&caller.who, body.value.save(Some(id))).await?.into()))
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<CampaignId>) -> Answer<StatusCode> {
    app.db.run(&caller.who, DeleteCampaign(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// To whom it speaks.
#[derive(Debug, Deserialize, IntoParams)]
struct To {
    /// Somebody whom you know.
    #[param(value_type = String)]
    contact_id: ContactId,
}

/// What a campaign says to somebody on a channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CampaignPreview)]
struct Preview {
    #[schema(value_type = String)]
    channel: Channel,
    subject: String,
    body: String,
    /// Why it cannot be written to them.
    unfit: Option<String>,
}

/// What a campaign says to somebody, on each of its channels.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CampaignPreviews)]
struct Previews {
    data: Vec<Preview>,
}

/// What a campaign says to somebody, by channel.
///
/// # Errors
/// A text that cannot be read.
fn preview(campaign: &Campaign, person: &contacts::Contact) -> Result<Vec<Preview>> {
    let texts = Texts::of(&campaign.contents.0, campaign.way)?;
    let say = |channel: Channel| {
        let said = texts.reader(channel).map(|reader| reader.compose(&texts.known(channel, person)))?;
        Some(match said {
            Ok(composed) => Preview { channel, subject: composed.subject, body: composed.body, unfit: None },
            Err(unfit) => Preview { channel, subject: String::new(), body: String::new(), unfit: Some(unfit.to_string()) },
        })
    };
    Ok(campaign.contents.0.iter().filter_map(|text| say(text.channel)).collect())
}

async fn previewed(State(app): State<App>, caller: Caller, Path(id): Path<CampaignId>, Query(to): Query<To>) -> Answer<Json<Previews>> {
    let look = &mut caller.read(&app);
    let campaign = queries::found(look, id).await?;
    let person = contacts::find(look, to.contact_id).await?.ok_or_else(|| Error::not_found("contact"))?;
    Ok(Json(Previews { data: preview(&campaign, &person)? }))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{ContactsRead, MessagesRead, MessagesWrite};
    const ONE: &str = "/api/v1/campaigns/{id}";
    vec![
        Route::get("/api/v1/campaigns", MessagesRead, list)
            .says("List campaigns", "Newest first.")
            .query::<ListQuery>()
            .gives::<Listed<CampaignView>>(200),
        Route::post("/api/v1/campaigns", MessagesWrite, create)
            .says(
                "Write a campaign",
                "Nothing is sent yet. Its texts may use `{{ name }}`, `{{ first_name }}`, and any attribute that people have.",
            )
            .keyed()
            .takes::<Asked>()
            .gives::<CampaignView>(201),
        Route::get(ONE, MessagesRead, show)
            .says("Look at a campaign", "How far it is, who is left out and why, and what became of its messages.")
            .gives::<CampaignView>(200),
        Route::put(ONE, MessagesWrite, change)
            .says("Change a campaign", "Before it goes out. Its audience is frozen anew.")
            .takes::<Asked>()
            .gives::<CampaignView>(200),
        Route::delete(ONE, MessagesWrite, delete).says("Delete a campaign", "One that was never sent."),
        Route::get("/api/v1/campaigns/{id}/preview", ContactsRead, previewed)
            .says("What a campaign says to somebody", "On each of its channels.")
            .query::<To>()
            .gives::<Previews>(200),
    ]
}
