//! `/api/v1/coupons`.

use super::{ListQuery, make};
use crate::commands::{ChangeCoupon, CreateCoupon, Limits};
use crate::model::{Coupon, CouponKind};
use crate::queries;
use axum::extract::State;
use axum::response::{Json, Response};
use facts::{CouponId, Currency, Id, Time};
use serde::{Deserialize, Serialize};
use store::Error;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Cursor, IdempotencyKey, Listed, Path, Permission, Query, Route, made};

/// A coupon and how far it is used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Coupon)]
struct CouponView {
    #[schema(value_type = String, example = "coup_01h2xcejqtf2nbrexx3vqjhp41")]
    id: CouponId,
    #[schema(example = "SAVE20")]
    code: String,
    /// `percent` or `fixed`.
    #[schema(value_type = String, example = "percent")]
    kind: CouponKind,
    /// Basis points for `percent`, minor units for `fixed`.
    #[schema(example = 2000)]
    value: i64,
    #[schema(value_type = String, example = "INR")]
    currency: Currency,
    max_uses: Option<i64>,
    used: i64,
    per_contact: Option<i64>,
    min_amount_minor: i64,
    #[schema(value_type = Option<String>)]
    starts_at: Option<Time>,
    #[schema(value_type = Option<String>)]
    ends_at: Option<Time>,
    active: bool,
    #[schema(value_type = String, example = "2026-11-21T09:30:00Z")]
    created_at: Time,
}

impl From<Coupon> for CouponView {
    fn from(coupon: Coupon) -> Self {
        let Coupon {
            id,
            code,
            kind,
            value,
            currency,
            max_uses,
            used,
            per_contact,
            min_amount_minor,
            starts_at,
            ends_at,
            active,
            created_at,
        } = coupon;
        Self { id, code, kind, value, currency, max_uses, used, per_contact, min_amount_minor, starts_at, ends_at, active, created_at }
    }
}

/// A coupon to be given out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCoupon {
    /// 2 to 40 letters, digits, hyphens and underscores.
    #[schema(example = "SAVE20")]
    code: String,
    /// `percent` or `fixed`.
    #[schema(value_type = String, example = "percent")]
    kind: CouponKind,
    /// Basis points for `percent`, minor units for `fixed`.
    #[schema(example = 2000)]
    value: i64,
    /// INR when not said.
    #[schema(value_type = Option<String>, example = "INR")]
    currency: Option<Currency>,
    max_uses: Option<i64>,
    per_contact: Option<i64>,
    #[serde(default)]
    min_amount_minor: i64,
    #[schema(value_type = Option<String>)]
    starts_at: Option<Time>,
    #[schema(value_type = Option<String>)]
    ends_at: Option<Time>,
    /// True when not said.
    active: Option<bool>,
}

/// Within which limits a coupon is good from now on: all of them, and none where one is left out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CouponLimits {
    max_uses: Option<i64>,
    per_contact: Option<i64>,
    #[serde(default)]
    min_amount_minor: i64,
    #[schema(value_type = Option<String>)]
    starts_at: Option<Time>,
    #[schema(value_type = Option<String>)]
    ends_at: Option<Time>,
    active: bool,
}

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Json<Listed<CouponView>>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let rows = queries::coupon_page(&mut caller.read(&app), &query.narrow()?, paging.cursor()?, limit + 1).await?;
    let page = Listed::new(rows, limit, |row| Cursor { at: row.created_at, id: row.id.uuid() });
    Ok(Json(page.map(CouponView::from)))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<CouponId>) -> Answer<Json<CouponView>> {
    let coupon = queries::coupon(&mut caller.read(&app), id).await?;
    Ok(Json(coupon.ok_or_else(|| Error::not_found("coupon"))?.into()))
}

async fn create(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<NewCoupon>) -> Answer<Response> {
    let NewCoupon { code, kind, value, currency, max_uses, per_contact, min_amount_minor, starts_at, ends_at, active } = body.value;
    let limits = Limits { max_uses, per_contact, min_amount_minor, starts_at, ends_at, active: active.unwrap_or(true) };
    let command = CreateCoupon { code, kind, value, currency: currency.unwrap_or(Currency::INR), limits };
    let once = make(&app, &caller, key, &body.hash, command).await?;
    Ok(made(CouponView::from(once.out), once.replayed))
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<CouponId>, body: Body<CouponLimits>) -> Answer<Json<CouponView>> {
    let CouponLimits { max_uses, per_contact, min_amount_minor, starts_at, ends_at, active } = body.value;
    let limits = Limits { max_uses, per_contact, min_amount_minor, starts_at, ends_at, active };
    Ok(Json(app.db.run(&caller.who, ChangeCoupon { id, limits }).await?.into()))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/coupons", Permission::CatalogueRead, list)
            .says("List coupons", "Newest first.")
            .query::<ListQuery>()
            .gives::<Listed<CouponView>>(200),
        Route::post("/api/v1/coupons", Permission::CatalogueWrite, create)
            .says("Make a coupon", "A code takes a share or an amount off an order.")
            .takes::<NewCoupon>()
            .gives::<CouponView>(201),
        Route::get("/api/v1/coupons/{id}", Permission::CatalogueRead, show).says("Show a coupon", "").gives::<CouponView>(200),
        Route::put("/api/v1/coupons/{id}", Permission::CatalogueWrite, change)
            .says("Change a coupon's limits", "What a code takes off never changes; make another coupon for another discount.")
            .takes::<CouponLimits>()
            .gives::<CouponView>(200),
    ]
}
