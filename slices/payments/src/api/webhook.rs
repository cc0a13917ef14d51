//! Razorpay calls: believed by its signature, kept, answered, and worked on afterwards.

use crate::errands::SettleInbound;
use crate::provider::Provider;
use crate::razorpay::webhook_is_genuine;
use crate::world::World;
use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use facts::{ErrandId, Id, TenantId};
use http::HeaderMap;
use serde_json::{Value, json};
use store::secret::sha256;
use store::{Command, Error, Kind, Result, Sending, Tx, Who};
use web::{Answer, App, Asked, Path, Raw};

/// The longest id of an event that is taken as it is.
const LONGEST_ID: usize = 100;

/// Keeps a webhook and sees to it that it is worked on, once for each event.
struct ReceiveWebhook {
    provider: Provider,
    event_id: String,
    body: Bytes,
}

impl Command for ReceiveWebhook {
    const NAME: &'static str = "receive_payment_webhook";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        if let Some(id) = tx.receive(self.provider.as_str(), &self.event_id, &self.body).await? {
            let how = Sending { id: Some(ErrandId::from_uuid(id.uuid())), ..Sending::default() };
            tx.send_with(SettleInbound { inbound_id: id }, how).await?;
        }
        Ok(())
    }
}

pub(super) async fn receive(
    State(app): State<App>,
    Path(whose): Path<String>,
    asked: Asked,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Answer<Json<Value>> {
    let tenant = tenant(&app, &whose).await?;
    let keys = app.extra::<World>()?.keys(tenant).await?;
    let signature = text(&headers, "x-razorpay-signature").unwrap_or_default();
    if !keys.is_some_and(|keys| webhook_is_genuine(&keys, &body, signature)) {
        return Err(Error::new(Kind::Unauthenticated, "signature", "The signature does not fit this body.").into());
    }
    let event_id = text(&headers, "x-razorpay-event-id").filter(|id| !id.is_empty() && id.len() <= LONGEST_ID);
    let event_id = event_id.map_or_else(|| sha256(&body), str::to_owned);
    Ok(keep(&app, asked, tenant, Provider::Razorpay, event_id, body).await?)
}

/// Keeps a webhook that is genuine, and answers.
pub(super) async fn keep(
    app: &App,
    asked: Asked,
    tenant: TenantId,
    provider: Provider,
    event_id: String,
    body: Bytes,
) -> Result<Json<Value>> {
    let who = asked.by(Who::provider(tenant, provider.as_str()));
    app.db.run(&who, ReceiveWebhook { provider, event_id, body }).await?;
    Ok(Json(json!({ "status": "ok" })))
}

pub(super) async fn tenant(app: &App, whose: &str) -> Result<TenantId> {
    match whose {
        "first" => Ok(app.identity.shop(app, None).await?.tenant),
        id => id.parse().map_err(|_| Error::not_found("tenant")),
    }
}

pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
