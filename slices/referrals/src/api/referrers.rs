//! `/api/v1/referrals`: who brings customers, each with a link.

use super::view::ReferrerView;
use crate::commands::{ChangeReferrer, Join, Whom};
use crate::model::{Balance, Referrer};
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use contacts::NewContact;
use facts::{ContactId, ReferrerId};
use serde::Deserialize;
use store::{Error, Look, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Paging, Path, Permission, Query, Route, made};

/// Whoever is to get a link: a contact, or somebody by name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewReferrer {
    /// Somebody who is known already.
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    /// In place of `contact_id`. With a phone number or an e-mail address they are a contact too, which is how somebody who brings
    /// themselves is known.
    #[schema(example = "Asha Rao")]
    name: Option<String>,
    #[schema(example = "+919876543210")]
    phone: Option<String>,
    email: Option<String>,
    /// What stands in the link; made from the name when not said.
    #[schema(example = "asha")]
    code: Option<String>,
    /// Their share in basis points; the shop's usual one when not said.
    rate_bps: Option<i64>,
}

/// What is known of a referrer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Known {
    name: String,
    /// Their share in basis points; the shop's usual one when not said.
    rate_bps: Option<i64>,
    /// Whether orders that they bring count.
    active: bool,
}

/// Which referrers, and which page of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
struct ListQuery {
    /// A part of the name or code.
    q: Option<String>,
    /// The one with this code.
    code: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The balances of some referrers, which are sorted newest first.
pub(crate) async fn balances(look: &mut impl Look, of: &[Referrer]) -> Result<Vec<Balance>> {
    match (of.last(), of.first()) {
        (Some(oldest), Some(newest)) => queries::balances(look, oldest.id, newest.id).await,
        _ => Ok(Vec::new()),
    }
}

async fn view(app: &App, caller: &Caller, referrer: Referrer) -> Result<ReferrerView> {
    let mut look = app.db.read_main(caller.tenant());
    let home = identity::shop_url(&mut look, &app.public_url).await?;
    let balances = queries::balances(&mut look, referrer.id, referrer.id).await?;
    Ok(ReferrerView::of(referrer, &home, &balances))
}

async fn create(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<NewReferrer>) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let NewReferrer { contact_id, name, phone, email, code, rate_bps } = body.value;
    let whom = match (contact_id, &name) {
        (Some(_), Some(_)) => return Err(Error::field("contact_id", "either a contact_id or a name").into()),
        (Some(id), None) => Whom::Known(id),
        (None, _) => Whom::Said(NewContact { name, phone, email, ..NewContact::default() }),
    };
    let once = app.db.run_once(&caller.who, key, Join { whom, code, rate_bps }).await?;
    Ok(made(view(&app, &caller, once.out).await?, once.replayed))
}

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Json<Listed<ReferrerView>>> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let limit = paging.limit()?;
    let mut look = caller.read(&app);
    let rows = match query.code.as_deref().map(str::trim).filter(|code| !code.is_empty()) {
        Some(code) => queries::by_code(&mut look, &code.to_ascii_lowercase()).await?.into_iter().collect(),
        None => queries::page(&mut look, query.q.as_deref(), paging.cursor()?, limit + 1).await?,
    };
    let (home, balances) = (identity::shop_url(&mut look, &app.public_url).await?, balances(&mut look, &rows).await?);
    Ok(Json(Listed::new(rows, limit, queries::place).map(|referrer| ReferrerView::of(referrer, &home, &balances))))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<ReferrerId>) -> Answer<Json<ReferrerView>> {
    let referrer = queries::referrer(&mut caller.read(&app), id).await?.ok_or_else(|| Error::not_found("referrer"))?;
    Ok(Json(view(&app, &caller, referrer).await?))
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<ReferrerId>, body: Body<Known>) -> Answer<Json<ReferrerView>> {
    let Known { name, rate_bps, active } = body.value;
    let referrer = app.db.run(&caller.who, ChangeReferrer { id, name, rate_bps, active }).await?;
    Ok(Json(view(&app, &caller, referrer).await?))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/referrals", Permission::ContactsWrite, create)
            .says(
                "Make a referral link",
                "For a contact, who has one: asked again, it is that one. Or for somebody by name. Published as POST \
                 /api/referrals/generate-link.",
            )
            .keyed()
            .takes::<NewReferrer>()
            .gives::<ReferrerView>(201),
        Route::get("/api/v1/referrals", Permission::PaymentsRead, list)
            .says(
                "List referrers",
                "Newest first, with what came by their links and what they have to get. Published as GET /api/referrals/track.",
            )
            .query::<ListQuery>()
            .gives::<Listed<ReferrerView>>(200),
        Route::get("/api/v1/referrals/{id}", Permission::PaymentsRead, show)
            .says("Show a referrer", "With what they have to get.")
            .gives::<ReferrerView>(200),
        Route::put("/api/v1/referrals/{id}", Permission::PaymentsWrite, change)
            .says("Change a referrer", "Name, share, and whether orders that they bring count. Commissions that exist stay as they are.")
            .takes::<Known>()
            .gives::<ReferrerView>(200),
    ]
}
