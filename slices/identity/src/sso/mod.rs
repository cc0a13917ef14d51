//! Single sign-on: a tenant's members sign in at the tenant's own provider (OpenID Connect).
//!
//! The provider speaks for its tenant alone. It makes members of people nobody knows yet, and is believed about members
//! of this tenant; an account that belongs elsewhere is not its business, and neither are passwords, second factors and
//! passkeys, which are the same in every tenant.

mod api;
mod client;
mod commands;
mod model;
mod pages;
mod rows;
mod rules;

pub(crate) use commands::{let_in_without, secret_place, verifier_place};

use store::{Error, Kind, Result};
use web::{App, Route};

/// Pages and API.
pub(crate) fn routes() -> Vec<Route> {
    [api::routes(), pages::routes()].into_iter().flatten().collect()
}

/// Where the provider sends the browser back to.
const CALLBACK: &str = "/admin/login/sso/callback";

fn callback(app: &App) -> String {
    app.absolute(CALLBACK)
}

/// The answer to a right password where it does not count.
fn sso_only() -> Error {
    Error::new(Kind::Unauthenticated, "sso_only", "Your shop asks for single sign-on. Use the link below.")
}

/// Refuses to change what a person has in every tenant to somebody for whom only this one's provider vouched.
///
/// # Errors
/// `sso_session`.
pub(crate) async fn own_account(app: &App, token_hash: &str) -> Result<()> {
    if !rows::is_vouched(&app.db, token_hash).await? {
        return Ok(());
    }
    let message = "You came through single sign-on, which stands for this shop alone. Sign in with your password to change this.";
    Err(Error::new(Kind::Forbidden, "sso_session", message))
}
