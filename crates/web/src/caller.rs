//! Who is calling: authenticated, bound to one tenant, and allowed what the route asks for.

use crate::limits::Rate;
use crate::{App, Failure, Permission, Reach};
use async_trait::async_trait;
use axum::extract::FromRequestParts;
use facts::{DeviceId, TenantId, Time};
use http::request::Parts;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use store::{Actor, Error, Kind, Read, Result, Who};

/// How a caller proved who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// A key in the Authorization header.
    Key {
        /// Requests an hour that the key allows.
        per_hour: u32,
    },
    /// A signed-in browser.
    Session {
        /// The token that every change must carry.
        csrf: String,
        /// Whole minutes without activity after which the session ends.
        minutes: u32,
    },
    /// A person's phone, by an access token in the Authorization header. It reaches the API and no page.
    Device {
        /// The device.
        id: DeviceId,
        /// Requests a minute that the person's devices may make together, by the tenant's plan.
        per_minute: u32,
    },
    /// The operator's own token from the environment.
    Operator,
}

impl Via {
    /// How often whoever comes this way may call, and what it is that calls; nothing where that is not counted.
    pub(crate) fn rate(&self) -> Option<(Rate, &'static str)> {
        match self {
            Via::Key { per_hour } => Some((Rate { limit: *per_hour, window: Duration::from_secs(3_600) }, "this API key")),
            Via::Device { per_minute, .. } => Some((Rate { limit: *per_minute, window: Duration::from_secs(60) }, "your devices")),
            Via::Session { .. } | Via::Operator => None,
        }
    }
}

/// Whoever is calling. A handler that takes this is behind a permission, or it does not get one.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Tenant, actor and request: hand it to [`store::Db::run`].
    pub who: Who,
    /// How far they may go in this tenant.
    pub reach: Reach,
    /// Whose test data they work on, in which providers are played; nothing where it is a tenant itself.
    pub test_of: Option<TenantId>,
    /// How they proved it.
    pub via: Via,
    /// Their name, or the key's.
    pub name: String,
    /// The tenant's name.
    pub tenant_name: String,
    /// The tenant's time zone, such as `Asia/Kolkata`.
    pub time_zone: String,
}

impl Caller {
    /// The tenant they are bound to.
    pub fn tenant(&self) -> TenantId {
        self.who.tenant
    }

    /// The tenant whose account it is: of test data, the one whose test data it is.
    pub fn home(&self) -> TenantId {
        self.test_of.unwrap_or(self.who.tenant)
    }

    /// Refuses an address of another tenant's: whether there is one by that id is not told.
    ///
    /// # Errors
    /// `not_found`, unless it is their own.
    pub fn own(&self, tenant: TenantId) -> Result<()> {
        if self.tenant() == tenant { Ok(()) } else { Err(Error::not_found("tenant")) }
    }

    /// Their shop's calendar; that of UTC where nobody knows its name.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }

    /// The moment that a field of a day and an hour says, by their shop's clock; nothing where it is empty.
    ///
    /// # Errors
    /// The field, where it says none.
    pub fn moment(&self, field: &str, typed: &str) -> Result<Option<Time>> {
        let wrong = || Error::field(field, "a day and an hour");
        let Some(typed) = Some(typed.trim()).filter(|typed| !typed.is_empty()) else { return Ok(None) };
        let typed: DateTime = typed.parse().map_err(|_| wrong())?;
        Ok(Some(Time::from(typed.to_zoned(self.zone()).map_err(|_| wrong())?.timestamp())))
    }

    /// Whether they may do it.
    pub fn may(&self, permission: Permission) -> bool {
        self.reach.may(permission)
    }

    /// Looks at their tenant's rows.
    pub fn read(&self, app: &App) -> Read {
        app.db.read(self.who.tenant)
    }

    /// The token that a form of theirs must carry; empty for callers who need none.
    pub fn csrf(&self) -> &str {
        match &self.via {
            Via::Session { csrf, .. } => csrf,
            Via::Key { .. } | Via::Device { .. } | Via::Operator => "",
        }
    }

    /// One text for each caller, for limits.
    pub(crate) fn limit_key(&self) -> String {
        match &self.who.actor {
            Actor::Key(id) => id.to_string(),
            actor => format!("{}/{actor}", self.who.tenant),
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Failure;

    /// The guard of the route has put the caller there; a public route has none.
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        parts.extensions.get::<Caller>().cloned().ok_or_else(|| signed_out().into())
    }
}

pub(crate) fn signed_out() -> Error {
    Error::new(Kind::Unauthenticated, "unauthenticated", "Sign in, or send an API key as Authorization: Bearer …")
}

/// The shop that a public page belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop {
    /// Whose shop it is.
    pub tenant: TenantId,
    /// The name over the door.
    pub name: String,
    /// Its address is `/s/{slug}`, or `/` for the first tenant.
    pub slug: String,
    /// What its links begin with: empty, or `/s/{slug}`. Empty at its own domain.
    pub base: String,
    /// The tenant's time zone.
    pub time_zone: String,
    /// Whether it is a shop of test data, in which nothing is charged.
    pub test: bool,
}

/// The slug from `/s/{slug}/…`, taken off the path before routing.
#[derive(Debug, Clone)]
pub struct ShopSlug(pub Arc<str>);

impl FromRequestParts<App> for Shop {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        if let Some(shop) = parts.extensions.get::<Shop>() {
            return Ok(shop.clone());
        }
        let slug = parts.extensions.get::<ShopSlug>().map(|slug| slug.0.clone());
        Ok(app.identity.shop(app, slug.as_deref()).await?)
    }
}

/// Knows people, keys and tenants: the identity slice, seen from the web.
#[async_trait]
pub trait Identity: Send + Sync + 'static {
    /// Who sent this request; `None` when it carries nothing that says so.
    ///
    /// # Errors
    /// What it carries is wrong, expired or revoked.
    async fn caller(&self, app: &App, parts: &Parts) -> Result<Option<Caller>>;

    /// The shop with this slug, or the first tenant's.
    ///
    /// # Errors
    /// There is none.
    async fn shop(&self, app: &App, slug: Option<&str>) -> Result<Shop>;

    /// Who acts for a tenant, by name: its members, its keys, and whoever else is named in `also` because they once did.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    async fn people(&self, read: &mut Read, also: &[facts::UserId]) -> Result<Vec<(Actor, String)>>;

    /// Whether whoever acts for a tenant may come from an address.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    async fn admits(&self, app: &App, tenant: TenantId, from: IpAddr) -> Result<bool>;

    /// Whether a tenant lets programs of an origin read its answers in a browser; whether any does, where none is named.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    async fn lists_origin(&self, app: &App, tenant: Option<TenantId>, origin: &str) -> Result<bool>;

    /// The shop whose own domain this host is; `None` where it is nobody's.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    async fn shop_at(&self, app: &App, host: &str) -> Result<Option<Shop>>;
}
