//! The back office's pages of imports.

mod list;
mod shops;
mod show;

use maud::{Markup, html};
use web::Route;
use web::ui::{self, Calendar};
use web::{App, Caller};

/// The list of imports.
const HERE: &str = "/admin/imports";
/// The rail's place that it belongs to.
const PLACE: &str = "/admin/orders";

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    [list::routes(), shops::routes(), show::routes()].into_iter().flatten().collect()
}

fn calendar(app: &App, caller: &Caller) -> Calendar {
    Calendar::new(&caller.time_zone, app.db.clock().now())
}

fn count(number: i64) -> String {
    ui::count(u64::try_from(number).unwrap_or(0))
}

/// How an import stands, in a badge, and whether it only looks.
fn state(import: &crate::model::Import) -> Markup {
    html! { (ui::badge(import.state.as_str())) @if import.dry { " looking only" } }
}
