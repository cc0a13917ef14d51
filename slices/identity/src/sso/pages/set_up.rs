//! Setting up a tenant's provider.

use crate::sso::api::{connection, put};
use crate::sso::commands::{RemoveConnection, may_set};
use crate::sso::model::{Connection, Wanted};
use crate::sso::{callback, client, rules};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::{StatusCode, Uri};
use maud::{Markup, html};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use store::{Error, Kind};
use web::page::field_error;
use web::ui::{self, Alert, Badge, Button, Dialog, Field, Meaning};
use web::{ACCOUNT, Answer, App, BackOffice, Caller, Failure, Form, Permission, Role, Route, account_tabs, back_office};

const HERE: &str = "/admin/security/sso";
const TEST: &str = "/admin/security/sso/test";
const REMOVE: &str = "/admin/security/sso/remove";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::TenantWrite, show).says("Single sign-on", "").page(),
        Route::post(HERE, Permission::TenantWrite, set).says("Set up single sign-on", "").at_most("SSO", 20).page(),
        Route::post(TEST, Permission::TenantWrite, test).says("Ask the provider", "").at_most("SSO", 20).page(),
        Route::post(REMOVE, Permission::TenantWrite, remove).says("Remove single sign-on", "").page(),
    ]
}

/// What the page shows besides how things stand.
#[derive(Default)]
struct Shown<'a> {
    typed: Option<Typed>,
    done: Option<&'a str>,
    wrong: Option<&'a Failure>,
}

async fn show(State(app): State<App>, caller: Caller, uri: Uri) -> Answer<Html<String>> {
    let done = match uri.query() {
        Some("done=saved") => Some("It is saved."),
        Some("done=removed") => Some("Single sign-on is removed. Members stay members."),
        _ => None,
    };
    page(&app, &caller, Shown { done, ..Shown::default() }).await
}

#[derive(Debug, Clone, Deserialize)]
struct Typed {
    #[serde(default)]
    issuer: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    client_secret: SecretString,
    #[serde(default)]
    domains: String,
    #[serde(default)]
    role: String,
    enabled: Option<String>,
    required: Option<String>,
}

impl Typed {
    fn of(kept: Option<&Connection>) -> Self {
        let ticked = |on: bool| on.then(|| "on".to_owned());
        Self {
            issuer: kept.map(|kept| kept.issuer.clone()).unwrap_or_default(),
            client_id: kept.map(|kept| kept.client_id.clone()).unwrap_or_default(),
            client_secret: SecretString::default(),
            domains: kept.map(|kept| kept.domains.join(" ")).unwrap_or_default(),
            role: kept.map_or(Role::User, |kept| kept.role).to_string(),
            enabled: ticked(kept.is_some_and(|kept| kept.enabled)),
            required: ticked(kept.is_some_and(|kept| kept.required)),
        }
    }

    fn wanted(&self) -> store::Result<Wanted> {
        Ok(Wanted {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            secret: Some(self.client_secret.expose_secret().to_owned()).filter(|secret| !secret.is_empty()),
            domains: self.domains.split([' ', ',', ';', '\n', '\r']).map(str::to_owned).collect(),
            role: self.role.parse().map_err(|_| Error::field("role", "choose one"))?,
            enabled: self.enabled.is_some(),
            required: self.required.is_some(),
        })
    }
}

async fn set(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let set = match typed.wanted() {
        Ok(wanted) => put(&app, &caller, wanted).await,
        Err(error) => Err(error),
    };
    match set {
        Ok(()) => Ok(Redirect::to("/admin/security/sso?done=saved").into_response()),
        Err(error) if error.kind() == Kind::Invalid => {
            let wrong = Failure::from(error);
            let page = page(&app, &caller, Shown { typed: Some(typed), wrong: Some(&wrong), done: None }).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn test(State(app): State<App>, caller: Caller) -> Answer<Response> {
    may_set(&caller.reach)?;
    let kept = connection(&app, &caller).await?.ok_or_else(|| Error::not_found("single sign-on"))?;
    match client::discover(&app.outside, &kept.issuer).await {
        Ok(_) => {
            let done = "The provider answers, and names itself as it should. Whether it knows the client shows when somebody signs in.";
            Ok(page(&app, &caller, Shown { done: Some(done), ..Shown::default() }).await?.into_response())
        }
        Err(error) => {
            let wrong = Failure::from(error);
            let page = page(&app, &caller, Shown { wrong: Some(&wrong), ..Shown::default() }).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

async fn remove(State(app): State<App>, caller: Caller) -> Answer<Redirect> {
    app.db.run(&caller.who, RemoveConnection { by: caller.reach.clone() }).await?;
    Ok(Redirect::to("/admin/security/sso?done=removed"))
}

async fn page(app: &App, caller: &Caller, shown: Shown<'_>) -> Answer<Html<String>> {
    let kept = connection(app, caller).await?;
    let owner = may_set(&caller.reach).is_ok();
    let body = html! {
        (account_tabs(HERE))
        @if let Some(done) = shown.done { (Alert::new(Meaning::Good, done)) }
        @if !owner { (Alert::new(Meaning::Attention, "Only an owner can change this, since the provider vouches for owners as well.")) }
        (ui::section("At your provider", "", at_provider(app)))
        (ui::section("Here", asked(caller, kept.as_ref(), owner), form(caller, kept.as_ref(), &shown, owner)))
        (ui::section("What it means", "", meaning()))
        @if kept.is_some() && owner { (question(caller)) }
    };
    let lead = html! { "Members sign in with the account that they have at work: Google, Microsoft, Okta, Keycloak or any other OpenID Connect provider. " (state(kept.as_ref())) };
    let page = BackOffice { title: "Single sign-on", lead, action: Markup::default(), place: ACCOUNT, crumbs: &[], body };
    Ok(back_office(app, caller, page))
}

fn state(kept: Option<&Connection>) -> Markup {
    match kept {
        None => html! { (Badge::new(Meaning::Neutral, "Not set up")) },
        Some(kept) if !kept.enabled => html! { (Badge::new(Meaning::Attention, "Off")) },
        Some(kept) if kept.required => html! { (Badge::new(Meaning::Good, "On, and required")) },
        Some(_) => html! { (Badge::new(Meaning::Good, "On")) },
    }
}

fn at_provider(app: &App) -> Markup {
    html! {
        p { "Register a web application with the code flow, and give it this redirect address:" }
        (ui::code_block("Redirect address", &callback(app)))
    }
}

fn asked(caller: &Caller, kept: Option<&Connection>, owner: bool) -> Markup {
    html! { @if kept.is_some() && owner { (ui::post(TEST, caller.csrf(), Button::quiet("Ask the provider").small())) } }
}

fn form(caller: &Caller, kept: Option<&Connection>, shown: &Shown, owner: bool) -> Markup {
    let typed = shown.typed.clone().unwrap_or_else(|| Typed::of(kept));
    let wrong = |field: &str| field_error(shown.wrong, field);
    let roles = rules::ROLES.map(|role| (role.as_str(), role.as_str()));
    let secret = match kept {
        Some(kept) if kept.has_secret => "One is kept. Type another to replace it; another issuer or client needs its own.",
        _ => "Leave it empty only where the provider gives none.",
    };
    html! {
        form method="post" action=(HERE) {
            (ui::csrf(caller.csrf()))
            (Field::input("url", "issuer", "Issuer").value(&typed.issuer).required().placeholder("https://accounts.google.com").error(wrong("issuer"))
                .help("The provider's address, exactly as it names itself."))
            (Field::text("client_id", "Client ID").value(&typed.client_id).required().autocomplete("off").error(wrong("client_id")))
            (Field::input("password", "client_secret", "Client secret").autocomplete("off").error(wrong("client_secret")).help(secret))
            (Field::text("domains", "E-mail domains").value(&typed.domains).required().placeholder("example.com").error(wrong("domains"))
                .help("Only addresses of these domains come in. Subdomains are named one by one."))
            (Field::select("role", "Role of somebody new", roles).value(&typed.role).required().error(wrong("role"))
                .help("Who is a member already keeps their role."))
            (Field::checkbox("enabled", "Members can sign in by it", typed.enabled.is_some()))
            (Field::checkbox("required", "Members other than owners can sign in by it alone", typed.required.is_some()).error(wrong("required")))
            @if owner {
                (ui::actions(html! {
                    (Button::primary("Save"))
                    @if kept.is_some() { " " (Button::quiet("Remove").opens("remove-sso")) }
                }))
            }
        }
    }
}

fn meaning() -> Markup {
    html! {
        ul {
            li { "Whoever the provider knows by a checked address of these domains becomes a member when they first come. Nobody becomes an owner or admin by it." }
            li { "No second factor is asked after it: asking for one is the provider's part." }
            li { "Whoever you remove from this shop stays out, even if the provider still knows them." }
            li { "Sessions that have begun go on until they end, twelve hours at the most." }
        }
    }
}

fn question(caller: &Caller) -> Markup {
    let body = html! { p { "Members stay members, and sign in with a password again. Whoever has none asks for one." } };
    html! {
        (Dialog {
            id: "remove-sso",
            title: "Remove single sign-on?",
            body,
            action: REMOVE,
            csrf: caller.csrf(),
            button: Button::danger("Remove it"),
            typed: None,
        })
    }
}
