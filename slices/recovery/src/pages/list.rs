//! `/admin/recovery`: what reminders brought, and every order that was left with what is next of it.

use super::{HERE, how};
use crate::api::{EXPORTS_A_MINUTE, ListQuery, SPAN, as_file, since};
use crate::model::{Abandoned, RecoverySettings, State};
use crate::queries::{self, Sums};
use crate::rules;
use axum::extract::{RawQuery, State as Of};
use axum::response::{Html, Response};
use facts::Money;
use facts::recovery::RecoveryEnd;
use maud::{Markup, Render, html};
use web::ui::{self, Alert, Badge, Bar, BarChart, Button, Calendar, Column, Empty, Meaning, Row, Stat, Table, Unit};
use web::{Answer, App, BackOffice, Caller, Failure, Listed, ORDERS, Permission, Query, Route, back_office, order_tabs};

async fn list(Of(app): Of<App>, caller: Caller, Query(query): Query<ListQuery>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    page(&app, &caller, &query, &raw.unwrap_or_default(), None, None).await
}

/// The page, with what was wrong with what was just tried, and the settings as they were typed.
pub(super) async fn page(
    app: &App,
    caller: &Caller,
    query: &ListQuery,
    raw: &str,
    wrong: Option<&Failure>,
    typed: Option<&how::Typed>,
) -> Answer<Html<String>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let mut read = app.db.read_main(caller.tenant());
    let settings = queries::settings(&mut read).await?;
    let (_, since) = since(None, app.db.clock().now())?;
    let sums = queries::sums(&mut read, since).await?;
    let rows = queries::page(&mut read, &query.filter()?, paging.cursor()?, limit + 1).await?;
    let page = Listed::new(rows, limit, queries::place);
    let shown = Shown { caller, settings: &settings, calendar: Calendar::new(&caller.time_zone, app.db.clock().now()) };
    let typed = typed.cloned().unwrap_or_else(|| how::Typed::of(&settings));
    let body = html! {
        (order_tabs(HERE))
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "That was not done").body(html! { p { (wrong.0.message()) } })) }
        @if !settings.on { (off(caller)) }
        @for sums in sums.iter().filter(|sums| sums.reminded > 0) { (brought(sums)) }
        (ui::section("Orders that were left", "", shown.table(raw, page)))
        @if caller.may(Permission::TenantWrite) { (ui::section("How you remind", "", how::form(&typed, caller.csrf(), wrong))) }
    };
    let lead = html! { "Orders that customers began and have not paid for an hour." };
    let action = Markup::default();
    Ok(back_office(app, caller, BackOffice { title: "Recovery", lead, action, place: ORDERS, crumbs: &[("Orders", ORDERS)], body }))
}

fn off(caller: &Caller) -> Markup {
    let what = "Whoever leaves an order unpaid can be reminded after 1, 24 and 72 hours, on WhatsApp and by e-mail, with a link that goes on \
                where they left. Before each reminder the payment provider is asked, so nobody is reminded of what they have paid.";
    let alert = Alert::new(Meaning::Information, "Nobody is reminded yet").body(html! { p { (what) } });
    match caller.may(Permission::TenantWrite) {
        true => html! { (alert.action(Button::primary("Set it up").href("#how"))) },
        false => html! { (alert) },
    }
}

/// What reminders brought in one currency.
fn brought(sums: &Sums) -> Markup {
    let money = |minor: i64| ui::money(Money::new(minor, sums.currency));
    let orders = |count: i64| format!("{count} {}", if count == 1 { "order" } else { "orders" });
    let stats = [
        Stat::new(format!("Recovered by link, {SPAN} days"), money(sums.by_link_minor)).note(orders(sums.by_link)),
        Stat::new("Recovered, same customer", money(sums.by_contact_minor)).note(orders(sums.by_contact)),
        Stat::new("Left unpaid at first", money(sums.left_minor)).note(orders(sums.left)),
    ];
    let share = if sums.reminded > 0 { sums.recovered * 100 / sums.reminded } else { 0 };
    let funnel = BarChart {
        sentence: format!("Of {} that were reminded of, {} were paid within a week: {share} %.", orders(sums.reminded), sums.recovered),
        of: "Step",
        unit: Unit::Count,
        bars: vec![
            Bar::new("Reminded", sums.reminded),
            Bar::new("Opened", sums.opened),
            Bar::new("Link followed", sums.clicked),
            Bar::new("Paid", sums.recovered).href(format!("{HERE}?state=recovered")),
        ],
    };
    html! {
        (ui::stats(stats))
        (ui::section("From reminder to payment", "", html! {
            (funnel)
            p { small { "Opened is what mails tell and links show: WhatsApp tells of no link, and some mail programs show no pictures." } }
        }))
    }
}

struct Shown<'a> {
    caller: &'a Caller,
    settings: &'a RecoverySettings,
    calendar: Calendar,
}

impl Shown<'_> {
    fn table(&self, raw: &str, page: Listed<Abandoned>) -> Table {
        let here = ui::Query::parse(HERE, raw);
        let columns = vec![
            Column::text("customer", "Customer").matters(),
            Column::text("product", "What").optional(),
            Column::text("state", "State").matters(),
            Column::text("reminded", "Reminded").optional(),
            Column::text("next", "Next"),
            Column::number("total", "Total").matters(),
            Column::text("act", "Do"),
        ];
        let empty = Empty::new("No order was left", "An order that nobody pays for an hour stands here, with its reminders.")
            .action("All orders", ORDERS);
        let states = [("waiting", "To be reminded", None), ("recovered", "Recovered", None), ("over", "Over", None)];
        Table::new("Abandoned orders", &here, columns)
            .filter("state", "State", &states)
            .choose_columns()
            .export(format!("{HERE}.csv?{raw}"))
            .rows(page.data.iter().map(|left| self.row(left)))
            .next(page.next_cursor)
            .empty(empty)
    }

    fn row(&self, left: &Abandoned) -> Row {
        let name = if left.customer.is_empty() { "Customer" } else { left.customer.as_str() };
        let reminded = match (left.reminded_step, left.reminded_at) {
            (Some(step), Some(at)) => html! { (step) " of " (self.settings.count()) ", " (self.calendar.ago(at)) },
            _ => html! { "Not yet" },
        };
        let cells = [
            html! { a href={ (ORDERS) "/" (left.order_id) } { bdi { (name) } } },
            html! { bdi { (left.product) } },
            state(left),
            reminded,
            self.next(left),
            ui::money(left.total()),
            self.acts(left),
        ];
        Row::new(left.order_id, cells)
    }

    fn next(&self, left: &Abandoned) -> Markup {
        let Some(at) = left.next_at.filter(|_| left.state == State::Waiting) else { return Markup::default() };
        match (left.by_hand || self.settings.on, left.asked_at) {
            (true, Some(_)) => html! { "Asking whether it is paid" },
            (true, None) => html! { "Reminder " (left.next_step) ", " (self.calendar.time(at)) },
            (false, _) => html! { "Reminders are off" },
        }
    }

    fn acts(&self, left: &Abandoned) -> Markup {
        if !self.caller.may(Permission::OrdersWrite) {
            return Markup::default();
        }
        let all_sent = left.state == State::Waiting && left.next_step > self.settings.count();
        let may_send = rules::may_resume(left.state, left.why).is_ok() && !all_sent && !left.by_hand && left.why != Some(RecoveryEnd::Done);
        let to = |what: &str| format!("{HERE}/{}/{what}", left.order_id);
        html! {
            @if may_send { (ui::post(&to("send"), self.caller.csrf(), Button::quiet("Send now").small())) }
            @if left.state == State::Waiting { (ui::post(&to("stop"), self.caller.csrf(), Button::bare("Stop").small())) }
        }
    }
}

/// How it stands, and why.
fn state(left: &Abandoned) -> Markup {
    let (meaning, words) = match (left.state, left.why) {
        (State::Recovered, _) if left.by_link => (Meaning::Good, "Recovered by link"),
        (State::Recovered, _) => (Meaning::Good, "Recovered"),
        (State::Waiting, _) => (Meaning::Attention, "Not paid"),
        (State::Over, Some(RecoveryEnd::Paid)) => (Meaning::Good, "Paid"),
        (State::Over, Some(RecoveryEnd::Bought)) => (Meaning::Good, "Bought otherwise"),
        (State::Over, Some(RecoveryEnd::Cancelled)) => (Meaning::Neutral, "Cancelled"),
        (State::Over, Some(RecoveryEnd::OptedOut)) => (Meaning::Neutral, "Wants no reminders"),
        (State::Over, Some(RecoveryEnd::NotSold)) => (Meaning::Neutral, "No longer sold"),
        (State::Over, Some(RecoveryEnd::Stopped)) => (Meaning::Neutral, "Stopped"),
        (State::Over, Some(RecoveryEnd::Replaced)) => (Meaning::Neutral, "Ordered anew"),
        (State::Over, Some(RecoveryEnd::Late | RecoveryEnd::Done) | None) => (Meaning::Neutral, "Not paid, no more reminders"),
    };
    Badge::new(meaning, words).render()
}

async fn export(Of(app): Of<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Response> {
    Ok(as_file(caller.read(&app), query.filter()?).await?)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::OrdersRead, list).page().says("Recovery", "What reminders brought, and what is next."),
        Route::get("/admin/recovery.csv", Permission::OrdersRead, export)
            .page()
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .says("Recovery", "As a file."),
    ]
}
