//! `/admin/entitlements/account`: what the account itself may use of the platform.

use super::{CRUMBS, OWN, PLACE, standing, tabs};
use crate::api::of_own;
use crate::config;
use crate::entitle::Desk;
use crate::model::Kind;
use axum::extract::State;
use axum::response::Html;
use maud::{Markup, html};
use web::ui::{self, Calendar};
use web::{Answer, App, BackOffice, Caller, Permission, Route, back_office};

async fn show(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    let mut read = caller.read(&app);
    let desk = Desk::of(&mut read, app.db.clock().now()).await?;
    let all = of_own(&mut read, &desk, config(&app)?.grace_percent).await?;
    let calendar = Calendar::new(&caller.time_zone, desk.now);
    let begins_anew = all.iter().find(|it| it.of.kind == Kind::Metered).map(|it| calendar.date_text(it.of.period.end));
    let list = ui::detail_list(all.iter().map(|it| (it.of.name.as_str(), standing(it))));
    let body = html! {
        (tabs(OWN))
        (ui::section("What it gives", "", list))
        @if let Some(day) = begins_anew { p.quiet { "Counting begins anew on " (day) ". For more, ask whoever runs this platform for a larger plan." } }
    };
    let lead = html! { "You are on the plan " strong { (desk.plan) } ". " a href="/admin/usage" { "Members, keys and devices" } " are counted beside it." };
    Ok(back_office(
        &app,
        &caller,
        BackOffice { title: "Your own plan", lead, action: Markup::default(), place: PLACE, crumbs: CRUMBS, body },
    ))
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(OWN, Permission::TenantRead, show).page().says("Your own plan", "What the account may use of the platform.")]
}
