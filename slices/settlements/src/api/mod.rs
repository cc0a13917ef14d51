//! Settlements over HTTP.

mod bank;
mod exceptions;
mod settlements;
mod statements;
mod view;

pub(crate) use bank::{BankQuery, bank_file};
pub(crate) use exceptions::{ExceptionsQuery, FetchNow, LATELY, exceptions_file, place as place_of_exception, side_of};
pub(crate) use settlements::{SettlementsQuery, settlements_file};
pub(crate) use statements::{LARGEST, taken};

use web::Route;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    [settlements::routes(), bank::routes(), statements::routes(), exceptions::routes()].into_iter().flatten().collect()
}
