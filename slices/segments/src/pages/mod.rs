//! Segments in the back office.

mod draft;
mod fields;
mod form;
mod list;
mod show;

use web::Route;
use web::ui;

/// The rail's place.
const PLACE: &str = "/admin/contacts";
const HERE: &str = "/admin/contacts/segments";

/// Every page of it.
pub(crate) fn routes() -> Vec<Route> {
    [list::routes(), form::routes(), show::routes()].into_iter().flatten().collect()
}

/// A number in the caller's writing.
fn count(number: i64) -> String {
    ui::count(unsigned(number))
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
