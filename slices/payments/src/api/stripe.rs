//! What Stripe calls, and where its page sends buyers back to.

use super::returned::{PATIENCE, arrived};
use super::webhook::{keep, tenant, text};
use crate::checkout::page;
use crate::commands::AskNow;
use crate::model::{Intent, IntentState, LearntBy};
use crate::provider::Provider;
use crate::queries;
use crate::stripe::{Event, webhook_is_genuine};
use crate::wait::until;
use crate::world::World;
use axum::Json;
use axum::extract::State;
use axum::response::Redirect;
use facts::IntentId;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::Value;
use store::secret::sha256;
use store::{Error, Kind, Result, Who};
use web::{Answer, App, Asked, Path, Query, Raw, Shop};

pub(super) async fn receive(
    State(app): State<App>,
    Path(whose): Path<String>,
    asked: Asked,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Answer<Json<Value>> {
    let tenant = tenant(&app, &whose).await?;
    let keys = app.extra::<World>()?.stripe_keys(tenant).await?;
    let signature = text(&headers, "stripe-signature").unwrap_or_default();
    let now = app.db.clock().now();
    if !keys.is_some_and(|keys| webhook_is_genuine(&keys, &body, signature, now)) {
        return Err(Error::new(Kind::Unauthenticated, "signature", "The signature does not fit this body, or is too old.").into());
    }
    let event_id = Event::read(&body).map(|event| event.id);
    Ok(keep(&app, asked, tenant, Provider::Stripe, event_id.unwrap_or_else(|| sha256(&body)), body).await?)
}

/// Which intent the buyer went to pay.
#[derive(Debug, Deserialize)]
pub(super) struct Went {
    intent: IntentId,
}

async fn intent(app: &App, shop: &Shop, went: &Went) -> Result<Intent> {
    let found = queries::intent_by_id(&mut app.db.read_main(shop.tenant), went.intent).await?;
    found.ok_or_else(|| Error::not_found("payment"))
}

/// Nothing of this is signed, so nothing is believed: the provider is asked.
pub(super) async fn success(State(app): State<App>, shop: Shop, asked: Asked, Query(went): Query<Went>) -> Answer<Redirect> {
    let intent = intent(&app, &shop, &went).await?;
    if intent.state != IntentState::Paid {
        let who = asked.by(Who::visitor(shop.tenant));
        app.db.run(&who, AskNow { intent_id: intent.id, learnt_by: LearntBy::Return }).await?;
        until(&app.db, shop.tenant, intent.payable(), PATIENCE, |intent| intent.state == IntentState::Paid).await?;
    }
    Ok(arrived(&shop, &intent))
}

/// The buyer did not want to pay now, and still can.
pub(super) async fn cancel(State(app): State<App>, shop: Shop, Query(went): Query<Went>) -> Answer<Redirect> {
    let intent = intent(&app, &shop, &went).await?;
    Ok(Redirect::to(&format!("{}{}", shop.base, page(intent.payable()))))
}
