//! `/admin/rounds`: the sheet of a day, for whoever loads the van and whoever goes round with it.

use super::{HERE, ORDERS, ROUTES, state, tabs, told};
use crate::api::{EXPORTS_A_MINUTE, day_of, sheet_file, today};
use crate::commands::{ChangeDelivery, MarkDelivery, MarkRound, Noted};
use crate::model::{self, quantity_of};
use crate::sheet::{self, Progress, Stop};
use crate::states::{self, Mark};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::rounds::DeliveryState;
use facts::{DeliveryId, RouteId};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use store::Result;
use web::problem::status;
use web::ui::{self, Alert, Button, Column, Dialog, Empty, Field, Meaning, Row, Stat, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Query, Route, back_office, filter_part};

/// Which day, and which route of it.
#[derive(Debug, Clone, Default, Deserialize)]
struct Wanted {
    day: Option<String>,
    route_id: Option<String>,
}

/// A day's sheet with all that its page shows.
struct Shown {
    day: Date,
    today: Date,
    stands: bool,
    routes: Vec<(model::Route, Progress)>,
    whole: Progress,
    route: Option<model::Route>,
    stops: Vec<Stop>,
    may: bool,
    csrf: String,
}

async fn show(State(app): State<App>, caller: Caller, Query(wanted): Query<Wanted>) -> Answer<Html<String>> {
    page(&app, &caller, &wanted, None).await
}

async fn page(app: &App, caller: &Caller, wanted: &Wanted, wrong: Option<&Failure>) -> Answer<Html<String>> {
    let today = today(app, caller);
    let day = day_of("day", wanted.day.as_deref().unwrap_or_default(), today)?;
    let route = filter_part::<RouteId>("route_id", wanted.route_id.as_deref(), "an id like rte_01j8…")?;
    let look = &mut app.db.read_main(caller.tenant());
    let (routes, whole) = sheet::day(look, day).await?;
    // The first route that has something, where none was asked for.
    let route = routes.iter().find(|(it, progress)| route.map_or(progress.stops() > 0, |id| it.id == id)).or(routes.first());
    let route = route.map(|(route, _)| route.clone());
    let stops = match &route {
        Some(route) => sheet::stops(look, day, route.id).await?,
        None => Vec::new(),
    };
    let stands = sheet::planned_through(look).await?.is_some_and(|through| day <= through);
    let (may, csrf) = (caller.may(Permission::RoundsWrite), caller.csrf().to_owned());
    let shown = Shown { day, today, stands, routes, whole, route, stops, may, csrf };
    let title = format!("Round of {}", day.strftime("%A, %-d %b %Y"));
    Ok(back_office(
        app,
        caller,
        BackOffice { title: &title, lead: shown.lead(), action: shown.action(), place: HERE, crumbs: &[], body: shown.body(wrong) },
    ))
}

fn count(number: i64, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

impl Shown {
    fn at(&self, rest: &str) -> String {
        format!("{HERE}/{}{rest}", self.day)
    }

    fn lead(&self) -> Markup {
        let (left, missed) = (self.whole.left(), self.whole.of(DeliveryState::Missed));
        html! {
            @if self.whole.stops() == 0 { "Nothing is brought on this day." }
            @else if !self.stands { (count(self.whole.stops(), "stop", "stops")) " as it would be now. Customers can change it until the cut-off of the evening before." }
            @else if left == 0 { "All " (self.whole.stops()) " stops are marked" @if missed > 0 { ", " (missed) " of them missed" } "." }
            @else { (left) " of " (count(self.whole.stops(), "stop", "stops")) " not marked yet" @if self.day < self.today { ": they count as delivered" } "." }
        }
    }

    fn action(&self) -> Markup {
        let query = self.route.as_ref().map(|route| format!("?route_id={}", route.id)).unwrap_or_default();
        html! {
            @if self.whole.stops() > 0 { (Button::quiet("CSV").href(format!("{}{query}", self.at("/sheet.csv")))) }
            @if self.routes.is_empty() { (Button::primary("Make a route").href(ROUTES)) }
            @else if self.may { (Button::primary("New standing order").href(format!("{ORDERS}/new"))) }
        }
    }

    fn body(&self, wrong: Option<&Failure>) -> Markup {
        html! {
            (tabs(HERE))
            @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "That was not done").body(html! { p { (wrong.0.message()) } })) }
            (self.days())
            @if self.routes.is_empty() {
                (Empty::new("No routes yet", "A route is a way that somebody goes. Make one, then say what is brought on it.").action("Make a route", ROUTES))
            } @else {
                (self.load())
                (self.ways())
                @if let Some(route) = &self.route { (ui::section(&route.name, self.all_delivered(route), self.stops())) }
            }
        }
    }

    /// The day before, a day to choose, the day after.
    fn days(&self) -> Markup {
        let link = |words: &str, day: Date| Button::quiet(words).href(format!("{HERE}?day={day}"));
        html! {
            form method="get" action=(HERE) {
                (ui::beside([Field::input("date", "day", "Day").value(self.day.to_string()).required()]))
                (ui::actions(html! {
                    (link("Day before", self.day.yesterday().unwrap_or(self.day)))
                    @if self.day != self.today { (link("Today", self.today)) }
                    (link("Day after", self.day.tomorrow().unwrap_or(self.day)))
                    (Button::quiet("Show"))
                }))
            }
        }
    }

    /// What to load, and how far everybody is.
    fn load(&self) -> Markup {
        let all = [Stat::new("Stops", html! { (self.whole.stops()) }).note(count(self.routes.len() as i64, "route", "routes"))];
        let loads = self.whole.load.iter().map(|((product, unit), milli)| {
            let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
            Stat::new(product.clone(), html! { (invoices::quantity_text(*milli)) (unit) })
        });
        html! { @if self.whole.stops() > 0 { (ui::section("To load", "", ui::stats(all.into_iter().chain(loads)))) } }
    }

    /// The routes of the day.
    fn ways(&self) -> Markup {
        let current = self.route.as_ref().map(|route| route.id);
        let href = |route: RouteId| format!("{HERE}?day={}&route_id={route}", self.day);
        let words = |(route, progress): &(model::Route, Progress)| (format!("{} ({})", route.name, progress.stops()), href(route.id));
        let all: Vec<(String, String)> = self.routes.iter().map(words).collect();
        let all: Vec<(&str, &str)> = all.iter().map(|(words, href)| (words.as_str(), href.as_str())).collect();
        html! { @if self.routes.len() > 1 { (ui::tabs("Routes", &all, &current.map(href).unwrap_or_default())) } }
    }

    fn all_delivered(&self, route: &model::Route) -> Markup {
        let left = self.routes.iter().find(|(it, _)| it.id == route.id).map_or(0, |(_, progress)| progress.left());
        html! {
            @if self.may && self.stands && left > 0 && self.day <= self.today {
                form.inline method="post" action=(self.at("/marks")) {
                    (ui::csrf(&self.csrf)) (ui::hidden("route_id", &route.id.to_string()))
                    (Button::quiet(format!("All {left} delivered")).value("state", "delivered"))
                }
            }
        }
    }

    fn stops(&self) -> Markup {
        let columns = vec![
            Column::text("customer", "Customer").matters(),
            Column::text("what", "What").matters(),
            Column::text("where", "Where").matters(),
            Column::text("state", "State").matters(),
            Column::text("mark", "Mark").matters(),
        ];
        let here = ui::Query::parse(HERE, "");
        let empty = Empty::new("No stops on this route", "Nothing is brought on this day, or everybody called it off.");
        html! {
            (Table::new("Stops", &here, columns).rows(self.stops.iter().map(|stop| self.row(stop))).empty(empty))
            @for stop in self.stops.iter().filter(|stop| self.marks(stop)) { (self.dialogs(stop)) }
        }
    }

    fn row(&self, stop: &Stop) -> Row {
        let delivery = &stop.delivery;
        let cells = [
            html! { (stop.stop) ". " bdi { (stop.customer) } },
            html! { bdi { (quantity_of(delivery.quantity_milli, &stop.unit, &stop.product)) } },
            html! { bdi { (stop.address) } @if !stop.note.is_empty() { " " em { bdi { (stop.note) } } } },
            html! { (state(delivery.state.as_str())) @if let Some(eta) = &delivery.eta { " " (eta) } },
            self.buttons(stop),
        ];
        Row::new(delivery.standing_order_id, cells).href(format!("{ORDERS}/{}", delivery.standing_order_id))
    }

    /// Whether a stop can be marked at all.
    fn marks(&self, stop: &Stop) -> bool {
        self.may && self.stands && stop.delivery.invoice_id.is_none()
    }

    fn buttons(&self, stop: &Stop) -> Markup {
        let delivery = &stop.delivery;
        let can = |mark| states::after(delivery.state, mark).is_some();
        let has_come = self.day <= self.today;
        let button = |words: &str, state: &str| Button::quiet(words).value("state", state);
        html! {
            @if self.marks(stop) {
                form.inline method="post" action={ (HERE) "/deliveries/" (delivery.id) "/mark" } {
                    (ui::csrf(&self.csrf))
                    @if has_come && can(Mark::Deliver) { (button("Delivered", "delivered")) " " }
                    @if has_come && can(Mark::Miss) { (button("Missed", "missed")) " " }
                    @if can(Mark::Undo) { (button("Undo", "planned")) " " }
                    @if self.day >= self.today && can(Mark::Delay) { (Button::quiet("Late").opens(format!("late-{}", delivery.id))) " " }
                    @if can(Mark::Change) { (Button::quiet("Change").opens(format!("change-{}", delivery.id))) }
                }
            }
        }
    }

    fn dialogs(&self, stop: &Stop) -> Markup {
        let id = stop.delivery.id;
        let can = |mark| states::after(stop.delivery.state, mark).is_some();
        let (late, change) = (format!("late-{id}"), format!("change-{id}"));
        html! {
            @if self.day >= self.today && can(Mark::Delay) {
                (Dialog {
                    id: &late,
                    title: &format!("When does {} get it?", stop.customer),
                    body: html! {
                        (ui::hidden("state", "delayed"))
                        (Field::input("time", "eta", "Time").of_form(&late).required().help("The customer is told."))
                    },
                    action: &format!("{HERE}/deliveries/{id}/mark"),
                    csrf: &self.csrf,
                    button: Button::primary("Mark as delayed"),
                    typed: None,
                })
            }
            @if can(Mark::Change) {
                (Dialog {
                    id: &change,
                    title: &format!("How much for {}?", stop.customer),
                    body: html! {
                        (Field::text("quantity", "Quantity").of_form(&change).value(invoices::quantity_text(stop.delivery.quantity_milli)).required()
                            .help("On this day alone. 0 calls it off."))
                    },
                    action: &format!("{HERE}/deliveries/{id}/quantity"),
                    csrf: &self.csrf,
                    button: Button::primary("Change"),
                    typed: None,
                })
            }
        }
    }
}

/// What a button of the sheet says.
#[derive(Debug, Deserialize)]
struct Pressed {
    state: DeliveryState,
    eta: Option<String>,
    route_id: Option<RouteId>,
}

/// Back to the sheet, or the sheet again with what was wrong.
async fn done<T>(app: &App, caller: &Caller, outcome: Result<T>, wanted: Wanted) -> Answer<Response> {
    match outcome {
        Ok(_) => {
            let route = wanted.route_id.map(|route| format!("&route_id={route}")).unwrap_or_default();
            Ok(Redirect::to(&format!("{HERE}?day={}{route}", wanted.day.unwrap_or_default())).into_response())
        }
        Err(error) => {
            let failure = told(error)?;
            let page = page(app, caller, &wanted, Some(&failure)).await?;
            Ok((status(&failure.0), page).into_response())
        }
    }
}

/// The sheet that a delivery stands on.
async fn sheet_of(app: &App, caller: &Caller, id: DeliveryId) -> Result<Wanted> {
    let found = sheet::place_of(&mut app.db.read_main(caller.tenant()), id).await?;
    let (day, route) = found.ok_or_else(|| store::Error::not_found("delivery"))?;
    Ok(Wanted { day: Some(day.to_string()), route_id: Some(route.to_string()) })
}

async fn mark(State(app): State<App>, caller: Caller, Path(id): Path<DeliveryId>, Form(pressed): Form<Pressed>) -> Answer<Response> {
    let wanted = sheet_of(&app, &caller, id).await?;
    let outcome = match Noted::read(pressed.state, pressed.eta.as_deref()) {
        Ok(noted) => app.db.run(&caller.who, MarkDelivery { id, noted }).await,
        Err(error) => Err(error),
    };
    done(&app, &caller, outcome, wanted).await
}

/// Another quantity.
#[derive(Debug, Deserialize)]
struct Quantity {
    quantity: String,
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<DeliveryId>, Form(typed): Form<Quantity>) -> Answer<Response> {
    let wanted = sheet_of(&app, &caller, id).await?;
    let outcome = app.db.run(&caller.who, ChangeDelivery { id, quantity: typed.quantity }).await;
    done(&app, &caller, outcome, wanted).await
}

async fn mark_all(State(app): State<App>, caller: Caller, Path(day): Path<String>, Form(pressed): Form<Pressed>) -> Answer<Response> {
    let on_day = day_of("day", &day, today(&app, &caller))?;
    let route = pressed.route_id;
    let noted = Noted::read(pressed.state, pressed.eta.as_deref())?;
    let outcome = app.db.run(&caller.who, MarkRound { day: on_day, route, ids: None, noted }).await;
    done(&app, &caller, outcome, Wanted { day: Some(day), route_id: route.map(|route| route.to_string()) }).await
}

async fn export(State(app): State<App>, caller: Caller, Path(day): Path<String>, Query(wanted): Query<Wanted>) -> Answer<Response> {
    let day = day_of("day", &day, today(&app, &caller))?;
    let route = filter_part::<RouteId>("route_id", wanted.route_id.as_deref(), "an id like rte_01j8…")?;
    Ok(sheet_file(&mut caller.read(&app), day, route).await?)
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{RoundsRead, RoundsWrite};
    vec![
        Route::get(HERE, RoundsRead, show).page().says("A day's sheet", "What is brought, route by route."),
        Route::get("/admin/rounds/{day}/sheet.csv", RoundsRead, export)
            .page()
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .says("A day's sheet", "As a file."),
        Route::post("/admin/rounds/{day}/marks", RoundsWrite, mark_all).page().says("Mark a route", "All that nobody has marked."),
        Route::post("/admin/rounds/deliveries/{id}/mark", RoundsWrite, mark).page().says("Mark a delivery", ""),
        Route::post("/admin/rounds/deliveries/{id}/quantity", RoundsWrite, change).page().says("Change a stop", "On its sheet."),
    ]
}
