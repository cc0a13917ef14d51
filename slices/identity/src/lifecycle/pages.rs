//! The page of one's shops: which there are, going over to another, closing and restoring the one we are in.

use super::api::{act, close_own};
use super::commands::Switch;
use super::rows::{self, Own};
use super::rules::{Act, State as Standing};
use crate::pages::{begun, cookie, own_session, person};
use crate::{gate, sso};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::{TenantId, Time};
use http::{HeaderMap, StatusCode};
use maud::{Markup, html};
use serde::Deserialize;
use store::{Kind, Result, Who};
use web::page::field_error;
use web::ui::{self, Alert, Badge, Button, Calendar, Column, Field, Meaning, Row, Table};
use web::{ACCOUNT, Access, Address, Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Route, account_tabs, back_office};

const HERE: &str = "/admin/tenants";
/// Shops that the page shows: who is in more goes to the others by their own address.
const MOST: i64 = 200;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Access::SignedIn, show).says("Your shops", "").page(),
        Route::post("/admin/tenants/{id}/switch", Access::SignedIn, switch).says("Go over to another shop", "").page(),
        Route::post("/admin/tenants/close", Permission::TenantClose, close).says("Close this shop", "").page(),
        Route::post("/admin/tenants/restore", Permission::TenantClose, restore).says("Restore this shop", "").page(),
    ]
}

async fn show(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    Ok(page(&app, &caller, "", None).await?)
}

async fn page(app: &App, caller: &Caller, typed: &str, wrong: Option<&Failure>) -> Result<Html<String>> {
    let shops = rows::own(&app.db, person(caller)?, MOST).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let here = shops.iter().find(|shop| shop.tenant_id == caller.tenant());
    let body = html! {
        (account_tabs(HERE))
        @if let Some(at) = here.and_then(|shop| shop.closes_at) { (closing(caller, &calendar, at)) }
        (table(caller, &calendar, &shops))
        @if caller.may(Permission::TenantExport) { (ui::section("Take everything along", Markup::default(), export_link(caller))) }
        @if let Some(shop) = here.filter(|shop| may_close(caller, shop)) {
            (ui::section("Close this shop", Markup::default(), close_form(caller, shop, typed, wrong)))
        }
    };
    let lead = html! { "You are in " strong { bdi { (caller.tenant_name) } } @if shops.len() > 1 { ", one of " (shops.len()) } "." };
    Ok(back_office(app, caller, BackOffice { title: "Your shops", lead, action: Markup::default(), place: ACCOUNT, crumbs: &[], body }))
}

/// The first tenant is the platform's own and stays.
fn may_close(caller: &Caller, shop: &Own) -> bool {
    shop.state == Standing::Active && !shop.is_first && caller.may(Permission::TenantClose)
}

fn closing(caller: &Caller, calendar: &Calendar, at: Time) -> Markup {
    let body = html! { p { "The shop is shut and API keys open nothing. On " (calendar.day(at)) " everything is erased." } };
    let restore = html! {
        @if caller.may(Permission::TenantClose) {
            form method="post" action="/admin/tenants/restore" { (ui::csrf(caller.csrf())) (Button::primary("Restore it")) }
        }
    };
    html! { (Alert::new(Meaning::Attention, "This shop is closed").body(body).action(restore)) }
}

fn table(caller: &Caller, calendar: &Calendar, shops: &[Own]) -> Markup {
    let columns = vec![
        Column::text("name", "Shop"),
        Column::text("slug", "Address"),
        Column::text("role", "Your role"),
        Column::text("state", "State"),
        Column::text("do", "Action").matters(),
    ];
    let rows = shops.iter().map(|shop| {
        let state = match shop.state {
            Standing::Active => html! { (Badge::new(Meaning::Good, "Open")) },
            Standing::Suspended => html! { (Badge::new(Meaning::Bad, "Suspended")) },
            Standing::Closing => {
                html! { (Badge::new(Meaning::Attention, "Closed")) @if let Some(at) = shop.closes_at { " erased " (calendar.day(at)) } }
            }
        };
        let go = html! {
            @if shop.tenant_id == caller.tenant() { span.quiet { "here" } }
            @else if shop.state != Standing::Suspended {
                form method="post" action={ "/admin/tenants/" (shop.tenant_id) "/switch" } {
                    (ui::csrf(caller.csrf()))
                    (Button::quiet("Go there").small())
                }
            }
        };
        Row::new(shop.tenant_id, [html! { bdi { (shop.name) } }, html! { code { (shop.slug) } }, html! { (shop.role) }, state, go])
    });
    html! { (Table::new("Your shops", &ui::Query::parse(HERE, ""), columns).rows(rows)) }
}

fn export_link(caller: &Caller) -> Markup {
    html! {
        p { "One ZIP file with every order, payment, message and all else of this shop, a table a file. Passwords, keys and credentials are left out." }
        (ui::actions(html! { (Button::quiet("Export everything").href(super::export_path(caller.tenant()))) }))
    }
}

fn close_form(caller: &Caller, shop: &Own, typed: &str, wrong: Option<&Failure>) -> Markup {
    let said = wrong.filter(|wrong| wrong.0.fields().is_empty()).map(|wrong| wrong.0.message());
    html! {
        p { "The shop is shut and API keys open nothing from that moment. For 30 days you can restore it; then everything is erased." }
        form method="post" action="/admin/tenants/close" {
            (ui::csrf(caller.csrf()))
            (Field::text("slug", format!("Type {} to close it", shop.slug)).value(typed).required().error(field_error(wrong, "slug").or(said)))
            (ui::actions(html! { (Button::danger("Close the shop")) }))
        }
    }
}

/// The session goes over with the person: its token is a new one.
async fn switch(
    State(app): State<App>,
    caller: Caller,
    address: Address,
    headers: HeaderMap,
    Path(id): Path<TenantId>,
) -> Answer<Response> {
    let user_id = person(&caller)?;
    let old = own_session(&app, &headers);
    sso::own_account(&app, &old).await?;
    let (token, begun) = begun(&app, address, &headers);
    app.db.run(&Who::member(id, user_id).from(address.0), Switch { user_id, old: old.clone(), begun }).await?;
    gate::forget_session(&app, &old).await;
    Ok((cookie(&app, Some(&token)), Redirect::to("/admin")).into_response())
}

#[derive(Debug, Deserialize)]
struct Typed {
    #[serde(default)]
    slug: String,
}

async fn close(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    match close_own(&app, &caller, &typed.slug).await {
        Ok(_) => Ok(Redirect::to(HERE).into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let wrong = Failure::from(error);
            let page = page(&app, &caller, &typed.slug, Some(&wrong)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn restore(State(app): State<App>, caller: Caller) -> Answer<Redirect> {
    act(&app, &caller, caller.tenant(), Act::Restore, None).await?;
    Ok(Redirect::to(HERE))
}
