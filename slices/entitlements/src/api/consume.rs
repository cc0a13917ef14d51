//! What somebody may use, and using it: `/api/v1/contacts/{id}/entitlements` for a customer, `/api/v1/tenants/{id}/entitlements` for the
//! tenant itself.

use super::view::EntitlementView;
use crate::commands::{Consume, For, customer};
use crate::config;
use crate::entitle::{Desk, Gives};
use crate::model::{Entitlement, Standing};
use crate::own::Quota;
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::{ContactId, TenantId};
use http::HeaderValue;
use serde::Deserialize;
use store::{Look, Once, Result};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Path, Path2, Permission, Route};

/// How much is to be used.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConsumeEntitlement {
    /// How much; 1 when not said. For a limit: how many there would be in all.
    #[serde(default = "one")]
    #[schema(example = 3)]
    amount: i64,
    /// Only asks, and counts nothing.
    #[serde(default)]
    dry_run: bool,
}

fn one() -> i64 {
    1
}

/// How everything stands with a customer, feature by feature.
pub(crate) async fn of_contact(look: &mut impl Look, desk: &Desk, contact: ContactId) -> Result<Vec<Standing>> {
    let contact = customer(look, contact).await?;
    let gives = Gives::of(look, desk.clone(), &[contact]).await?;
    let all = queries::features(look).await?.iter().map(|feature| gives.to(contact, feature)).collect();
    standings(look, desk, all).await
}

/// How everything stands with the tenant itself.
pub(crate) async fn of_own(look: &mut impl Look, desk: &Desk, grace_percent: i64) -> Result<Vec<Standing>> {
    let all: Result<Vec<Entitlement>> = Quota::ALL.iter().map(|quota| quota.entitlement(desk, grace_percent)).collect();
    standings(look, desk, all?).await
}

async fn standings(look: &mut impl Look, desk: &Desk, all: Vec<Entitlement>) -> Result<Vec<Standing>> {
    let Some(subject) = all.first().map(|of| of.subject.uuid()) else { return Ok(Vec::new()) };
    let used = queries::used_by(look, subject, desk.today).await?;
    let used = |of: &Entitlement| used.get(&(of.code.clone(), of.period.start)).copied().unwrap_or(0);
    Ok(all.into_iter().map(|of| Standing { used: used(&of), of }).collect())
}

fn listed(all: Vec<Standing>, desk: &Desk) -> Result<Json<Listed<EntitlementView>>> {
    let data = all.into_iter().map(|standing| EntitlementView::of(standing, desk)).collect::<Result<Vec<_>>>()?;
    Ok(Json(Listed { data, next_cursor: None }))
}

async fn contact(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>) -> Answer<Json<Listed<EntitlementView>>> {
    let mut read = caller.read(&app);
    let desk = Desk::of(&mut read, app.db.clock().now()).await?;
    Ok(listed(of_contact(&mut read, &desk, id).await?, &desk)?)
}

async fn own(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>) -> Answer<Json<Listed<EntitlementView>>> {
    caller.own(id)?;
    let mut read = caller.read(&app);
    let desk = Desk::of(&mut read, app.db.clock().now()).await?;
    Ok(listed(of_own(&mut read, &desk, config(&app)?.grace_percent).await?, &desk)?)
}

async fn consume(
    app: &App,
    caller: &Caller,
    key: IdempotencyKey,
    body: Body<ConsumeEntitlement>,
    who: For,
    feature: String,
) -> Answer<Response> {
    let ConsumeEntitlement { amount, dry_run } = body.value;
    let command = Consume { who, feature, amount, dry_run, public_url: config(app)?.public_url.clone() };
    let once = match key.optional(&body.hash) {
        Some(key) => app.db.run_once(&caller.who, key, command).await?,
        None => Once { out: app.db.run(&caller.who, command).await?, replayed: false },
    };
    let desk = Desk::of(&mut caller.read(app), app.db.clock().now()).await?;
    let mut response = Json(EntitlementView::of(once.out, &desk)?).into_response();
    if once.replayed {
        response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}

async fn by_contact(
    State(app): State<App>,
    caller: Caller,
    Path2(id, feature): Path2<ContactId, String>,
    key: IdempotencyKey,
    body: Body<ConsumeEntitlement>,
) -> Answer<Response> {
    consume(&app, &caller, key, body, For::Contact(id), feature).await
}

async fn by_own(
    State(app): State<App>,
    caller: Caller,
    Path2(id, feature): Path2<TenantId, String>,
    key: IdempotencyKey,
    body: Body<ConsumeEntitlement>,
) -> Answer<Response> {
    caller.own(id)?;
    let who = For::Own { grace_percent: config(&app)?.grace_percent };
    consume(&app, &caller, key, body, who, feature).await
}

const CONSUME: &str = "Checks and counts in one: of many who ask at once as many are let through as there is room for. What does not fit is a \
    402 with `code` (`limit_reached` or `not_included`), `used`, `limit`, `reset_at` and `upgrade_url`, and counts nothing. A switch or a limit \
    is only checked.";

pub(super) fn routes() -> Vec<Route> {
    use Permission::{EntitlementsRead, EntitlementsWrite, TenantRead};
    vec![
        Route::get("/api/v1/contacts/{id}/entitlements", EntitlementsRead, contact)
            .says("Show what a customer may use", "Every feature: whether it is given, how much of it, and what is used in this period.")
            .gives::<Listed<EntitlementView>>(200),
        Route::post("/api/v1/contacts/{id}/entitlements/{feature}/consume", EntitlementsWrite, by_contact)
            .says("Use something for a customer", CONSUME)
            .takes::<ConsumeEntitlement>()
            .gives::<EntitlementView>(200)
            .paid(),
        Route::get("/api/v1/tenants/{id}/entitlements", TenantRead, own)
            .says("Show what the account may use of the platform", "By its plan: free, pro or scale.")
            .gives::<Listed<EntitlementView>>(200),
        Route::post("/api/v1/tenants/{id}/entitlements/{feature}/consume", EntitlementsWrite, by_own)
            .says("Use something of the account's own plan", CONSUME)
            .takes::<ConsumeEntitlement>()
            .gives::<EntitlementView>(200)
            .paid(),
    ]
}
