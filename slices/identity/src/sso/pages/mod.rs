//! Setting single sign-on up, and signing in by it.

mod set_up;
mod sign_in;

use web::Route;

pub(super) fn routes() -> Vec<Route> {
    [set_up::routes(), sign_in::routes()].into_iter().flatten().collect()
}
