//! Products and coupons over HTTP.

mod coupons;
mod products;

use crate::queries::Narrow;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use store::{Command, Once, Result};
use utoipa::IntoParams;
use web::{App, Caller, IdempotencyKey, Paging, Route, filter_part};

/// Which products or coupons.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct ListQuery {
    /// A part of the name or the code.
    q: Option<String>,
    /// `true` for those that are offered, `false` for those that are not.
    active: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    cursor: Option<String>,
}

impl ListQuery {
    pub(crate) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }

    pub(crate) fn narrow(&self) -> Result<Narrow> {
        let words = self.q.as_deref().map(str::trim).filter(|words| !words.is_empty()).map(str::to_owned);
        Ok(Narrow { words, active: filter_part("active", self.active.as_deref(), "true or false")? })
    }
}

/// The routes.
pub fn routes() -> Vec<Route> {
    products::routes().into_iter().chain(coupons::routes()).collect()
}

/// Runs a command, once for its key where the caller sent one.
async fn make<C: Command>(app: &App, caller: &Caller, key: IdempotencyKey, hash: &str, command: C) -> Result<Once<C::Out>>
where
    C::Out: Serialize + DeserializeOwned,
{
    match key.optional(hash) {
        Some(key) => app.db.run_once(&caller.who, key, command).await,
        None => Ok(Once { out: app.db.run(&caller.who, command).await?, replayed: false }),
    }
}
