//! `/admin/subscriptions/policy`: how those who do not pay are dealt with.

use super::{HERE, POLICY, not_done, tabs};
use crate::commands::PutPolicy;
use crate::model::Policy;
use crate::queries;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::Uri;
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Result};
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Alert, Button, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Permission, Route, back_office};

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    grace_days: String,
    end: String,
    first_hours: String,
}

impl Typed {
    fn of(policy: Policy) -> Self {
        let end = if policy.cancel { "cancel" } else { "keep" };
        Self { grace_days: policy.grace_days.to_string(), end: end.to_owned(), first_hours: policy.first_hours.to_string() }
    }

    fn put(&self) -> Result<PutPolicy> {
        let number = |field: &'static str, text: &str| text.trim().parse().map_err(|_| Error::field(field, "a whole number"));
        Ok(PutPolicy(Policy {
            grace_days: number("grace_days", &self.grace_days)?,
            cancel: self.end == "cancel",
            first_hours: number("first_hours", &self.first_hours)?,
        }))
    }
}

async fn show(State(app): State<App>, caller: Caller, uri: Uri) -> Answer<Html<String>> {
    let policy = queries::policy(&mut app.db.read_main(caller.tenant())).await?;
    Ok(page(&app, &caller, &Typed::of(policy), uri.query() == Some("done=saved"), None))
}

async fn put(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let outcome = match typed.put() {
        Ok(put) => app.db.run(&caller.who, put).await,
        Err(error) => Err(error),
    };
    match refused(outcome)? {
        Ok(_) => Ok(Redirect::to("/admin/subscriptions/policy?done=saved").into_response()),
        Err(wrong) => Ok((status(&wrong.0), page(&app, &caller, &typed, false, Some(&wrong))).into_response()),
    }
}

fn page(app: &App, caller: &Caller, typed: &Typed, saved: bool, wrong: Option<&Failure>) -> Html<String> {
    let grace = [("0", "None"), ("2", "2 days"), ("7", "7 days"), ("14", "14 days"), ("21", "21 days")];
    let form = html! {
        (Field::select("grace_days", "Days of grace", grace).value(typed.grace_days.as_str()).error(field_error(wrong, "grace_days"))
            .help("So long a subscription runs on after the last day to pay. Reminders are those of the invoice."))
        (Field::select("end", "Then", [("cancel", "It ends"), ("keep", "It stays unpaid")]).value(typed.end.as_str()))
        (Field::input("number", "first_hours", "Hours to pay the first invoice").value(typed.first_hours.as_str()).required()
            .error(field_error(wrong, "first_hours")).help("After that the subscription is not begun, and its invoice is taken back."))
    };
    let body = html! {
        (tabs(POLICY))
        @if saved { (Alert::new(Meaning::Good, "It is saved.")) }
        (not_done(wrong))
        form method="post" action=(POLICY) {
            (ui::csrf(caller.csrf()))
            (ui::section("When an invoice is not paid", "", form))
            @if caller.may(Permission::TenantWrite) { (ui::actions(html! { (Button::primary("Save")) })) }
        }
    };
    let lead = html! { "How subscriptions end that nobody pays for." };
    back_office(
        app,
        caller,
        BackOffice { title: "Late payers", lead, action: Markup::default(), place: HERE, crumbs: &[("Subscriptions", HERE)], body },
    )
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(POLICY, Permission::SubscriptionsRead, show).page().says("Late payers", "How they are dealt with."),
        Route::post(POLICY, Permission::TenantWrite, put).page().says("Late payers", "Saves it."),
    ]
}
