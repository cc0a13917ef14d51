//! `/api/v1/contacts/{id}/entitlements/{feature}/override`: more or less than the plans give.

use super::consume::of_contact;
use super::view::EntitlementView;
use crate::commands::{Override, TakeBack};
use crate::entitle::Desk;
use axum::Json;
use axum::extract::State;
use facts::ContactId;
use jiff::civil::Date;
use serde::Deserialize;
use store::Error;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Path2, Permission, Route, filter_part};

/// What a customer gets in place of what their plans give.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EntitlementOverride {
    /// Whether it is given at all; true when not said.
    #[serde(default = "yes")]
    on: bool,
    /// So much; null is no limit, and what a switch has.
    #[schema(example = 5000)]
    limit: Option<i64>,
    /// The last day; for good when not said.
    #[schema(example = "2026-12-31")]
    until: Option<String>,
    /// Why.
    #[serde(default)]
    note: String,
}

fn yes() -> bool {
    true
}

async fn show(app: &App, caller: &Caller, contact: ContactId, feature: &str) -> Answer<Json<EntitlementView>> {
    let mut read = app.db.read_main(caller.tenant());
    let desk = Desk::of(&mut read, app.db.clock().now()).await?;
    let all = of_contact(&mut read, &desk, contact).await?;
    let one = all.into_iter().find(|standing| standing.of.code == feature).ok_or_else(|| Error::not_found("feature"))?;
    Ok(Json(EntitlementView::of(one, &desk)?))
}

async fn put(
    State(app): State<App>,
    caller: Caller,
    Path2(contact, feature): Path2<ContactId, String>,
    body: Body<EntitlementOverride>,
) -> Answer<Json<EntitlementView>> {
    let EntitlementOverride { on, limit, until, note } = body.value;
    let until: Option<Date> = filter_part("until", until.as_deref(), "a day such as 2026-12-31")?;
    app.db.run(&caller.who, Override { contact, feature: feature.clone(), given: on, limit, until, note }).await?;
    show(&app, &caller, contact, &feature).await
}

async fn take_back(
    State(app): State<App>,
    caller: Caller,
    Path2(contact, feature): Path2<ContactId, String>,
) -> Answer<Json<EntitlementView>> {
    app.db.run(&caller.who, TakeBack { contact, feature: feature.clone() }).await?;
    show(&app, &caller, contact, &feature).await
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::put("/api/v1/contacts/{id}/entitlements/{feature}/override", Permission::SubscriptionsWrite, put)
            .says("Give a customer more or less than their plans do", "For a while or for good.")
            .takes::<EntitlementOverride>()
            .gives::<EntitlementView>(200),
        Route::delete("/api/v1/contacts/{id}/entitlements/{feature}/override", Permission::SubscriptionsWrite, take_back)
            .says("Give a customer what their plans give again", "")
            .gives::<EntitlementView>(200),
    ]
}
