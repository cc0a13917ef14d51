//! `/api/v1/imports`.

mod files;
mod list;
mod shops;
mod view;
mod webhook;

pub(crate) use files::LARGEST;
pub(crate) use list::mistakes_file;
pub(crate) use shops::{NewShop, connect, webhook_url};

use web::Route;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    [files::routes(), list::routes(), shops::routes(), webhook::routes()].into_iter().flatten().collect()
}
