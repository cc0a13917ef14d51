//! `/admin/referrals/{id}`: one referrer, their link, their commissions, and what they were paid.

use super::HERE;
use super::list::percent;
use crate::model::{Balance, Commission, Payout, Referrer, State as Stage};
use crate::queries::{self, Filter};
use axum::extract::State;
use axum::response::Html;
use facts::ReferrerId;
use maud::{Markup, Render, html};
use serde::Deserialize;
use store::Error;
use web::page::field_error;
use web::ui::{self, Alert, Badge, Button, Calendar, Column, Empty, Field, Meaning, Row, Stat, Table};
use web::{Answer, App, BackOffice, Caller, Cursor, Failure, ORDERS, Path, Permission, Route, back_office};

/// Commissions and payouts that the page shows; all of them are in the files and the API.
const SHOWN: i64 = 50;

/// What was typed into the page's forms.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub amount: String,
    pub currency: String,
    pub method: String,
    pub reference: String,
    pub key: String,
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<ReferrerId>) -> Answer<Html<String>> {
    page(&app, &caller, id, None, &Typed::default()).await
}

/// The page, with what was typed and what is wrong with it.
pub(super) async fn page(app: &App, caller: &Caller, id: ReferrerId, wrong: Option<&Failure>, typed: &Typed) -> Answer<Html<String>> {
    let mut read = app.db.read_main(caller.tenant());
    let referrer = queries::referrer(&mut read, id).await?.ok_or_else(|| Error::not_found("referrer"))?;
    let balances = queries::balances(&mut read, id, id).await?;
    let filter = Filter { referrer: Some(id), state: None };
    let commissions = queries::commission_page(&mut read, &filter, Cursor::START, SHOWN).await?;
    let payouts = queries::payout_page(&mut read, Some(id), Cursor::START, SHOWN).await?;
    let settings = queries::settings(&mut read).await?;
    let link = format!("{}/ref/{}", identity::shop_url(&mut read, &app.public_url).await?, referrer.code);
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let key = format!("form-{}", app.db.dice().secret::<16>().iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let may_pay = caller.may(Permission::PaymentsWrite);
    let body = html! {
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "That was not done").body(html! { p { (wrong.0.message()) } })) }
        @if !balances.is_empty() { (ui::stats(balances.iter().flat_map(stats))) }
        (ui::code_block("Their link", &link))
        (ui::section("About them", "", html! { (ui::detail_list(about(&referrer, settings.rate_bps))) }))
        @if may_pay {
            @for balance in balances.iter().filter(|balance| balance.payable_minor > 0) {
                (ui::section("Pay them", "", pay(balance, &key, typed, caller.csrf(), id, wrong)))
            }
        }
        (ui::section("Commissions", "", earned(&commissions, &calendar)))
        @if !payouts.is_empty() { (ui::section("Paid", "", paid(&payouts, &calendar))) }
        @if may_pay { (ui::section("Change", "", change(&referrer, caller.csrf(), wrong))) }
    };
    let lead = html! { (referrer.orders) " " (if referrer.orders == 1 { "order" } else { "orders" }) " paid that came by their link." };
    let crumbs = [("Orders", ORDERS), ("Referrals", HERE)];
    let title = referrer.name.as_str();
    Ok(back_office(app, caller, BackOffice { title, lead, action: Markup::default(), place: ORDERS, crumbs: &crumbs, body }))
}

fn stats(balance: &Balance) -> [Stat; 3] {
    let stat = Stat::new("Payable now", ui::money(balance.payable()));
    let payable =
        if balance.payable_minor < 0 { stat.note("They got more than is theirs: it goes off the next commissions") } else { stat };
    [
        payable,
        Stat::new("Waiting", ui::money(balance.money(balance.pending_minor))),
        Stat::new("Paid so far", ui::money(balance.money(balance.paid_minor))),
    ]
}

fn about<'a>(referrer: &Referrer, usual: i64) -> Vec<(&'a str, Markup)> {
    let share = match referrer.rate_bps {
        Some(bps) => html! { (percent(bps)) " %" },
        None => html! { (percent(usual)) " %, as usual" },
    };
    let contact = match referrer.contact_id {
        Some(id) => html! { a href={ "/admin/contacts/" (id) } { "Their contact" } },
        None => html! { "Not a contact" },
    };
    vec![("Share", share), ("Visits", html! { (referrer.clicks) }), ("Sign-ups", html! { (referrer.sign_ups) }), ("Contact", contact)]
}

fn pay(balance: &Balance, key: &str, typed: &Typed, csrf: &str, id: ReferrerId, wrong: Option<&Failure>) -> Markup {
    let amount = if typed.amount.is_empty() { balance.payable().decimal() } else { typed.amount.clone() };
    let form = format!("pay-{}", balance.currency);
    let methods = [("upi", "UPI"), ("bank", "Bank transfer"), ("cash", "Cash")];
    html! {
        form method="post" action={ (HERE) "/" (id) "/payouts" } {
            (ui::csrf(csrf))
            (ui::hidden("key", key))
            (ui::hidden("currency", balance.currency.code()))
            (ui::beside([
                Field::money("amount", "Amount", balance.currency).of_form(&form).value(amount).required().error(field_error(wrong, "amount")),
                Field::select("method", "How", methods).of_form(&form).value(typed.method.as_str()).error(field_error(wrong, "method")),
                Field::text("reference", "Number of the transfer").of_form(&form).value(&typed.reference).required()
                    .error(field_error(wrong, "reference")),
            ]))
            p { small { "Send the money with your bank or UPI app first, then note it here. It is booked, and each transfer is noted once." } }
            (ui::actions(Button::primary("Note as paid")))
        }
    }
}

fn earned(commissions: &[Commission], calendar: &Calendar) -> Markup {
    let columns = vec![
        Column::text("order", "Order").matters(),
        Column::text("state", "State").matters(),
        Column::text("when", "When"),
        Column::number("base", "Without tax"),
        Column::number("amount", "Commission").matters(),
    ];
    let rows = commissions.iter().map(|it| {
        let when = match (it.state, it.due_at) {
            (Stage::Pending, Some(due)) => html! { "Payable from " (calendar.day(due)) },
            _ => calendar.time(it.created_at),
        };
        let cells = [
            html! { a href={ (ORDERS) "/" (it.order_id) } { "Order" } },
            state(it),
            when,
            ui::money(it.money(it.base_minor)),
            ui::money(it.left()),
        ];
        Row::new(it.id, cells)
    });
    let empty = Empty::new("Nothing yet", "An order that follows their link within 30 days stands here.");
    html! { (Table::new("Commissions", &ui::Query::default(), columns).rows(rows).empty(empty)) }
}

fn state(it: &Commission) -> Markup {
    let (meaning, words) = match it.state {
        Stage::Open => (Meaning::Neutral, "Not paid yet"),
        Stage::Pending => (Meaning::Information, "Waiting"),
        Stage::Payable if it.reversed_minor > 0 => (Meaning::Attention, "Theirs, less what went back"),
        Stage::Payable => (Meaning::Good, "Theirs"),
        Stage::Reversed => (Meaning::Attention, "Went back"),
        Stage::Void => (Meaning::Neutral, "Cancelled"),
        Stage::Refused => (Meaning::Neutral, "Bought from themselves"),
    };
    Badge::new(meaning, words).render()
}

fn paid(payouts: &[Payout], calendar: &Calendar) -> Markup {
    let columns = vec![
        Column::text("when", "When").matters(),
        Column::text("method", "How"),
        Column::text("reference", "Number").matters(),
        Column::number("amount", "Amount").matters(),
    ];
    let rows = payouts.iter().map(|it| {
        let how = match it.method {
            facts::referrals::CommissionPaidBy::Upi => "UPI",
            facts::referrals::CommissionPaidBy::Bank => "Bank transfer",
            facts::referrals::CommissionPaidBy::Cash => "Cash",
        };
        Row::new(it.id, [calendar.time(it.paid_at), html! { (how) }, html! { bdi { (it.reference) } }, ui::money(it.amount())])
    });
    html! { (Table::new("Payouts", &ui::Query::default(), columns).rows(rows)) }
}

fn change(referrer: &Referrer, csrf: &str, wrong: Option<&Failure>) -> Markup {
    html! {
        form method="post" action={ (HERE) "/" (referrer.id) } {
            (ui::csrf(csrf))
            (ui::beside([
                Field::text("name", "Name").value(&referrer.name).required().error(field_error(wrong, "name")),
                Field::text("rate_percent", "Share in %").value(referrer.rate_bps.map(percent).unwrap_or_default())
                    .error(field_error(wrong, "rate_bps")).help("Empty for the usual one."),
            ]))
            (Field::checkbox("active", "Orders that they bring count", referrer.active))
            (ui::actions(Button::quiet("Save")))
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/admin/referrals/{id}", Permission::PaymentsRead, show).page().says("A referrer", "Link, commissions and payouts.")]
}
