//! `/admin/files`: what a shop sells as files.

mod list;
mod one;

use web::Route;

const HERE: &str = "/admin/files";

/// The routes; `largest` is the largest file that is taken.
pub(crate) fn routes(largest: u64) -> Vec<Route> {
    [list::routes(largest), one::routes()].into_iter().flatten().collect()
}
