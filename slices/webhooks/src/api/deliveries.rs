//! `/api/v1/webhook-deliveries`.

use super::view::{DeliveryView, DetailView};
use crate::commands::ReplayDelivery;
use crate::kinds;
use crate::model::Delivery;
use crate::queries::{self, Filter};
use axum::extract::State;
use axum::response::{IntoResponse, Json, Response};
use facts::webhooks::WebhookTest;
use facts::{Fact, WebhookDeliveryId};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use store::{Error, Result};
use utoipa::IntoParams;
use web::{Answer, App, Caller, Listed, Paging, Path, Permission, Query, Route, csv};

/// The columns of the file.
const COLUMNS: &str = "id,created_at,endpoint_id,event_id,kind,state,attempts,status,tried_at,delivered_at,next_at";

/// Which deliveries, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct Narrow {
    /// Those to one endpoint.
    pub endpoint: Option<String>,
    /// queued, waiting, delivered, failed or cancelled.
    pub state: Option<String>,
    /// One kind of event, such as `order.paid`.
    pub kind: Option<String>,
    /// `csv` for a file of all that match, whatever `limit` and `cursor` say.
    pub format: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Narrow {
    /// Which page of them.
    pub(crate) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }

    /// What to look for.
    ///
    /// # Errors
    /// A field error that names the part of the query that means nothing.
    pub(crate) fn filter(&self) -> Result<Filter> {
        let kind = said(&self.kind);
        if kind.is_some_and(|kind| kinds::published(kind).is_none() && kind != WebhookTest::KIND) {
            return Err(Error::field("kind", "a kind of event, such as order.paid"));
        }
        let endpoint =
            said(&self.endpoint).map(|text| text.parse().map_err(|error: facts::IdError| Error::field("endpoint", error.to_string())));
        let state = said(&self.state).map(|text| text.parse().map_err(|error: String| Error::field("state", error)));
        Ok(Filter { endpoint: endpoint.transpose()?, state: state.transpose()?, kind: kind.map(str::to_owned) })
    }
}

fn said(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

async fn list(State(app): State<App>, caller: Caller, headers: HeaderMap, Query(narrow): Query<Narrow>) -> Answer<Response> {
    let filter = narrow.filter()?;
    let mut read = caller.read(&app);
    if csv::wanted(&headers, narrow.format.as_deref())? {
        let page = move |after, limit| {
            let (mut read, filter) = (read.clone(), filter.clone());
            async move { queries::deliveries(&mut read, &filter, after, limit).await }
        };
        return Ok(csv::file("webhook-deliveries", COLUMNS, page, Delivery::cursor, cells).await?);
    }
    let limit = narrow.paging().limit()?;
    let rows = queries::deliveries(&mut read, &filter, narrow.paging().cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, Delivery::cursor).map(DeliveryView::from)).into_response())
}

fn cells(delivery: &Delivery) -> Vec<String> {
    let moment = |at: Option<facts::Time>| at.map(|at| at.to_string()).unwrap_or_default();
    vec![
        delivery.id.to_string(),
        delivery.created_at.to_string(),
        delivery.endpoint_id.to_string(),
        delivery.fact_id.to_string(),
        delivery.kind.clone(),
        delivery.state.to_string(),
        delivery.attempts.to_string(),
        delivery.status.map(|status| status.to_string()).unwrap_or_default(),
        moment(delivery.tried_at),
        moment(delivery.delivered_at),
        moment(delivery.next_at),
    ]
}

async fn one(State(app): State<App>, caller: Caller, Path(id): Path<WebhookDeliveryId>) -> Answer<Json<DetailView>> {
    let mut read = app.db.read_main(caller.tenant());
    let missing = || Error::not_found("webhook delivery");
    let delivery = queries::delivery(&mut read, id).await?.ok_or_else(missing)?;
    let payload = queries::told(&mut read, delivery.fact_id).await?.ok_or_else(missing)?.payload();
    let tries = queries::attempts(&mut read, id).await?.into_iter().map(Into::into).collect();
    Ok(Json(DetailView { delivery: delivery.into(), payload, tries }))
}

async fn replay(State(app): State<App>, caller: Caller, Path(id): Path<WebhookDeliveryId>) -> Answer<(StatusCode, Json<DeliveryView>)> {
    app.db.run(&caller.who, ReplayDelivery(id)).await?;
    let delivery = queries::delivery(&mut app.db.read_main(caller.tenant()), id).await?;
    let delivery = delivery.ok_or_else(|| Error::not_found("webhook delivery"))?;
    Ok((StatusCode::ACCEPTED, Json(delivery.into())))
}

pub(super) fn routes() -> Vec<Route> {
    const MAY: Permission = Permission::WebhooksWrite;
    vec![
        Route::get("/api/v1/webhook-deliveries", MAY, list)
            .says("Webhook deliveries, newest first", "With `format=csv` or `Accept: text/csv` a file of all that match.")
            .query::<Narrow>()
            .gives::<Listed<DeliveryView>>(200),
        Route::get("/api/v1/webhook-deliveries/{id}", MAY, one)
            .says("A webhook delivery", "With the body that is sent and what each try came to.")
            .gives::<DetailView>(200),
        Route::post("/api/v1/webhook-deliveries/{id}/replay", MAY, replay)
            .says("Send a webhook delivery again", "Under the id that it had, so that a receiver that knows it already can tell.")
            .gives::<DeliveryView>(202),
    ]
}
