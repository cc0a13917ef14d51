//! Signing in and out, and the page of API keys.

mod keys;
mod login;
mod session;

use web::Route;

/// Every page of it.
pub(crate) fn routes() -> Vec<Route> {
    [login::routes(), session::routes(), keys::routes()].into_iter().flatten().collect()
}
