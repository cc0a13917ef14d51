//! What is done with a conversation besides talking. Each says to which version it is done.

use super::view::ConversationView;
use crate::commands::{ChangeConversation, Deed};
use crate::model::{Lead, Stage};
use crate::people::member;
use crate::queries;
use axum::Json;
use axum::extract::State;
use facts::{ConversationId, Money, Time, UserId};
use serde::Deserialize;
use store::{Error, Key};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Path, Permission, Route};

/// Who answers a conversation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConversationAssignee)]
struct Assignee {
    version: i64,
    /// A member; null for nobody in particular.
    #[schema(value_type = Option<String>, example = "usr_01h2xcejqtf2nbrexx3vqjhp41")]
    assignee: Option<UserId>,
}

/// Until when a conversation rests.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConversationRest)]
struct Rest {
    version: i64,
    /// Within a year. The customer's next message ends it as well.
    #[schema(value_type = String, format = DateTime, example = "2026-12-01T04:30:00Z")]
    until: Time,
}

/// The version that something is done to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConversationVersion)]
struct Version {
    version: i64,
}

/// The labels of a conversation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConversationLabels)]
struct Labels {
    version: i64,
    /// At most 10, each of 1 to 30 characters.
    #[schema(example = json!(["vip"]))]
    labels: Vec<String>,
}

/// A conversation with somebody who may buy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConversationLeadChange)]
struct NewLead {
    version: i64,
    /// `new`, `contacted`, `won` or `lost`; null where it is no lead.
    #[schema(value_type = Option<String>, example = "new")]
    stage: Option<Stage>,
    /// What it is worth.
    #[schema(value_type = Option<web::MoneyShape>)]
    value: Option<Money>,
}

/// Does it, once for a key where there is one, and shows how the conversation stands then.
async fn act(app: &App, caller: &Caller, key: Option<Key>, change: ChangeConversation) -> Answer<Json<ConversationView>> {
    let id = match key {
        Some(key) => app.db.run_once(&caller.who, key, change).await?.out,
        None => app.db.run(&caller.who, change).await?,
    };
    let found = queries::conversation(&mut app.db.read_main(caller.tenant()), id).await?;
    Ok(Json(ConversationView::of(found.ok_or_else(|| Error::not_found("conversation"))?, app.db.clock().now())))
}

async fn assign(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    key: IdempotencyKey,
    body: Body<Assignee>,
) -> Answer<Json<ConversationView>> {
    let to = match body.value.assignee {
        Some(user) => Some(member(&app, &caller, user).await?),
        None => None,
    };
    let change = ChangeConversation { id, version: body.value.version, deed: Deed::Assign(to) };
    act(&app, &caller, key.optional(&body.hash), change).await
}

async fn snooze(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    key: IdempotencyKey,
    body: Body<Rest>,
) -> Answer<Json<ConversationView>> {
    let change = ChangeConversation { id, version: body.value.version, deed: Deed::Snooze(body.value.until) };
    act(&app, &caller, key.optional(&body.hash), change).await
}

async fn resolve(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    key: IdempotencyKey,
    body: Body<Version>,
) -> Answer<Json<ConversationView>> {
    let change = ChangeConversation { id, version: body.value.version, deed: Deed::Resolve };
    act(&app, &caller, key.optional(&body.hash), change).await
}

async fn reopen(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    key: IdempotencyKey,
    body: Body<Version>,
) -> Answer<Json<ConversationView>> {
    let change = ChangeConversation { id, version: body.value.version, deed: Deed::Reopen };
    act(&app, &caller, key.optional(&body.hash), change).await
}

async fn label(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    body: Body<Labels>,
) -> Answer<Json<ConversationView>> {
    let change = ChangeConversation { id, version: body.value.version, deed: Deed::Label(body.value.labels) };
    act(&app, &caller, None, change).await
}

async fn lead(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    body: Body<NewLead>,
) -> Answer<Json<ConversationView>> {
    let NewLead { version, stage, value } = body.value;
    if stage.is_none() && value.is_some() {
        return Err(Error::field("stage", "new, contacted, won or lost, where it is worth something").into());
    }
    let deed = Deed::Lead(stage.map(|stage| Lead { stage, value }));
    act(&app, &caller, None, ChangeConversation { id, version, deed }).await
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::InboxWrite;
    vec![
        Route::post("/api/v1/conversations/{id}/assign", InboxWrite, assign)
            .says("Assign a conversation", "To a member, or to nobody in particular. 409 conversation_changed where the version is older.")
            .takes::<Assignee>()
            .gives::<ConversationView>(200),
        Route::post("/api/v1/conversations/{id}/snooze", InboxWrite, snooze)
            .says("Snooze a conversation", "It rests until a moment, or until the customer writes.")
            .takes::<Rest>()
            .gives::<ConversationView>(200),
        Route::post("/api/v1/conversations/{id}/resolve", InboxWrite, resolve)
            .says("Resolve a conversation", "Nothing is left to answer. The customer's next message opens it again.")
            .takes::<Version>()
            .gives::<ConversationView>(200),
        Route::post("/api/v1/conversations/{id}/reopen", InboxWrite, reopen)
            .says("Reopen a conversation", "It goes on though the customer has not written.")
            .takes::<Version>()
            .gives::<ConversationView>(200),
        Route::put("/api/v1/conversations/{id}/labels", InboxWrite, label)
            .says("Label a conversation", "These, in place of those that it had.")
            .takes::<Labels>()
            .gives::<ConversationView>(200),
        Route::put("/api/v1/conversations/{id}/lead", InboxWrite, lead)
            .says("Make a conversation a lead", "With its stage and what it is worth, or no lead any more.")
            .takes::<NewLead>()
            .gives::<ConversationView>(200),
    ]
}
