//! Subscribing, and one subscription.

use super::view::{ChargeView, SubscriptionView};
use crate::commands::{CreateSubscription, NewPerson, create_once};
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::subscriptions::Cadence;
use facts::{ContactId, SubscriptionId};
use serde::Deserialize;
use store::Error;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Path, Permission, Route, made};

/// Charges that are shown of one subscription.
const CHARGES: i64 = 200;

/// Who subscribes.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct PersonIn {
    #[schema(example = "Asha Rao")]
    name: Option<String>,
    #[schema(example = "+919876543210")]
    phone: Option<String>,
    email: Option<String>,
}

/// Somebody subscribes to a plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSubscription {
    /// Somebody who is known; or a `customer`.
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    customer: Option<PersonIn>,
    /// The plan's code.
    #[schema(example = "starter")]
    plan: String,
    /// `month` or `year`; by the month when not said.
    #[schema(value_type = Option<String>, example = "month")]
    cadence: Option<Cadence>,
    /// How many; 1 when not said.
    quantity: Option<i64>,
    /// What is taken off each period, in basis points.
    #[serde(default)]
    discount_bps: i64,
    /// For how many days it is tried out; as the plan says when not said.
    trial_days: Option<i64>,
}

async fn create(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<NewSubscription>) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let new = body.value;
    let person = new.customer.unwrap_or_default();
    let create = CreateSubscription {
        contact: new.contact_id,
        person: NewPerson { name: person.name, phone: person.phone, email: person.email },
        plan: new.plan,
        cadence: new.cadence.unwrap_or(Cadence::Month),
        quantity: new.quantity.unwrap_or(1),
        discount_bps: new.discount_bps,
        trial_days: new.trial_days,
        key: Some(key),
    };
    let once = create_once(&app.db, &caller.who, create).await?;
    Ok(made(SubscriptionView::from(once.out), once.replayed))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<SubscriptionId>) -> Answer<Json<SubscriptionView>> {
    let found = queries::subscription(&mut caller.read(&app), id).await?;
    Ok(Json(found.ok_or_else(|| Error::not_found("subscription"))?.into()))
}

async fn charges(State(app): State<App>, caller: Caller, Path(id): Path<SubscriptionId>) -> Answer<Json<Listed<ChargeView>>> {
    let mut read = caller.read(&app);
    let sub = queries::subscription(&mut read, id).await?.ok_or_else(|| Error::not_found("subscription"))?;
    let rows = queries::charges(&mut read, id, CHARGES).await?;
    Ok(Json(Listed { data: rows.into_iter().map(|charge| ChargeView::of(charge, &sub)).collect(), next_cursor: None }))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/subscriptions", Permission::SubscriptionsWrite, create)
            .says(
                "Subscribe somebody",
                "On trial, or as soon as the first invoice is paid. The key is the subscription's for ever: the same request again gets the same subscription.",
            )
            .keyed()
            .takes::<NewSubscription>()
            .gives::<SubscriptionView>(201),
        Route::get("/api/v1/subscriptions/{id}", Permission::SubscriptionsRead, show)
            .says("Show a subscription", "")
            .gives::<SubscriptionView>(200),
        Route::get("/api/v1/subscriptions/{id}/charges", Permission::SubscriptionsRead, charges)
            .says("List a subscription's charges", "What it was billed for, newest first.")
            .gives::<Listed<ChargeView>>(200),
    ]
}
