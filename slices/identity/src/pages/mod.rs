//! Signing in and out, and the pages of members, API keys, roles and one's own security.

mod keys;
mod login;
mod members;
mod roles;
mod security;
mod session;

pub(crate) use login::{begun, from_here, login_page};
pub(crate) use security::{own_session, person};
pub(crate) use session::cookie;

use web::Route;

/// Every page of it.
pub(crate) fn routes() -> Vec<Route> {
    [login::routes(), session::routes(), keys::routes(), members::routes(), roles::routes(), security::routes()]
        .into_iter()
        .flatten()
        .collect()
}
