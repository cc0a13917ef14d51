//! Settlements in the back office, beside what needs a person now.

mod bank;
mod exceptions;
mod list;
mod show;
mod statement;

use crate::model::{Reason, State};
use maud::{Markup, Render, html};
use store::{Error, Kind};
use web::ui::{Badge, Calendar, Meaning};
use web::{App, Caller, Failure, Route};

const SETTLEMENTS: &str = "/admin/reconcile/settlements";
const BANK: &str = "/admin/reconcile/bank";
const EXCEPTIONS: &str = "/admin/reconcile/exceptions";
/// The place in the rail.
const PLACE: &str = "/admin/payments";
/// How often an address may ask for a file, a minute.
const EXPORTS_A_MINUTE: u32 = 15;

/// Every page.
pub(crate) fn routes() -> Vec<Route> {
    [list::routes(), show::routes(), bank::routes(), statement::routes(), exceptions::routes()].into_iter().flatten().collect()
}

fn calendar(app: &App, caller: &Caller) -> Calendar {
    Calendar::new(&caller.time_zone, app.db.clock().now())
}

/// How a row stands.
fn state(state: State, reason: Option<Reason>) -> Markup {
    match (state, reason) {
        (State::Exception, Some(reason)) => Badge::new(Meaning::Bad, reason.title()).render(),
        (State::Accepted, Some(reason)) => Badge::new(Meaning::Neutral, format!("{}, accepted", reason.title())).render(),
        (State::Matched, _) => Badge::new(Meaning::Good, "Matched").render(),
        (State::Waiting, _) => Badge::new(Meaning::Information, "On its way").render(),
        (State::Aside, _) => Badge::new(Meaning::Neutral, "Money out").render(),
        (State::New | State::Exception | State::Accepted, _) => Badge::new(Meaning::Information, "Being looked at").render(),
    }
}

/// What was wrong with something that was just tried, where its page can say it; any other error is the caller's answer.
fn told(error: Error) -> Result<Failure, Error> {
    if matches!(error.kind(), Kind::Invalid | Kind::Conflict | Kind::TooLarge | Kind::Malformed) {
        Ok(Failure::from(error))
    } else {
        Err(error)
    }
}

/// What was wrong, in one sentence.
fn wrong(failure: Option<&Failure>) -> Markup {
    html! {
        @if let Some(failure) = failure {
            (web::ui::Alert::new(Meaning::Bad, "That was not done").body(html! { p { (failure.0.message()) } }))
        }
    }
}
