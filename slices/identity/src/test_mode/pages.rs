//! Going over to test data, and back.

use super::commands::GoOver;
use super::ready;
use crate::gate;
use crate::pages::{own_session, person};
use axum::extract::State;
use axum::response::Redirect;
use facts::TenantId;
use http::HeaderMap;
use store::{Error, Who};
use web::{Access, Answer, App, Caller, Permission, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/admin/test", Permission::TenantRead, enter).says("Look at the test data", "").page(),
        Route::post("/admin/test/leave", Access::SignedIn, leave).says("Go back from the test data", "").page(),
    ]
}

async fn enter(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Answer<Redirect> {
    let test = ready(&app, &caller).await?;
    go(&app, &caller, &headers, test).await
}

async fn leave(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Answer<Redirect> {
    let home = caller.test_of.ok_or_else(|| Error::conflict("not_in_test_mode", "This is no test data."))?;
    go(&app, &caller, &headers, home).await
}

async fn go(app: &App, caller: &Caller, headers: &HeaderMap, to: TenantId) -> Answer<Redirect> {
    let token_hash = own_session(app, headers);
    let over = GoOver { user_id: person(caller)?, token_hash: token_hash.clone(), from: caller.tenant() };
    app.db.run(&Who { tenant: to, ..caller.who.clone() }, over).await?;
    gate::forget_session(app, &token_hash).await;
    Ok(Redirect::to("/admin"))
}
