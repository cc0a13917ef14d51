//! `/admin/imports/shops`: shops elsewhere that are connected, and the forms that connect them.

use super::{HERE, PLACE, calendar};
use crate::api::{NewShop, connect as connect_shop, webhook_url};
use crate::commands::{BeginShopImport, DisconnectShop};
use crate::connections::{self, Connection};
use crate::model::Origin;
use crate::shop::provider;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::Time;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::HashMap;
use store::{Error, Result};
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Alert, Button, Dialog, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Route, back_office};

/// The page.
const SHOPS: &str = "/admin/imports/shops";

/// The systems, what they are called, and what their two secrets are called there.
const SYSTEMS: [(Origin, &str, &str); 2] =
    [(Origin::Woocommerce, "WooCommerce", "Consumer secret (cs_…)"), (Origin::Shopify, "Shopify", "Access token (shpat_…)")];

/// What was typed into the form of one system, and what is wrong with it.
struct Typed {
    system: Origin,
    fields: HashMap<String, String>,
    wrong: Failure,
}

async fn show(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    Ok(page(&app, &caller, None).await?)
}

async fn page(app: &App, caller: &Caller, typed: Option<&Typed>) -> Result<Html<String>> {
    let connected = connections::all(&mut app.db.read_main(caller.tenant())).await?;
    let calendar = calendar(app, caller);
    let body = html! {
        @for (system, name, secret) in SYSTEMS {
            @let typed = typed.filter(|typed| typed.system == system);
            @let found = connected.iter().find(|one| one.provider == system);
            (ui::section(name, Markup::default(), html! {
                @if let Some(connection) = found { (stands(caller, connection, &calendar)) }
                (ui::code_block(&format!("{name} sends its webhooks of orders to"), &webhook_url(app, caller, system)))
                @if caller.may(Permission::TenantWrite) { (form(caller, system, secret, found, typed)) }
            }))
        }
    };
    let lead = html! { "Their orders are taken in as they are placed and changed, and asked for every hour." };
    let crumbs = &[("Orders", PLACE), ("Imports", HERE)];
    Ok(back_office(app, caller, BackOffice { title: "Shops elsewhere", lead, action: Markup::default(), place: PLACE, crumbs, body }))
}

/// How a connection stands, and what can be done with it.
fn stands(caller: &Caller, connection: &Connection, calendar: &ui::Calendar) -> Markup {
    let (system, name) = (connection.provider, format!("import-{}", connection.provider));
    html! {
        @if let Some(trouble) = &connection.trouble {
            (Alert::new(Meaning::Attention, "It could not be asked the last time").body(html! { p { (trouble) " It is asked again every hour." } }))
        }
        (ui::detail_list([
            ("Shop", html! { bdi { (connection.address) } }),
            ("Asked", html! { @match connection.asked_at { Some(at) => (calendar.ago(at)), None => "Not yet" } }),
        ]))
        @if caller.may(Permission::OrdersWrite) {
            form method="post" action={ (SHOPS) "/" (system) "/imports" } {
                (ui::csrf(caller.csrf()))
                (ui::beside([Field::input("date", "from", "Orders changed since").of_form(name.as_str()).help("Left empty, all of them.")]))
                (ui::actions(html! { (Button::quiet("Look at it first").value("dry", "true")) (Button::primary("Import orders").value("dry", "false")) }))
            }
        }
        @if caller.may(Permission::TenantWrite) {
            @let dialog = format!("disconnect-{system}");
            (ui::actions(Button::quiet("Disconnect").opens(dialog.as_str())))
            (Dialog {
                id: &dialog,
                title: "Disconnect this shop?",
                body: html! { p { "It is asked no more, and its webhooks are refused. The orders that were taken in stay." } },
                action: &format!("{SHOPS}/{system}/disconnect"),
                csrf: caller.csrf(),
                button: Button::danger("Disconnect"),
                typed: None,
            })
        }
    }
}

fn form(caller: &Caller, system: Origin, secret: &str, found: Option<&Connection>, typed: Option<&Typed>) -> Markup {
    let name = format!("connect-{system}");
    let said = |field: &str| typed.and_then(|typed| typed.fields.get(field).cloned());
    let wrong = |field: &str| typed.and_then(|typed| field_error(Some(&typed.wrong), field).map(str::to_owned));
    let hidden = |field: &'static str, label: &str| {
        Field::input("password", field, label).of_form(name.as_str()).autocomplete("off").error(wrong(field))
    };
    let address = said("address").or_else(|| found.map(|found| found.address.clone())).unwrap_or_default();
    let example = if system == Origin::Shopify { "https://name.myshopify.com" } else { "https://shop.example" };
    html! {
        form method="post" action={ (SHOPS) "/" (system) } {
            (ui::csrf(caller.csrf()))
            (Field::input("url", "address", "Address of the shop").of_form(name.as_str()).value(address).placeholder(example).required().error(wrong("address")))
            @if system == Origin::Woocommerce {
                (Field::text("key", "Consumer key (ck_…)").of_form(name.as_str()).value(said("key").unwrap_or_default()).required().error(wrong("key")))
            }
            (hidden("secret", secret).required())
            (hidden("webhook_secret", "Webhook secret").help("What the shop signs its webhooks with. Without it none is believed, and changes arrive within the hour."))
            (ui::actions(Button::primary(if found.is_some() { "Connect anew" } else { "Connect" })))
        }
    }
}

async fn connect(
    State(app): State<App>,
    caller: Caller,
    Path(system): Path<String>,
    Form(fields): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let system = provider(&system)?;
    let text = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let new = NewShop { address: text("address"), key: text("key"), secret: text("secret"), webhook_secret: text("webhook_secret") };
    match refused(connect_shop(&app, &caller, system, new).await)? {
        Ok(()) => Ok(Redirect::to(SHOPS).into_response()),
        Err(wrong) => {
            let code = status(&wrong.0);
            let typed = Typed { system, fields, wrong };
            Ok((code, page(&app, &caller, Some(&typed)).await?).into_response())
        }
    }
}

async fn disconnect(State(app): State<App>, caller: Caller, Path(system): Path<String>) -> Answer<Redirect> {
    app.db.run(&caller.who, DisconnectShop(provider(&system)?)).await?;
    Ok(Redirect::to(SHOPS))
}

#[derive(Debug, Deserialize)]
struct Wanted {
    #[serde(default)]
    from: String,
    dry: bool,
}

async fn begin(State(app): State<App>, caller: Caller, Path(system): Path<String>, Form(wanted): Form<Wanted>) -> Answer<Redirect> {
    let from = Some(wanted.from.trim()).filter(|day| !day.is_empty()).map(|day| midnight(day, caller.zone())).transpose()?;
    let import = app.db.run(&caller.who, BeginShopImport { provider: provider(&system)?, from, dry: wanted.dry }).await?;
    Ok(Redirect::to(&format!("{HERE}/{}", import.id)))
}

/// When a day begins on the shop's clock.
fn midnight(day: &str, zone: TimeZone) -> Result<Time> {
    let wrong = || Error::field("from", "a day like 2026-11-21");
    let day = day.parse::<Date>().map_err(|_| wrong())?;
    Ok(Time(day.to_zoned(zone).map_err(|_| wrong())?.timestamp().as_millisecond()))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(SHOPS, Permission::OrdersRead, show).page().says("Shops elsewhere", "Those that are connected."),
        Route::post("/admin/imports/shops/{provider}", Permission::TenantWrite, connect).page().says("Connect a shop", ""),
        Route::post("/admin/imports/shops/{provider}/disconnect", Permission::TenantWrite, disconnect).page().says("Disconnect a shop", ""),
        Route::post("/admin/imports/shops/{provider}/imports", Permission::OrdersWrite, begin).page().says("Import a shop's orders", ""),
    ]
}
