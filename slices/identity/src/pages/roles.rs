//! The permission table, as a page: what each role may do.

use axum::extract::State;
use axum::response::Html;
use http::Uri;
use maud::{Markup, html};
use web::ui::{self, Column, Icon, Row, Table};
use web::{ACCOUNT, App, BackOffice, Caller, Permission, Role, Route, account_tabs, back_office};

const HERE: &str = "/admin/roles";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Permission::TenantRead, show).says("What each role may do", "").page()]
}

async fn show(State(app): State<App>, caller: Caller, uri: Uri) -> Html<String> {
    let here = ui::Query::parse(HERE, uri.query().unwrap_or_default());
    let body = html! {
        (account_tabs(HERE))
        (table(&here))
    };
    let own = caller.reach.role;
    let lead = html! { "Yours is " strong { (own) } ". An API key has a role too, and may be made for less of it." };
    back_office(&app, &caller, BackOffice { title: "Roles", lead, action: Markup::default(), place: ACCOUNT, crumbs: &[], body })
}

fn table(here: &ui::Query) -> Markup {
    let roles = Role::ALL.iter().map(|role| Column::text(role.as_str(), title(*role)));
    // On a phone the least of the roles stands for all of them.
    let words =
        [Column::text("permission", "Permission"), Column::text("says", "Lets somebody").matters(), Column::text("from", "From").matters()];
    let columns = words.into_iter().chain(roles);
    let rows = Permission::ALL.iter().map(|permission| {
        let words = [html! { code { (permission) } }, html! { (permission.says()) }, html! { (permission.least()) }];
        Row::new(permission, words.into_iter().chain(Role::ALL.iter().map(|role| mark(role.may(*permission)))))
    });
    html! { (Table::new("Permissions", here, columns.collect()).rows(rows)) }
}

fn mark(may: bool) -> Markup {
    html! { @if may { (Icon::Check) span.unseen { "yes" } } @else { span.quiet { "–" } span.unseen { "no" } } }
}

fn title(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Admin => "Admin",
        Role::Manager => "Manager",
        Role::User => "User",
        Role::Viewer => "Viewer",
    }
}
