//! Referrals over HTTP.

mod commissions;
mod events;
mod payouts;
mod referrers;
mod settings;
mod view;

pub(crate) use commissions::{ListQuery, as_file};
pub(crate) use referrers::balances;

use web::Route;

/// How often an address may ask for a file, a minute.
pub(crate) const EXPORTS_A_MINUTE: u32 = 15;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    [referrers::routes(), events::routes(), commissions::routes(), payouts::routes(), settings::routes()].into_iter().flatten().collect()
}
