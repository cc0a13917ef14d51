//! `/admin/coupons/new` and `/admin/coupons/{id}`: what a code promises, and its limits, which can be changed.

use super::coupons::{off, state, used};
use super::{COUPONS, currency};
use crate::commands::{ChangeCoupon, CreateCoupon, Limits};
use crate::model::{Coupon, CouponKind};
use crate::queries;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::{CouponId, Currency, Id, Money, Time};
use http::Uri;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Zoned};
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Result};
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Alert, Button, Calendar, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, PRODUCTS, Path, Permission, Route, back_office, filter_part};

/// The most that a timeline shows.
const MOMENTS: i64 = 100;

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    code: String,
    kind: String,
    percent: String,
    amount: String,
    least: String,
    max_uses: String,
    per_contact: String,
    starts_on: String,
    ends_on: String,
    active: Option<String>,
}

impl Typed {
    fn of(coupon: &Coupon, zone: &TimeZone) -> Self {
        let number = |limit: Option<i64>| limit.map(|limit| limit.to_string()).unwrap_or_default();
        let day = |at: Option<Time>| at.map(|at| at.timestamp().to_zoned(zone.clone()).date().to_string()).unwrap_or_default();
        let least = Money::new(coupon.min_amount_minor, coupon.currency);
        Self {
            least: if least.minor > 0 { least.decimal() } else { String::new() },
            max_uses: number(coupon.max_uses),
            per_contact: number(coupon.per_contact),
            starts_on: day(coupon.starts_at),
            // It ends with the beginning of a day, and so its last day is the one before.
            ends_on: day(coupon.ends_at.map(|end| Time(end.millis() - 1))),
            active: coupon.active.then(|| "on".to_owned()),
            ..Self::default()
        }
    }

    fn limits(&self, currency: Currency, zone: &TimeZone) -> Result<Limits> {
        let number = |field: &'static str, text: &str| filter_part(field, Some(text.trim()), "a whole number, or nothing for no limit");
        let least = if self.least.trim().is_empty() { Some(Money::new(0, currency)) } else { Money::typed(&self.least, currency) };
        Ok(Limits {
            max_uses: number("max_uses", &self.max_uses)?,
            per_contact: number("per_contact", &self.per_contact)?,
            min_amount_minor: least.ok_or_else(|| Error::field("min_amount_minor", "an amount such as 199.00"))?.minor,
            starts_at: beginning("starts_at", &self.starts_on, zone, 0)?,
            ends_at: beginning("ends_at", &self.ends_on, zone, 1)?,
            active: self.active.is_some(),
        })
    }

    fn create(&self, currency: Currency, zone: &TimeZone) -> Result<CreateCoupon> {
        let kind: CouponKind = self.kind.parse().map_err(|_| Error::field("kind", "percent or fixed"))?;
        let value = match kind {
            CouponKind::Percent => hundredths(&self.percent).ok_or_else(|| Error::field("percent", "a share such as 20 or 12.5"))?,
            CouponKind::Fixed => {
                Money::typed(&self.amount, currency).ok_or_else(|| Error::field("amount", "an amount such as 50.00"))?.minor
            }
        };
        Ok(CreateCoupon { code: self.code.clone(), kind, value, currency, limits: self.limits(currency, zone)? })
    }
}

/// A share as people type it, in basis points.
fn hundredths(text: &str) -> Option<i64> {
    let (whole, part) = text.trim().trim_end_matches('%').trim().split_once('.').unwrap_or((text.trim().trim_end_matches('%').trim(), ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    format!("{whole}{part:0<2}").parse().ok()
}

/// The moment at which a day begins, or one so many days later.
fn beginning(field: &'static str, text: &str, zone: &TimeZone, later: i64) -> Result<Option<Time>> {
    let Some(day) = filter_part::<Date>(field, Some(text.trim()), "a day such as 2026-11-21")? else { return Ok(None) };
    let begins = day.saturating_add(Span::new().days(later)).to_zoned(zone.clone());
    begins.map(|at: Zoned| Some(Time::from(at.timestamp()))).map_err(|_| Error::field(field, "a day such as 2026-11-21"))
}

async fn new(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    let typed = Typed { active: Some("on".to_owned()), kind: CouponKind::Percent.to_string(), ..Typed::default() };
    let currency = currency(&app, &caller).await?;
    Ok(fresh(&app, &caller, &typed, currency, None))
}

async fn create(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let currency = currency(&app, &caller).await?;
    let outcome = match typed.create(currency, &caller.zone()) {
        Ok(create) => app.db.run(&caller.who, create).await,
        Err(error) => Err(error),
    };
    match refused(outcome)? {
        Ok(coupon) => Ok(Redirect::to(&format!("{COUPONS}/{}?done=made", coupon.id)).into_response()),
        Err(wrong) => Ok((status(&wrong.0), fresh(&app, &caller, &typed, currency, Some(&wrong))).into_response()),
    }
}

fn fresh(app: &App, caller: &Caller, typed: &Typed, currency: Currency, wrong: Option<&Failure>) -> Html<String> {
    let body = html! {
        (not_saved(wrong))
        form method="post" action="/admin/coupons/new" {
            (ui::csrf(caller.csrf()))
            (ui::section("What it takes off", "", promise(typed, currency, wrong)))
            (ui::section("Its limits", "", limits(typed, currency, wrong)))
            (ui::actions(html! { (Button::primary("Save")) }))
        }
    };
    let lead = html! { "What a code promises stays; its limits can be changed later." };
    let page = BackOffice { title: "New coupon", lead, action: Markup::default(), place: PRODUCTS, crumbs: &[("Coupons", COUPONS)], body };
    back_office(app, caller, page)
}

async fn coupon(app: &App, caller: &Caller, id: CouponId) -> Result<Coupon> {
    queries::coupon(&mut app.db.read_main(caller.tenant()), id).await?.ok_or_else(|| Error::not_found("coupon"))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<CouponId>, uri: Uri) -> Answer<Html<String>> {
    let coupon = coupon(&app, &caller, id).await?;
    let saved = uri.query().is_some_and(|query| query.starts_with("done="));
    let notice = html! { @if saved { (Alert::new(Meaning::Good, "It is saved.")) } };
    Ok(page(&app, &caller, &coupon, &Typed::of(&coupon, &caller.zone()), notice, None).await?)
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<CouponId>, Form(typed): Form<Typed>) -> Answer<Response> {
    let coupon = coupon(&app, &caller, id).await?;
    let outcome = match typed.limits(coupon.currency, &caller.zone()) {
        Ok(limits) => app.db.run(&caller.who, ChangeCoupon { id, limits }).await,
        Err(error) => Err(error),
    };
    match refused(outcome)? {
        Ok(_) => Ok(Redirect::to(&format!("{COUPONS}/{id}?done=saved")).into_response()),
        Err(wrong) => {
            let page = page(&app, &caller, &coupon, &typed, not_saved(Some(&wrong)), Some(&wrong)).await?;
            Ok((status(&wrong.0), page).into_response())
        }
    }
}

async fn page(app: &App, caller: &Caller, coupon: &Coupon, typed: &Typed, notice: Markup, wrong: Option<&Failure>) -> Result<Html<String>> {
    let now = app.db.clock().now();
    let calendar = Calendar::new(&caller.time_zone, now);
    let happened = store::journal::timeline(&mut caller.read(app), coupon.id.uuid(), MOMENTS).await?;
    let moments: Vec<_> = happened.iter().rev().map(audit::moment).collect();
    let body = html! {
        (notice)
        (ui::detail_list([("Takes off", html! { (off(coupon)) }), ("Used", html! { (used(coupon)) }), ("State", state(coupon, now))]))
        form method="post" action={ (COUPONS) "/" (coupon.id) } {
            (ui::csrf(caller.csrf()))
            (ui::section("Its limits", "", limits(typed, coupon.currency, wrong)))
            @if caller.may(Permission::CatalogueWrite) { (ui::actions(html! { (Button::primary("Save")) })) }
        }
        @if !moments.is_empty() { (ui::section("What happened", "", ui::timeline(&calendar, &moments))) }
    };
    let lead = html! { "What the code takes off never changes; make another for another discount." };
    let crumbs = [("Coupons", COUPONS)];
    Ok(back_office(
        app,
        caller,
        BackOffice { title: &coupon.code, lead, action: Markup::default(), place: PRODUCTS, crumbs: &crumbs, body },
    ))
}

fn not_saved(wrong: Option<&Failure>) -> Markup {
    html! { @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "It is not saved yet").body(html! { p { (wrong.0.message()) } })) } }
}

fn promise(typed: &Typed, currency: Currency, wrong: Option<&Failure>) -> Markup {
    let error = |field: &str| field_error(wrong, field);
    html! {
        (Field::text("code", "Code").value(typed.code.as_str()).required().error(error("code")).placeholder("DIWALI20"))
        (ui::beside([
            Field::select("kind", "Takes off", [("percent", "A share"), ("fixed", "An amount")]).value(typed.kind.as_str()).error(error("kind")),
            Field::text("percent", "Share in percent").value(typed.percent.as_str()).error(error("percent").or(error("value"))).placeholder("20"),
            Field::money("amount", "Or amount", currency).value(typed.amount.as_str()).error(error("amount")),
        ]))
    }
}

fn limits(typed: &Typed, currency: Currency, wrong: Option<&Failure>) -> Markup {
    let error = |field: &str| field_error(wrong, field);
    html! {
        (ui::beside([
            Field::input("number", "max_uses", "Uses in all").value(typed.max_uses.as_str()).error(error("max_uses")).help("What is left empty has no limit."),
            Field::input("number", "per_contact", "Uses a person").value(typed.per_contact.as_str()).error(error("per_contact")),
            Field::money("least", "Order of at least", currency).value(typed.least.as_str()).error(error("min_amount_minor")),
        ]))
        (ui::beside([
            Field::input("date", "starts_on", "First day").value(typed.starts_on.as_str()).error(error("starts_at")),
            Field::input("date", "ends_on", "Last day").value(typed.ends_on.as_str()).error(error("ends_at")),
        ]))
        (Field::checkbox("active", "It can be used", typed.active.is_some()))
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/coupons/new", Permission::CatalogueWrite, new).page().says("New coupon", ""),
        Route::post("/admin/coupons/new", Permission::CatalogueWrite, create).page().says("New coupon", "Makes it."),
        Route::get("/admin/coupons/{id}", Permission::CatalogueRead, show).page().says("A coupon", ""),
        Route::post("/admin/coupons/{id}", Permission::CatalogueWrite, change).page().says("A coupon", "Changes its limits."),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_as_people_type_them() {
        for (text, bps) in [("20", Some(2_000)), (" 12.5 % ", Some(1_250)), ("0.25", Some(25)), ("", None), ("1.234", None), ("-3", None)] {
            assert_eq!(hundredths(text), bps, "{text}");
        }
    }

    #[test]
    fn the_last_day_is_a_good_day() {
        let zone = TimeZone::get("Asia/Kolkata").unwrap();
        let starts = beginning("starts_at", "2026-11-21", &zone, 0).unwrap().unwrap();
        let ends = beginning("ends_at", "2026-11-21", &zone, 1).unwrap().unwrap();
        assert_eq!(ends.millis() - starts.millis(), 86_400_000);
        assert_eq!(beginning("ends_at", " ", &zone, 1).unwrap(), None);
        assert!(beginning("ends_at", "tomorrow", &zone, 1).is_err());
    }
}
