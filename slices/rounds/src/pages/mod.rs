//! Rounds in the back office.

mod acts;
mod bills;
mod calendar;
mod change;
mod list;
mod new;
mod routes;
mod sheet;
mod show;

use jiff::civil::Date;
use maud::{Markup, Render};
use store::{Error, Kind};
use web::ui::{self, Badge, Calendar, Meaning};
use web::{App, Caller, Failure, NavItem, Permission, Route};

/// The day's sheet, which is also the place in the rail.
const HERE: &str = "/admin/rounds";
const ORDERS: &str = "/admin/standing-orders";
const ROUTES: &str = "/admin/rounds/routes";
const BILLS: &str = "/admin/rounds/bills";

/// Every page.
pub(crate) fn routes() -> Vec<Route> {
    [sheet::routes(), list::routes(), new::routes(), show::routes(), change::routes(), acts::routes(), routes::routes(), bills::routes()]
        .into_iter()
        .flatten()
        .collect()
}

/// The place in the rail.
pub(crate) fn nav() -> Vec<NavItem> {
    vec![NavItem { label: "Rounds", href: HERE, icon: "rounds", needs: Permission::RoundsRead, order: 14 }]
}

/// What the pages of rounds share.
fn tabs(here: &str) -> Markup {
    let all = [("Day's sheet", HERE), ("Standing orders", ORDERS), ("Routes", ROUTES), ("Month's bills", BILLS)];
    ui::tabs("Rounds", &all, here)
}

/// Days as the caller writes them.
fn calendar(app: &App, caller: &Caller) -> Calendar {
    Calendar::new(&caller.time_zone, app.db.clock().now())
}

/// A day that may never come.
fn day(calendar: &Calendar, day: Date) -> String {
    if day == Date::MAX { String::new() } else { calendar.date_text(day) }
}

/// How a delivery or a standing order is. What needs somebody's eye is marked so.
fn state(word: &str) -> Markup {
    match word {
        "missed" => Badge::new(Meaning::Bad, "Missed").render(),
        "paused" => Badge::new(Meaning::Attention, "Paused").render(),
        "not_marked" => Badge::new(Meaning::Attention, "Not marked").render(),
        word => ui::badge(word),
    }
}

/// What was wrong with something that was just tried, where its page can say it; any other error is the caller's answer.
fn told(error: Error) -> Result<Failure, Error> {
    if matches!(error.kind(), Kind::Invalid | Kind::Conflict) { Ok(Failure::from(error)) } else { Err(error) }
}
