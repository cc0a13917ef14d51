//! `/admin/subscriptions/new`: subscribing somebody.

use super::{HERE, each, not_done};
use crate::commands::{CreateSubscription, NewPerson, create_once};
use crate::queries;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use facts::subscriptions::Cadence;
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Result};
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Button, Field};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Permission, Route, back_office, filter_part, form_key, sent_form};

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    key: String,
    name: String,
    phone: String,
    email: String,
    /// The plan's code and the cadence, `starter/month`.
    plan: String,
    quantity: String,
    trial_days: String,
    discount: String,
}

fn some(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

impl Typed {
    fn create(&self) -> Result<CreateSubscription> {
        let choose = || Error::field("plan", "one of the plans");
        let (plan, cadence) = self.plan.split_once('/').ok_or_else(choose)?;
        let cadence: Cadence = cadence.parse().map_err(|_| choose())?;
        let person = NewPerson {
            name: some(&self.name),
            phone: some(&self.phone).map(|phone| contacts::phone(&phone)).transpose()?,
            email: some(&self.email).map(|email| contacts::email(&email)).transpose()?,
        };
        let percent: i64 = filter_part("discount", Some(self.discount.trim()), "0 to 100")?.unwrap_or(0);
        Ok(CreateSubscription {
            contact: None,
            plan: plan.to_owned(),
            cadence,
            quantity: filter_part("quantity", Some(self.quantity.trim()), "a whole number")?.unwrap_or(1),
            discount_bps: percent.saturating_mul(100),
            trial_days: filter_part("trial_days", Some(self.trial_days.trim()), "a number of days")?,
            key: Some(sent_form(
                &self.key,
                &format!("POST {HERE}/new"),
                &(&person, &self.plan, &self.quantity, &self.trial_days, &self.discount),
            )?),
            person,
        })
    }
}

async fn new(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    let typed = Typed { key: form_key(&app), quantity: "1".to_owned(), ..Typed::default() };
    Ok(page(&app, &caller, &typed, None).await?)
}

async fn create(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let outcome = match typed.create() {
        Ok(create) => create_once(&app.db, &caller.who, create).await,
        Err(error) => Err(error),
    };
    match refused(outcome)? {
        Ok(once) => Ok(axum::response::Redirect::to(&format!("{HERE}/{}", once.out.id)).into_response()),
        Err(wrong) => Ok((status(&wrong.0), page(&app, &caller, &typed, Some(&wrong)).await?).into_response()),
    }
}

async fn page(app: &App, caller: &Caller, typed: &Typed, wrong: Option<&Failure>) -> Result<Html<String>> {
    let offers = queries::offers(&mut caller.read(app)).await?;
    let choices: Vec<(String, String)> = offers
        .iter()
        .filter(|offer| offer.plan.active)
        .flat_map(|offer| {
            offer.prices.iter().map(|price| {
                let words = format!("{}, {} {}", offer.plan.name, price.amount(), each(price.cadence));
                (format!("{}/{}", offer.plan.code, price.cadence), words)
            })
        })
        .collect();
    let body = html! {
        (not_done(wrong))
        form method="post" action="/admin/subscriptions/new" {
            (ui::csrf(caller.csrf()))
            (ui::hidden("key", &typed.key))
            (ui::section("Who", "", who(typed, wrong)))
            (ui::section("What", "", what(typed, choices, wrong)))
            (ui::actions(html! { (Button::primary("Subscribe")) }))
        }
    };
    let lead = html! { "Without a trial an invoice is issued at once, and it begins when that is paid." };
    let page =
        BackOffice { title: "New subscription", lead, action: Markup::default(), place: HERE, crumbs: &[("Subscriptions", HERE)], body };
    Ok(back_office(app, caller, page))
}

fn who(typed: &Typed, wrong: Option<&Failure>) -> Markup {
    let error = |field: &str| field_error(wrong, field);
    html! {
        (Field::text("name", "Name").value(typed.name.as_str()).error(error("name")))
        (ui::beside([
            Field::input("tel", "phone", "Phone").value(typed.phone.as_str()).error(error("phone").or(error("customer"))),
            Field::input("email", "email", "E-mail").value(typed.email.as_str()).error(error("email")),
        ]))
    }
}

fn what(typed: &Typed, choices: Vec<(String, String)>, wrong: Option<&Failure>) -> Markup {
    let error = |field: &str| field_error(wrong, field);
    html! {
        (Field::select("plan", "Plan", choices).value(typed.plan.as_str()).required().error(error("plan")))
        (ui::beside([
            Field::input("number", "quantity", "How many").value(typed.quantity.as_str()).required().error(error("quantity")),
            Field::input("number", "trial_days", "Days of trial").value(typed.trial_days.as_str()).error(error("trial_days")).placeholder("Plan's"),
            Field::input("number", "discount", "Less, in percent").value(typed.discount.as_str()).error(error("discount").or(error("discount_bps"))),
        ]))
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/subscriptions/new", Permission::SubscriptionsWrite, new).page().says("New subscription", ""),
        Route::post("/admin/subscriptions/new", Permission::SubscriptionsWrite, create).page().says("New subscription", "Makes it."),
    ]
}
