//! `/admin/subscriptions/plans/new` and `…/{id}`: the form of a plan.

use super::{HERE, PLANS, may, not_done};
use crate::commands::{ChangePlan, CreatePlan, Elsewhere, NewPrice};
use crate::model::{Offer, PlanPrice};
use crate::queries;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use catalogue::tax::{RATES, percent};
use facts::subscriptions::Cadence;
use facts::{Currency, Id, Money, PlanId};
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Result};
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Button, Calendar, Field};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Route, back_office, filter_part};

const MOMENTS: i64 = 100;

/// What was typed. Code, tax and trial are one for both prices here; programs can give each its own.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    code: String,
    name: String,
    description: String,
    month: String,
    year: String,
    trial_days: String,
    hsn: String,
    rate_bps: String,
    stripe_price: String,
    razorpay_plan: String,
    active: Option<String>,
}

impl Typed {
    fn of(offer: &Offer) -> Self {
        let price = |cadence| offer.prices.iter().find(|price| price.cadence == cadence);
        let decimal = |cadence| price(cadence).map(|price: &PlanPrice| price.amount().decimal()).unwrap_or_default();
        let any = offer.prices.first();
        Self {
            code: offer.plan.code.clone(),
            name: offer.plan.name.clone(),
            description: offer.plan.description.clone(),
            month: decimal(Cadence::Month),
            year: decimal(Cadence::Year),
            trial_days: any.map(|price| price.trial_days.to_string()).unwrap_or_default(),
            hsn: any.map(|price| price.hsn.clone()).unwrap_or_default(),
            rate_bps: any.map(|price| price.rate_bps.to_string()).unwrap_or_default(),
            stripe_price: offer.plan.stripe_price.clone().unwrap_or_default(),
            razorpay_plan: offer.plan.razorpay_plan.clone().unwrap_or_default(),
            active: offer.plan.active.then(|| "on".to_owned()),
        }
    }

    fn elsewhere(&self) -> Elsewhere {
        Elsewhere { stripe_price: Some(self.stripe_price.clone()), razorpay_plan: Some(self.razorpay_plan.clone()) }
    }

    fn prices(&self, currency: Currency) -> Result<Vec<NewPrice>> {
        let trial_days = filter_part("prices.trial_days", Some(self.trial_days.trim()), "a number of days")?.unwrap_or(0);
        let rate_bps = filter_part("prices.rate_bps", Some(self.rate_bps.trim()), "one of the rates")?.unwrap_or(0);
        let typed = [(Cadence::Month, &self.month, "month"), (Cadence::Year, &self.year, "year")];
        let filled = typed.into_iter().filter(|(_, text, _)| !text.trim().is_empty());
        filled
            .map(|(cadence, text, field)| {
                let amount = Money::typed(text, currency).ok_or_else(|| Error::field(field, "an amount such as 199.00"))?;
                Ok(NewPrice { cadence, amount, trial_days, hsn: self.hsn.clone(), rate_bps })
            })
            .collect()
    }
}

async fn currency(app: &App, caller: &Caller) -> Result<Currency> {
    Ok(identity::tenant(&mut caller.read(app)).await?.currency)
}

async fn new(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    let currency = currency(&app, &caller).await?;
    Ok(fresh(&app, &caller, form(&caller, None, currency, &Typed::default(), None)))
}

async fn create(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let currency = currency(&app, &caller).await?;
    let outcome = match typed.prices(currency) {
        Ok(prices) => {
            let (code, name, description) = (typed.code.clone(), typed.name.clone(), typed.description.clone());
            app.db.run(&caller.who, CreatePlan { code, name, description, prices, elsewhere: typed.elsewhere() }).await
        }
        Err(error) => Err(error),
    };
    match refused(outcome)? {
        Ok(_) => Ok(Redirect::to(PLANS).into_response()),
        Err(wrong) => Ok((status(&wrong.0), fresh(&app, &caller, form(&caller, None, currency, &typed, Some(&wrong)))).into_response()),
    }
}

fn fresh(app: &App, caller: &Caller, body: Markup) -> Html<String> {
    let lead = html! { "What is paid each month or each year." };
    back_office(
        app,
        caller,
        BackOffice { title: "New plan", lead, action: Markup::default(), place: HERE, crumbs: &[("Plans", PLANS)], body },
    )
}

async fn offer(app: &App, caller: &Caller, id: PlanId) -> Result<Offer> {
    let mut look = app.db.read_main(caller.tenant());
    let plan = queries::plan(&mut look, id).await?.ok_or_else(|| Error::not_found("plan"))?;
    Ok(Offer { prices: queries::prices_of(&mut look, id).await?, plan })
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<PlanId>) -> Answer<Html<String>> {
    let offer = offer(&app, &caller, id).await?;
    let currency = offer.prices.first().map_or(currency(&app, &caller).await?, |price| price.currency);
    let form = form(&caller, Some(id), currency, &Typed::of(&offer), None);
    Ok(page(&app, &caller, &offer, form).await?)
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<PlanId>, Form(typed): Form<Typed>) -> Answer<Response> {
    let offer = offer(&app, &caller, id).await?;
    let currency = offer.prices.first().map_or(currency(&app, &caller).await?, |price| price.currency);
    let outcome = match typed.prices(currency) {
        Ok(prices) => {
            let (name, description) = (Some(typed.name.clone()), Some(typed.description.clone()));
            let (active, elsewhere) = (Some(typed.active.is_some()), typed.elsewhere());
            app.db.run(&caller.who, ChangePlan { id, name, description, active, prices, elsewhere }).await
        }
        Err(error) => Err(error),
    };
    match refused(outcome)? {
        Ok(_) => Ok(Redirect::to(PLANS).into_response()),
        Err(wrong) => {
            let form = form(&caller, Some(id), currency, &typed, Some(&wrong));
            Ok((status(&wrong.0), page(&app, &caller, &offer, form).await?).into_response())
        }
    }
}

async fn page(app: &App, caller: &Caller, offer: &Offer, form: Markup) -> Result<Html<String>> {
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let happened = store::journal::timeline(&mut caller.read(app), offer.plan.id.uuid(), MOMENTS).await?;
    let moments: Vec<_> = happened.iter().rev().map(audit::moment).collect();
    let body = html! { (form) (ui::section("What happened", "", ui::timeline(&calendar, &moments))) };
    let gives = format!("/admin/entitlements/plans/{}", offer.plan.id);
    let lead = html! { "A new price is for new subscribers. " a href=(gives) { "What it gives" } };
    let crumbs = [("Plans", PLANS)];
    Ok(back_office(
        app,
        caller,
        BackOffice { title: &offer.plan.name, lead, action: Markup::default(), place: HERE, crumbs: &crumbs, body },
    ))
}

fn form(caller: &Caller, id: Option<PlanId>, currency: Currency, typed: &Typed, wrong: Option<&Failure>) -> Markup {
    let action = id.map_or_else(|| format!("{PLANS}/new"), |id| format!("{PLANS}/{id}"));
    html! {
        (not_done(wrong))
        form method="post" action=(action) {
            (ui::csrf(caller.csrf()))
            (ui::section("What it is", "", words(typed, id.is_none(), wrong)))
            (ui::section("What it costs", "", costs(typed, currency, wrong)))
            (ui::section("Sold elsewhere", "", elsewhere(typed, wrong)))
            @if may(caller) { (ui::actions(html! { (Button::primary("Save")) })) }
        }
    }
}

fn words(typed: &Typed, new: bool, wrong: Option<&Failure>) -> Markup {
    let error = |field: &str| field_error(wrong, field);
    html! {
        (Field::text("name", "Name").value(typed.name.as_str()).required().error(error("name")))
        @if new {
            (Field::text("code", "Code").value(typed.code.as_str()).required().error(error("code")).placeholder("starter")
                .help("Small letters, digits and hyphens, for programs. It stays."))
        }
        (Field::area("description", "Description", 3).value(typed.description.as_str()).error(error("description")))
        @if !new { (Field::checkbox("active", "Anybody new can subscribe to it", typed.active.is_some())) }
    }
}

fn costs(typed: &Typed, currency: Currency, wrong: Option<&Failure>) -> Markup {
    let error = |field: &str| field_error(wrong, field);
    let rates = RATES.map(|bps| (bps.to_string(), percent(bps)));
    html! {
        (ui::beside([
            Field::money("month", "Each month, tax included", currency).value(typed.month.as_str()).error(error("month").or(error("prices")).or(error("prices.amount"))),
            Field::money("year", "Each year, tax included", currency).value(typed.year.as_str()).error(error("year")).help("Leave a price empty that there is none of."),
        ]))
        (ui::beside([
            Field::input("number", "trial_days", "Days of trial").value(typed.trial_days.as_str()).error(error("prices.trial_days")),
            Field::text("hsn", "HSN or SAC").value(typed.hsn.as_str()).error(error("prices.hsn")).placeholder("998431"),
            Field::select("rate_bps", "Tax", rates).value(typed.rate_bps.as_str()).error(error("prices.rate_bps")),
        ]))
    }
}

fn elsewhere(typed: &Typed, wrong: Option<&Failure>) -> Markup {
    let error = |field: &str| field_error(wrong, field);
    html! {
        p { "Subscriptions that Stripe or Razorpay runs are shown here. Those under these ids are to this plan, and give what it gives." }
        (ui::beside([
            Field::text("stripe_price", "Stripe's price").value(typed.stripe_price.as_str()).error(error("stripe_price")).placeholder("price_1Q2w3E4r5T"),
            Field::text("razorpay_plan", "Razorpay's plan").value(typed.razorpay_plan.as_str()).error(error("razorpay_plan")).placeholder("plan_Q2w3E4r5T6y7U8"),
        ]))
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/subscriptions/plans/new", Permission::SubscriptionsWrite, new).page().says("New plan", ""),
        Route::post("/admin/subscriptions/plans/new", Permission::SubscriptionsWrite, create).page().says("New plan", "Makes it."),
        Route::get("/admin/subscriptions/plans/{id}", Permission::SubscriptionsRead, show).page().says("A plan", ""),
        Route::post("/admin/subscriptions/plans/{id}", Permission::SubscriptionsWrite, change).page().says("A plan", "Changes it."),
    ]
}
