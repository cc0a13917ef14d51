//! `/admin/domains`: the shop's own addresses, the record that proves each, and how far that is.

use super::certificates::{self, Certificate};
use super::commands::{AddDomain, CheckNow, RemoveDomain};
use super::model::{Domain, State as Proof};
use super::{forget, rows, rules, standing};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Kind};
use web::ui::{self, Badge, Button, Calendar, Dialog, Empty, Field, Meaning};
use web::{ACCOUNT, Answer, App, BackOffice, Caller, Form, Path, Permission, Route, account_tabs, back_office};

const HERE: &str = "/admin/domains";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    domain: String,
}

async fn show(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    page(&app, &caller, &Typed::default(), None).await
}

async fn add(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let added = match rules::domain(&typed.domain, &super::own_host(&app)) {
        Ok(domain) => app.db.run(&caller.who, AddDomain { domain }).await,
        Err(error) => Err(error),
    };
    match added {
        Ok(_) => Ok(Redirect::to(HERE).into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&app, &caller, &typed, Some(&error)).await?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn check(State(app): State<App>, caller: Caller, Path(domain): Path<String>) -> Answer<Redirect> {
    app.db.run(&caller.who, CheckNow { domain }).await?;
    Ok(Redirect::to(HERE))
}

async fn remove(State(app): State<App>, caller: Caller, Path(domain): Path<String>) -> Answer<Redirect> {
    app.db.run(&caller.who, RemoveDomain { domain: domain.clone() }).await?;
    forget(&app, &domain).await;
    Ok(Redirect::to(HERE))
}

/// How they stand now, for the script that keeps the page fresh.
async fn part(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    let (all, certificates) = standing_of(&app, &caller).await?;
    Ok(Html(list(&app, &caller, &all, &certificates).into_string()))
}

async fn standing_of(app: &App, caller: &Caller) -> Answer<(Vec<Domain>, Vec<Certificate>)> {
    let mut read = app.db.read_main(caller.tenant());
    Ok((rows::all(&mut read).await?, certificates::all(&mut read).await?))
}

async fn page(app: &App, caller: &Caller, typed: &Typed, error: Option<&Error>) -> Answer<Html<String>> {
    let (all, certificates) = standing_of(app, caller).await?;
    let leading = all.iter().find(|domain| domain.state == Proof::Verified);
    let lead = match leading {
        Some(domain) => html! { "Your shop is at " bdi { (domain.for_people()) } ", and links in your messages lead there." },
        None => html! { "Your shop has its place with us. Give it an address of its own." },
    };
    let may = caller.may(Permission::TenantWrite);
    let body = html! {
        (account_tabs(HERE))
        (ui::live("/admin/domains/list", 3, list(app, caller, &all, &certificates)))
        @if may {
            @for domain in &all { (question(caller, domain)) }
            (ui::section("Add a domain", Markup::default(), form(caller, typed, error)))
        }
    };
    Ok(back_office(app, caller, BackOffice { title: "Domains", lead, action: Markup::default(), place: ACCOUNT, crumbs: &[], body }))
}

fn list(app: &App, caller: &Caller, all: &[Domain], certificates: &[Certificate]) -> Markup {
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let may = caller.may(Permission::TenantWrite);
    html! {
        @if all.is_empty() { (Empty::new("No domain yet", "A domain such as shop.example.com leads your buyers straight to your shop.")) }
        @for domain in all {
            @let certificate = certificates.iter().find(|certificate| certificate.domain == domain.domain);
            (ui::section(&domain.for_people(), badge(domain.state), html! { div.stack { (one(app, caller, &calendar, (domain, certificate), may)) } }))
        }
    }
}

fn badge(state: Proof) -> Badge {
    match state {
        Proof::Pending => Badge::new(Meaning::Attention, "Waiting for its record"),
        Proof::Verified => Badge::new(Meaning::Good, "Leads to your shop"),
        Proof::Failed => Badge::new(Meaning::Bad, "Not proved"),
    }
}

fn one(app: &App, caller: &Caller, calendar: &Calendar, (domain, certificate): (&Domain, Option<&Certificate>), may: bool) -> Markup {
    let last = domain.checked_at.map_or_else(|| html! { "not yet" }, |at| calendar.ago(at));
    let check = format!("{HERE}/{}/check", domain.domain);
    html! {
        (standing::proof(domain))
        @if domain.state != Proof::Verified || domain.reason.is_some() {
            p { "Add this TXT record where your domain is managed:" }
            (ui::code_block("Name", &domain.record_name()))
            (ui::code_block("Value", &domain.record_text()))
        }
        @if domain.state == Proof::Verified {
            p { "Point the domain at " strong { (super::own_host(app)) } " by a CNAME record, and it opens your shop. Keep the TXT record: it is looked at every day." }
        }
        @if let Some(certificate) = certificate { (standing::certificate(certificate, calendar, app.db.clock().now(), &super::own_host(app))) }
        (ui::detail_list([("Last look", last), ("Added", calendar.time(domain.created_at))]))
        @if may {
            (ui::actions(html! {
                (ui::post(&check, caller.csrf(), Button::quiet("Check now").small()))
                (Button::quiet("Remove").small().opens(dialog(domain)))
            }))
        }
    }
}

/// A dialog's id; dots would be read as classes.
fn dialog(domain: &Domain) -> String {
    format!("remove-{}", domain.domain.replace('.', "-"))
}

fn question(caller: &Caller, domain: &Domain) -> Markup {
    let name = domain.for_people();
    let action = format!("{HERE}/{}/remove", domain.domain);
    let body = html! { p { "Buyers who come by this address, and links in messages that were sent, no longer find your shop there." } };
    let title = format!("Remove {name}?");
    html! {
        (Dialog { id: &dialog(domain), title: &title, body, action: &action, csrf: caller.csrf(), button: Button::danger("Remove"), typed: None })
    }
}

fn form(caller: &Caller, typed: &Typed, error: Option<&Error>) -> Markup {
    html! {
        form method="post" action=(HERE) {
            (ui::csrf(caller.csrf()))
            (Field::text("domain", "Domain").required().value(&typed.domain).placeholder("shop.example.com")
                .help("Only the name. You prove that it is yours in the next step.").error(error.map(Error::message)))
            (ui::actions(Button::primary("Add domain")))
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::TenantRead, show).page().says("Domains", ""),
        Route::get("/admin/domains/list", Permission::TenantRead, part).page().says("How the domains stand", ""),
        Route::post(HERE, Permission::TenantWrite, add).page().says("Add a domain", ""),
        Route::post("/admin/domains/{domain}/check", Permission::TenantWrite, check).page().says("Look for the record now", ""),
        Route::post("/admin/domains/{domain}/remove", Permission::TenantWrite, remove).page().says("Remove a domain", ""),
    ]
}
