//! `/admin/standing-orders/{id}`: one standing order, its month, and what can be done.

use super::calendar::Month;
use super::list::{price, route_name, status};
use super::{HERE, ORDERS, calendar, day};
use crate::api::today;
use crate::model::{Route as Way, Standing, StandingOrder, Status, Terms};
use crate::{month, queries, schedule};
use axum::extract::State;
use axum::response::Html;
use facts::{Id, StandingOrderId};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, journal};
use web::ui::{self, Alert, Button, Calendar, Column, Dialog, Field, Meaning, Moment, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Path, Permission, Query, Route, back_office};

/// Facts of one standing order that its page shows.
const MOMENTS: i64 = 60;

/// Which month is shown.
#[derive(Debug, Default, Deserialize)]
struct Wanted {
    month: Option<String>,
}

/// A standing order with all that its page shows.
struct Shown {
    order: StandingOrder,
    month: Month,
    terms: Vec<Terms>,
    routes: Vec<Way>,
    moments: Vec<Moment>,
    calendar: Calendar,
    today: Date,
    may: bool,
    csrf: String,
}

async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<StandingOrderId>,
    Query(wanted): Query<Wanted>,
) -> Answer<Html<String>> {
    page(&app, &caller, id, wanted.month.as_deref(), None).await
}

/// The page, with what was wrong with something that was just tried.
pub(super) async fn page(
    app: &App,
    caller: &Caller,
    id: StandingOrderId,
    of: Option<&str>,
    wrong: Option<&Failure>,
) -> Answer<Html<String>> {
    let today = today(app, caller);
    let shown_day = of.filter(|month| !month.is_empty()).map_or(Ok(today), |month| month::days(month).map(|(first, _)| first))?;
    let look = &mut app.db.read_main(caller.tenant());
    let order = queries::order(look, id, today).await?.ok_or_else(|| Error::not_found("standing order"))?;
    let shown = Shown {
        month: Month::of(look, &order, shown_day).await?,
        terms: queries::terms(look, id).await?,
        routes: queries::routes(look).await?,
        moments: journal::timeline(look, id.uuid(), MOMENTS).await?.iter().rev().map(audit::moment).collect(),
        calendar: calendar(app, caller),
        today,
        may: caller.may(Permission::RoundsWrite),
        csrf: caller.csrf().to_owned(),
        order,
    };
    let title = format!("{} for {}", shown.order.what(), shown.order.customer);
    let lead = shown.lead();
    Ok(back_office(
        app,
        caller,
        BackOffice {
            title: &title,
            lead,
            action: shown.actions(),
            place: HERE,
            crumbs: &[("Standing orders", ORDERS)],
            body: shown.body(wrong),
        },
    ))
}

impl Shown {
    fn lead(&self) -> Markup {
        let Standing { paused_from, resumes_on, ends_on, starts_on } = self.order.standing();
        let written = |date| day(&self.calendar, date);
        let paused = self.order.standing().is_paused(self.today);
        html! {
            (status(&self.order, self.today)) " " (schedule::words_of(self.order.weekdays)) ", " (price(&self.order))
            @if starts_on > self.today { ", from " (written(starts_on)) }
            @if paused && resumes_on != Date::MAX { ", until " (written(resumes_on)) }
            @if !paused && paused_from != Date::MAX && paused_from > self.today { ", paused from " (written(paused_from)) }
            @if ends_on != Date::MAX { ", last on " (written(ends_on)) }
        }
    }

    fn actions(&self) -> Markup {
        let here = format!("{ORDERS}/{}", self.order.id);
        let standing = self.order.standing();
        if !self.may || standing.status(self.today) == Status::Ended {
            return Markup::default();
        }
        let pausing = standing.paused_from != Date::MAX && standing.resumes_on > self.today;
        let date = |form: &'static str, name: &'static str, label: &'static str| Field::input("date", name, label).of_form(form);
        html! {
            (Button::quiet("Change").href(format!("{here}/change")))
            (Button::quiet("One day").opens("day"))
            (self.dialog("day", "Another quantity on one day?", html! {
                (date("day", "on_day", "Day").required())
                (Field::text("quantity", "Quantity").of_form("day").value("0").required().help("0 skips the day: it costs nothing."))
            }, Button::primary("Save")))
            @if pausing { (ui::post(&format!("{here}/resume"), &self.csrf, Button::quiet("Resume"))) }
            (Button::quiet("End").opens("end"))
            (self.dialog("end", "End this standing order?", html! {
                (date("end", "ends_on", "Last day").help("Left empty, the last day whose sheet stands. It cannot be begun again."))
            }, Button::danger("End it")))
            (Button::primary("Pause").opens("pause"))
            (self.dialog("pause", "Pause it?", html! {
                (date("pause", "from_on", "First day without").help("Left empty, the first that can still be planned."))
                (date("pause", "resumes_on", "First day with it again").help("Left empty, until you resume it."))
            }, Button::primary("Pause it")))
        }
    }

    fn dialog(&self, act: &str, title: &str, body: Markup, button: Button) -> Markup {
        let action = format!("{ORDERS}/{}/{act}", self.order.id);
        html! { (Dialog { id: act, title, body, action: &action, csrf: &self.csrf, button, typed: None }) }
    }

    fn body(&self, wrong: Option<&Failure>) -> Markup {
        let amount = self.month.amount(&self.order);
        html! {
            @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "That was not done").body(html! { p { (wrong.0.message()) } })) }
            (ui::section(&self.month.title(), self.month.turn(&self.order), html! {
                p { "On the sheets so far: " (ui::money(amount)) ". What nobody marks counts as delivered." }
                (self.month.show(&self.order, self.today))
            }))
            (ui::section("Where", "", self.place()))
            @if self.terms.len() > 1 { (ui::section("What was agreed on", "", self.agreed())) }
            (ui::section("What happened", "", ui::timeline(&self.calendar, &self.moments)))
        }
    }

    fn place(&self) -> Markup {
        let order = &self.order;
        let sheet = format!("{HERE}?route_id={}", order.route_id);
        let all = [
            ("Customer", html! { a href={ "/admin/contacts/" (order.contact_id) } { bdi { (order.customer) } } }),
            ("Address", html! { @for (nth, line) in order.address.lines().enumerate() { @if nth > 0 { br; } bdi { (line) } } }),
            ("Route", html! { a href=(sheet) { bdi { (route_name(&self.routes, order.route_id)) } } ", stop " (order.stop) }),
            ("Note", html! { bdi { (order.note) } }),
            ("Tax", html! { (catalogue::tax::percent(order.rate_bps)) @if !order.hsn.is_empty() { ", HSN " (order.hsn) } }),
            ("First day", html! { (day(&self.calendar, order.starts_on)) }),
        ];
        ui::detail_list(all)
    }

    fn agreed(&self) -> Markup {
        let columns = vec![
            Column::text("from", "From").matters(),
            Column::text("quantity", "How much").matters(),
            Column::text("days", "Days"),
            Column::number("price", "Price").matters(),
        ];
        let rows = self.terms.iter().rev().map(|terms| {
            let price = facts::Money::new(terms.price_minor, self.order.currency);
            let cells = [
                html! { (day(&self.calendar, terms.from_on)) },
                html! { (invoices::quantity_text(terms.quantity_milli)) " " (self.order.unit) },
                html! { (schedule::words_of(terms.weekdays)) },
                ui::money(price),
            ];
            Row::new(terms.from_on, cells)
        });
        html! { (Table::new("Terms", &ui::Query::default(), columns).rows(rows)) }
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/standing-orders/{id}", Permission::RoundsRead, show)
            .page()
            .says("A standing order", "Its month, and what happened to it."),
    ]
}
