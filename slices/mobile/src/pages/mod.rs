//! The page of the mobile API.

mod conflicts;
mod connect;
mod devices;

use crate::queries;
use axum::extract::State;
use axum::response::Html;
use facts::{Id, UserId};
use http::Uri;
use maud::{Markup, html};
use store::Actor;
use web::ui::{self, Calendar};
use web::{Answer, App, BackOffice, Caller, Cursor, Listed, Paging, Permission, Query, Route, back_office};

/// Its address, which is also the place in the rail.
pub(crate) const HERE: &str = "/admin/mobile-api";

/// Every page of it.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = vec![Route::get(HERE, Permission::ContentRead, show).says("Mobile API", "").page()];
    routes.extend(conflicts::routes());
    routes.extend(devices::routes());
    routes
}

/// Whose devices somebody sees: everybody's, or their own.
fn whose(caller: &Caller) -> Option<UserId> {
    match caller.who.actor {
        _ if caller.may(Permission::MembersWrite) => None,
        Actor::Member(user) => Some(user),
        _ => Some(UserId::from_uuid(uuid::Uuid::nil())),
    }
}

async fn show(State(app): State<App>, caller: Caller, uri: Uri, Query(paging): Query<Paging>) -> Answer<Html<String>> {
    let limit = paging.limit()?;
    // What was just settled or signed out must be seen, so this does not look at a replica.
    let mut read = app.db.read_main(caller.tenant());
    let rows = queries::devices(&mut read, whose(&caller), paging.cursor()?, limit + 1).await?;
    let devices = Listed::new(rows, limit, |device| Cursor { at: device.created_at, id: device.id.uuid() });
    let waiting = conflicts::waiting(&mut read).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let here = ui::Query::parse(HERE, uri.query().unwrap_or_default());
    let body = html! {
        @if !waiting.is_empty() { (ui::section("To settle", Markup::default(), conflicts::list(&caller, &calendar, &waiting))) }
        (ui::section("Devices", Markup::default(), devices::table(&caller, &here, &calendar, &devices)))
        (ui::section("Connect an app", Markup::default(), connect::steps(&app)))
    };
    let signed_in = devices.data.iter().filter(|device| device.ended_at.is_none()).count();
    let lead = html! {
        (counted(signed_in, devices.next_cursor.is_some()))
        @match waiting.len() {
            0 => " Nothing is to be settled.",
            1 => " One change waits for you to choose.",
            count => { " " (count) " changes wait for you to choose." },
        }
    };
    let page = BackOffice { title: "Mobile API", lead, action: Markup::default(), place: HERE, crumbs: &[], body };
    Ok(back_office(&app, &caller, page))
}

fn counted(signed_in: usize, more: bool) -> Markup {
    html! {
        @match signed_in {
            0 if !more => "No phone is signed in.",
            1 if !more => "One phone is signed in.",
            count => { (count) @if more { " and more" } " phones are signed in." },
        }
    }
}
