//! What the forms of the pages do.

use super::{HERE, list, show};
use crate::commands::{ChangeReferrer, Join, PayReferrer, PutSettings, Whom};
use crate::model::ReferralSettings;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use contacts::NewContact;
use facts::{Currency, Money, ReferrerId};
use serde::Deserialize;
use store::{Error, Key, Result};
use web::page::refused;
use web::problem::status;
use web::{Answer, App, Caller, Form, Path, Permission, Route};

fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A share as people type it, such as `30` or `12.5`, in basis points.
fn bps(text: &str) -> Result<i64> {
    let wrong = || Error::field("rate_bps", "a percentage such as 30 or 12.5");
    Money::typed(text, Currency::INR).map(|hundredths| hundredths.minor).ok_or_else(wrong)
}

async fn join(State(app): State<App>, caller: Caller, Form(typed): Form<list::Typed>) -> Answer<Response> {
    let said = NewContact { name: filled(&typed.name), phone: filled(&typed.phone), email: filled(&typed.email), ..NewContact::default() };
    let outcome = app.db.run(&caller.who, Join { whom: Whom::Said(said), code: filled(&typed.code), rate_bps: None }).await;
    match refused(outcome)? {
        Ok(referrer) => Ok(Redirect::to(&format!("{HERE}/{}", referrer.id)).into_response()),
        Err(wrong) => Ok((status(&wrong.0), list::page(&app, &caller, Some(&wrong), &typed).await?).into_response()),
    }
}

async fn set(State(app): State<App>, caller: Caller, Form(typed): Form<list::Typed>) -> Answer<Response> {
    let settings = || -> Result<ReferralSettings> {
        let days = typed.hold_days.as_deref().unwrap_or_default().trim().parse();
        let hold_days = days.map_err(|_| Error::field("hold_days", "a whole number of days"))?;
        Ok(ReferralSettings { rate_bps: bps(typed.rate_percent.as_deref().unwrap_or_default())?, hold_days })
    };
    let outcome = match settings() {
        Ok(settings) => app.db.run(&caller.who, PutSettings(settings)).await,
        Err(error) => Err(error),
    };
    match refused(outcome)? {
        Ok(_) => Ok(Redirect::to(HERE).into_response()),
        Err(wrong) => Ok((status(&wrong.0), list::page(&app, &caller, Some(&wrong), &typed).await?).into_response()),
    }
}

/// A referrer, as they were typed.
#[derive(Debug, Deserialize)]
struct Changed {
    name: String,
    #[serde(default)]
    rate_percent: String,
    active: Option<String>,
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<ReferrerId>, Form(typed): Form<Changed>) -> Answer<Response> {
    let outcome = match filled(&typed.rate_percent).map(|text| bps(&text)).transpose() {
        Ok(rate_bps) => app.db.run(&caller.who, ChangeReferrer { id, name: typed.name, rate_bps, active: typed.active.is_some() }).await,
        Err(error) => Err(error),
    };
    done(&app, &caller, id, outcome.map(drop), &show::Typed::default()).await
}

async fn pay(State(app): State<App>, caller: Caller, Path(id): Path<ReferrerId>, Form(typed): Form<show::Typed>) -> Answer<Response> {
    let outcome = match payout(id, &typed) {
        Ok((payout, key)) => app.db.run_once(&caller.who, key, payout).await,
        Err(error) => Err(error),
    };
    done(&app, &caller, id, outcome.map(drop), &typed).await
}

/// The payout that was typed, and the form's key, which makes two presses of the button one payout.
fn payout(id: ReferrerId, typed: &show::Typed) -> Result<(PayReferrer, Key)> {
    let currency: Currency = typed.currency.parse().map_err(|_| Error::field("amount", "an amount"))?;
    let amount = Money::typed(&typed.amount, currency).ok_or_else(|| Error::field("amount", "an amount such as 1250.00"))?;
    let method = typed.method.parse().map_err(|_| Error::field("method", "upi, bank or cash"))?;
    if !typed.key.starts_with("form-") || typed.key.len() > 255 || !typed.key.is_ascii() {
        return Err(Error::invalid("form_expired", "This form is out of date. Please check it and send it again."));
    }
    let said = [typed.amount.as_str(), currency.code(), &typed.method, &typed.reference];
    let body_hash = store::secret::sha256(serde_json::to_string(&said)?);
    let key = Key { key: typed.key.clone(), scope: format!("POST {HERE}/{id}/payouts"), body_hash };
    Ok((PayReferrer { id, amount: Some(amount), method, reference: typed.reference.clone() }, key))
}

/// Back to the page, or the page again with what was wrong.
async fn done(app: &App, caller: &Caller, id: ReferrerId, outcome: Result<()>, typed: &show::Typed) -> Answer<Response> {
    match refused(outcome)? {
        Ok(()) => Ok(Redirect::to(&format!("{HERE}/{id}")).into_response()),
        Err(wrong) => Ok((status(&wrong.0), show::page(app, caller, id, Some(&wrong), typed).await?).into_response()),
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(HERE, Permission::ContactsWrite, join).page().says("New referrer", "Makes their link."),
        Route::post("/admin/referrals/settings", Permission::TenantWrite, set).page().says("What referrers get", "Saves it."),
        Route::post("/admin/referrals/{id}", Permission::PaymentsWrite, change).page().says("A referrer", "Saves what changed."),
        Route::post("/admin/referrals/{id}/payouts", Permission::PaymentsWrite, pay)
            .page()
            .says("Pay a referrer", "Notes that it was done."),
    ]
}
