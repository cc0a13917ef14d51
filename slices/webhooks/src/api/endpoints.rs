//! `/api/v1/webhook-endpoints`.

use super::view::{DeliveryView, EndpointView, MadeView};
use crate::commands::{ChangeEndpoint, MakeEndpoint, RemoveEndpoint, RotateSecret, TestEndpoint, Wanted};
use crate::model::{Endpoint, Standing};
use crate::queries;
use axum::extract::State;
use axum::response::{IntoResponse, Json, Response};
use facts::WebhookEndpointId;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Deserializer};
use store::{Error, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Body, Caller, Listed, Paging, Path, Permission, Query, Route, csv};

const ALL: &str = "/api/v1/webhook-endpoints";
const ONE: &str = "/api/v1/webhook-endpoints/{id}";

/// The columns of the file.
const COLUMNS: &str = "id,created_at,url,description,kinds,state,reason,failing_since,per_second,ordered";

pub(super) fn routes() -> Vec<Route> {
    const MAY: Permission = Permission::WebhooksWrite;
    vec![
        Route::get(ALL, MAY, list)
            .says("Webhook endpoints, newest first", "Addresses that events are sent to. With `format=csv` or `Accept: text/csv` a file.")
            .query::<Narrow>()
            .gives::<Listed<EndpointView>>(200),
        Route::post(ALL, MAY, make)
            .says(
                "Make a webhook endpoint",
                "Events are posted there as JSON and signed as Standard Webhooks has it. `secret` verifies the signatures and is shown this once. \
                 An address leads to the public internet, by https in production.",
            )
            .takes::<Make>()
            .gives::<MadeView>(201),
        Route::get(ONE, MAY, one).says("A webhook endpoint", "").gives::<EndpointView>(200),
        Route::put(ONE, MAY, change)
            .says("Change a webhook endpoint", "What is not said stays. `enabled` true sends events there again; what happened meanwhile is not sent.")
            .takes::<Change>()
            .gives::<EndpointView>(200),
        Route::delete(ONE, MAY, remove).says("Remove a webhook endpoint", "Nothing goes there any more; what was sent stays in the list of deliveries."),
        Route::post("/api/v1/webhook-endpoints/{id}/rotate", MAY, rotate)
            .says("Give a webhook endpoint a new secret", "The old one signs along for 24 hours, so that each delivery carries two signatures. The new one is shown this once.")
            .gives::<MadeView>(201),
        Route::post("/api/v1/webhook-endpoints/{id}/test", MAY, test)
            .says("Send a test event", "`webhook.test`, to this endpoint alone.")
            .gives::<DeliveryView>(202),
    ]
}

/// Which endpoints, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct Narrow {
    /// enabled or disabled.
    pub state: Option<String>,
    /// `csv` for a file of all that match, whatever `limit` and `cursor` say.
    pub format: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Narrow {
    fn state(&self) -> Result<Option<Standing>> {
        let said = self.state.as_deref().filter(|text| !text.is_empty());
        said.map(|text| text.parse().map_err(|error: String| Error::field("state", error))).transpose()
    }
}

async fn list(State(app): State<App>, caller: Caller, headers: HeaderMap, Query(narrow): Query<Narrow>) -> Answer<Response> {
    let state = narrow.state()?;
    let mut read = app.db.read_main(caller.tenant());
    if csv::wanted(&headers, narrow.format.as_deref())? {
        let page = move |after, limit| {
            let mut read = read.clone();
            async move { queries::endpoints(&mut read, state, after, limit).await }
        };
        return Ok(csv::file("webhook-endpoints", COLUMNS, page, Endpoint::cursor, cells).await?);
    }
    let paging = Paging { limit: narrow.limit, cursor: narrow.cursor };
    let limit = paging.limit()?;
    let rows = queries::endpoints(&mut read, state, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, Endpoint::cursor).map(EndpointView::from)).into_response())
}

fn cells(endpoint: &Endpoint) -> Vec<String> {
    vec![
        endpoint.id.to_string(),
        endpoint.created_at.to_string(),
        endpoint.url.clone(),
        endpoint.description.clone(),
        endpoint.kinds().map_or_else(|| "all".to_owned(), |kinds| kinds.join(" ")),
        endpoint.state.to_string(),
        endpoint.reason.map(|reason| reason.to_string()).unwrap_or_default(),
        endpoint.failing_since.map(|at| at.to_string()).unwrap_or_default(),
        endpoint.per_second.to_string(),
        endpoint.ordered.to_string(),
    ]
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MakeWebhookEndpoint)]
struct Make {
    /// Where events are posted to.
    #[schema(example = "https://hooks.shop.example/origin")]
    url: String,
    /// What it is for, up to 200 characters.
    #[serde(default)]
    #[schema(example = "Our accounting")]
    description: String,
    /// The kinds of event that it wants; all of them where nothing is said.
    #[schema(example = json!(["order.paid", "refund.settled"]))]
    kinds: Option<Vec<String>>,
    /// Calls in any one second at the most, from 1 to 50; 50 where nothing is said.
    #[schema(example = 10)]
    per_second: Option<i64>,
    /// Whether events come one at a time, each after the one before it has arrived or was given up: one that fails holds back those after it.
    #[serde(default)]
    ordered: bool,
}

async fn make(State(app): State<App>, caller: Caller, body: Body<Make>) -> Answer<(StatusCode, Json<MadeView>)> {
    let Make { url, description, kinds, per_second, ordered } = body.value;
    let wanted = Wanted::new(&app.outside, Some(&url), Some(&description), Some(kinds))?.arriving(per_second, Some(ordered))?;
    let (endpoint, secret) = app.db.run(&caller.who, MakeEndpoint { wanted, vault: app.vault.clone() }).await?;
    Ok((StatusCode::CREATED, Json(MadeView { endpoint: endpoint.into(), secret })))
}

async fn found(app: &App, caller: &Caller, id: WebhookEndpointId) -> Result<Endpoint> {
    let found = queries::endpoint(&mut app.db.read_main(caller.tenant()), id).await?;
    found.ok_or_else(|| Error::not_found("webhook endpoint"))
}

async fn one(State(app): State<App>, caller: Caller, Path(id): Path<WebhookEndpointId>) -> Answer<Json<EndpointView>> {
    Ok(Json(found(&app, &caller, id).await?.into()))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeWebhookEndpoint)]
struct Change {
    /// Where events are posted to.
    #[schema(example = "https://hooks.shop.example/origin")]
    url: Option<String>,
    /// What it is for, up to 200 characters.
    #[schema(example = "Our accounting")]
    description: Option<String>,
    /// The kinds of event that it wants; null for all of them.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<Vec<String>>, example = json!(["order.paid"]))]
    kinds: Option<Option<Vec<String>>>,
    /// Calls in any one second at the most, from 1 to 50; it holds for what is on its way as well.
    #[schema(example = 10)]
    per_second: Option<i64>,
    /// Whether events come one at a time, each after the one before it has arrived or was given up; what is on its way already goes as it would have.
    ordered: Option<bool>,
    /// Whether events go there.
    enabled: Option<bool>,
}

/// Tells null, which means all, from what is not there.
fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<Vec<String>>>, D::Error> {
    Option::deserialize(from).map(Some)
}

async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookEndpointId>,
    body: Body<Change>,
) -> Answer<Json<EndpointView>> {
    let Change { url, description, kinds, per_second, ordered, enabled } = body.value;
    let wanted = Wanted::new(&app.outside, url.as_deref(), description.as_deref(), kinds)?.arriving(per_second, ordered)?;
    app.db.run(&caller.who, ChangeEndpoint { id, wanted, enabled }).await?;
    Ok(Json(found(&app, &caller, id).await?.into()))
}

async fn remove(State(app): State<App>, caller: Caller, Path(id): Path<WebhookEndpointId>) -> Answer<StatusCode> {
    app.db.run(&caller.who, RemoveEndpoint(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn rotate(State(app): State<App>, caller: Caller, Path(id): Path<WebhookEndpointId>) -> Answer<(StatusCode, Json<MadeView>)> {
    let secret = app.db.run(&caller.who, RotateSecret { id, vault: app.vault.clone() }).await?;
    let endpoint = found(&app, &caller, id).await?.into();
    Ok((StatusCode::CREATED, Json(MadeView { endpoint, secret })))
}

async fn test(State(app): State<App>, caller: Caller, Path(id): Path<WebhookEndpointId>) -> Answer<(StatusCode, Json<DeliveryView>)> {
    let made = app.db.run(&caller.who, TestEndpoint(id)).await?;
    let delivery = queries::delivery(&mut app.db.read_main(caller.tenant()), made).await?;
    let delivery = delivery.ok_or_else(|| Error::not_found("webhook delivery"))?;
    Ok((StatusCode::ACCEPTED, Json(delivery.into())))
}
