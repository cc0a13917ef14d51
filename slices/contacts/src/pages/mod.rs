//! Contacts in the back office.

mod acts;
mod duplicates;
mod farewell;
mod import;
mod imports;
mod list;
mod lists;
mod merge;
mod show;

use maud::Markup;
use store::{Error, Kind};
use web::ui::{self, Calendar};
use web::{App, Caller, Failure, Route};

/// The list's address, which is also the place in the rail.
const HERE: &str = "/admin/contacts";
const LISTS: &str = "/admin/contacts/lists";
const DUPLICATES: &str = "/admin/contacts/duplicates";
const IMPORTS: &str = "/admin/contacts/imports";
/// The pages behind these addresses stand in slices above.
const SEGMENTS: &str = "/admin/contacts/segments";
const EVENTS: &str = "/admin/contacts/events";

/// Every page of it.
pub(crate) fn routes() -> Vec<Route> {
    let people = [list::routes(), duplicates::routes(), show::routes(), merge::routes(), acts::routes(), farewell::routes()];
    let groups = [lists::routes(), imports::routes(), import::routes()];
    people.into_iter().chain(groups).flatten().collect()
}

/// What the pages of contacts share.
pub fn tabs(here: &str) -> Markup {
    ui::tabs("Contacts", &[("Contacts", HERE), ("Lists", LISTS), ("Segments", SEGMENTS), ("Events", EVENTS), ("Imports", IMPORTS)], here)
}

/// Times as the caller writes them.
fn calendar(app: &App, caller: &Caller) -> Calendar {
    Calendar::new(&caller.time_zone, app.db.clock().now())
}

/// A number in the caller's writing.
fn count(number: i64) -> String {
    ui::count(u64::try_from(number).unwrap_or(0))
}

/// What was wrong with something that was just tried, where its page can say it; any other error is the caller's answer.
fn told(error: Error) -> Result<Failure, Error> {
    let sayable = matches!(error.kind(), Kind::Invalid | Kind::Conflict | Kind::TooLarge);
    if sayable { Ok(Failure::from(error)) } else { Err(error) }
}
