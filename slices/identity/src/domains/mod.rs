//! A shop's own address: who may have it is proved by a TXT record, again and again, and a request's host leads to its shop.

mod api;
mod certificates;
mod commands;
mod look_up;
mod model;
mod page;
mod rows;
mod rules;
mod standing;

pub use certificates::{Acme, Served, served, want_certificates};
pub(crate) use certificates::{MIGRATION, places};
pub use look_up::Dns;
pub(crate) use rows::tenant_at;
pub use rows::{shop_link, shop_url};

use certificates::Office;
use std::sync::Arc;
use store::secret::Vault;
use store::{Db, ErrandKind, TimerKind};
use web::{App, Route};

/// Pages and API.
pub(crate) fn routes() -> Vec<Route> {
    [api::routes(), page::routes(), certificates::routes()].into_iter().flatten().collect()
}

/// What leaves the house.
pub(crate) fn errands(dns: Dns, acme: Option<Acme>, http: reqwest::Client, db: Db, vault: Vault) -> Vec<ErrandKind> {
    let looker = look_up::Looker { dns, certificates: acme.is_some() };
    let mut all = certificates::errands(Office { acme, http, db, vault });
    all.push(ErrandKind::of::<look_up::LookUpDomain>(Arc::new(looker)));
    all
}

/// What rings.
pub(crate) fn timers() -> Vec<TimerKind> {
    certificates::timers().into_iter().chain([TimerKind::of::<look_up::CheckDomain>()]).collect()
}

/// Under what a host's shop is remembered.
pub(crate) fn host_cache(host: &str) -> String {
    format!("host/{host}")
}

/// Forgets whose a host is, because that has changed.
async fn forget(app: &App, domain: &str) {
    app.cache.forget(&host_cache(domain)).await;
}

/// Our own host, where the world reaches all of us.
fn own_host(app: &App) -> String {
    let url = url::Url::parse(&app.public_url).ok();
    url.as_ref().and_then(url::Url::host_str).unwrap_or_default().to_owned()
}
