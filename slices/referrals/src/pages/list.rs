//! `/admin/referrals`: who brings customers, what they brought, and what can be paid to them now.

use super::HERE;
use crate::api::{EXPORTS_A_MINUTE, ListQuery as Commissions, as_file, balances};
use crate::model::{Balance, ReferralSettings, Referrer};
use crate::queries;
use axum::extract::{RawQuery, State};
use axum::response::{Html, Response};
use maud::{Markup, html};
use serde::Deserialize;
use web::page::field_error;
use web::ui::{self, Alert, Button, Column, Empty, Field, Meaning, Row, Stat, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Listed, ORDERS, Paging, Permission, Query, Route, back_office, order_tabs};

/// Which referrers.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: Option<String>,
    cursor: Option<String>,
    limit: Option<String>,
}

/// What was typed into the page's forms.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub name: String,
    pub phone: String,
    pub email: String,
    pub code: String,
    pub rate_percent: Option<String>,
    pub hold_days: Option<String>,
}

async fn list(State(app): State<App>, caller: Caller, Query(asked): Query<Asked>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    shown(&app, &caller, &asked, &raw.unwrap_or_default(), None, &Typed::default()).await
}

/// The page, with what was typed and what is wrong with it.
pub(super) async fn page(app: &App, caller: &Caller, wrong: Option<&Failure>, typed: &Typed) -> Answer<Html<String>> {
    shown(app, caller, &Asked::default(), "", wrong, typed).await
}

async fn shown(app: &App, caller: &Caller, asked: &Asked, raw: &str, wrong: Option<&Failure>, typed: &Typed) -> Answer<Html<String>> {
    let paging = Paging { limit: asked.limit.clone(), cursor: asked.cursor.clone() };
    let limit = paging.limit()?;
    let mut read = app.db.read_main(caller.tenant());
    let settings = queries::settings(&mut read).await?;
    let rows = queries::page(&mut read, asked.q.as_deref(), paging.cursor()?, limit + 1).await?;
    let (balances, sums) = (balances(&mut read, &rows).await?, queries::sums(&mut read).await?);
    let page = Listed::new(rows, limit, queries::place);
    let body = html! {
        (order_tabs(HERE))
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "That was not done").body(html! { p { (wrong.0.message()) } })) }
        @if !sums.is_empty() { (ui::stats(sums.iter().flat_map(stats))) }
        (table(raw, page, &balances))
        @if caller.may(Permission::ContactsWrite) { (ui::section("New referrer", "", add(typed, caller.csrf(), wrong))) }
        @if caller.may(Permission::TenantWrite) { (ui::section("What they get", "", terms(settings, typed, caller.csrf(), wrong))) }
    };
    let lead = html! {
        "Who brings customers gets " (percent(settings.rate_bps)) " % of what they buy, without tax, once it can no longer be given back."
    };
    let action = Markup::default();
    Ok(back_office(app, caller, BackOffice { title: "Referrals", lead, action, place: ORDERS, crumbs: &[("Orders", ORDERS)], body }))
}

/// A share as people write it: `30`, `12.5`.
pub(super) fn percent(bps: i64) -> String {
    let text = format!("{}.{:02}", bps / 100, bps % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn stats(sum: &Balance) -> [Stat; 3] {
    [
        Stat::new("Payable now", ui::money(sum.payable())),
        Stat::new("Waiting", ui::money(sum.money(sum.pending_minor))).note("Until the orders can no longer be given back"),
        Stat::new("Paid so far", ui::money(sum.money(sum.paid_minor))),
    ]
}

fn table(raw: &str, page: Listed<Referrer>, balances: &[Balance]) -> Table {
    let here = ui::Query::parse(HERE, raw);
    let columns = vec![
        Column::text("name", "Name").matters(),
        Column::text("code", "Code").optional(),
        Column::number("clicks", "Visits"),
        Column::number("orders", "Orders paid").matters(),
        Column::number("pending", "Waiting"),
        Column::number("payable", "Payable now").matters(),
        Column::number("paid", "Paid").optional(),
    ];
    let empty = Empty::new("No referrers yet", "Give a customer a link: whoever follows it and buys within 30 days counts for them.");
    Table::new("Referrers", &here, columns)
        .find("Name or code")
        .choose_columns()
        .export(format!("{HERE}/commissions.csv"))
        .rows(page.data.iter().map(|referrer| row(referrer, balances)))
        .next(page.next_cursor)
        .empty(empty)
}

fn row(referrer: &Referrer, all: &[Balance]) -> Row {
    let own: Vec<&Balance> = all.iter().filter(|balance| balance.referrer_id == referrer.id).collect();
    let each = |minor: fn(&Balance) -> i64| html! { @for balance in &own { (ui::money(balance.money(minor(balance)))) " " } };
    let cells = [
        html! { bdi { (referrer.name) } @if !referrer.active { " " (ui::badge("inactive")) } },
        html! { (referrer.code) },
        html! { (referrer.clicks) },
        html! { (referrer.orders) },
        each(|balance| balance.pending_minor),
        each(|balance| balance.payable_minor),
        each(|balance| balance.paid_minor),
    ];
    Row::new(referrer.id, cells).href(format!("{HERE}/{}", referrer.id))
}

fn add(typed: &Typed, csrf: &str, wrong: Option<&Failure>) -> Markup {
    html! {
        form method="post" action=(HERE) {
            (ui::csrf(csrf))
            (ui::beside([
                Field::text("name", "Name").value(&typed.name).required().error(field_error(wrong, "name")),
                Field::text("code", "Code in their link").value(&typed.code).placeholder("asha").error(field_error(wrong, "code"))
                    .help("Made from the name where you leave it empty."),
            ]))
            (ui::beside([
                Field::input("tel", "phone", "Phone").value(&typed.phone).error(field_error(wrong, "phone"))
                    .help("By phone and e-mail we know who buys from themselves: that counts for nobody."),
                Field::input("email", "email", "E-mail").value(&typed.email).error(field_error(wrong, "email")),
            ]))
            (ui::actions(Button::primary("Make a link")))
        }
    }
}

fn terms(settings: ReferralSettings, typed: &Typed, csrf: &str, wrong: Option<&Failure>) -> Markup {
    let share = typed.rate_percent.clone().unwrap_or_else(|| percent(settings.rate_bps));
    let days = typed.hold_days.clone().unwrap_or_else(|| settings.hold_days.to_string());
    html! {
        form method="post" action={ (HERE) "/settings" } {
            (ui::csrf(csrf))
            (ui::beside([
                Field::text("rate_percent", "Share in %").value(share).required().error(field_error(wrong, "rate_bps"))
                    .help("Of an order without tax."),
                Field::input("number", "hold_days", "Days to give back").value(days).required().error(field_error(wrong, "hold_days"))
                    .help("So long a commission waits before it can be paid."),
            ]))
            (ui::actions(Button::quiet("Save")))
        }
    }
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<Commissions>) -> Answer<Response> {
    Ok(as_file(caller.read(&app), query.filter()?).await?)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::PaymentsRead, list).page().says("Referrals", "Who brings customers, and what they have to get."),
        Route::get("/admin/referrals/commissions.csv", Permission::PaymentsRead, export)
            .page()
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .says("Commissions", "As a file."),
    ]
}
