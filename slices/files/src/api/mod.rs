//! `/api/v1/files`, a product's file, and the download itself.

mod download;
mod files;
mod product;

pub(crate) use download::handed;
pub(crate) use files::{Narrow, listed};
pub(crate) use product::named;

use web::Route;

/// Every route of it; `largest` is the largest file that is taken.
pub(crate) fn routes(largest: u64) -> Vec<Route> {
    [files::routes(largest), product::routes(), download::routes()].into_iter().flatten().collect()
}
