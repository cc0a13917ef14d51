//! Who is acting, for which tenant, in answer to which request, from where.

use facts::{ApiKeyId, TenantId, UserId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// Who is acting.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Actor {
    /// A person in the back office.
    Member(UserId),
    /// A program with a key.
    Key(ApiKeyId),
    /// A buyer in the shop, who is nobody in particular.
    Visitor,
    /// A provider's call, by the provider's name.
    Provider(String),
    /// Origin itself, by the name of what runs.
    System(String),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Actor::Member(id) => write!(f, "member:{id}"),
            Actor::Key(id) => write!(f, "key:{id}"),
            Actor::Visitor => f.write_str("visitor"),
            Actor::Provider(name) => write!(f, "provider:{name}"),
            Actor::System(name) => write!(f, "system:{name}"),
        }
    }
}

/// Who is acting, for which tenant, in answer to which request, from where.
#[derive(Debug, Clone)]
pub struct Who {
    /// The tenant whose data is touched, and no other's.
    pub tenant: TenantId,
    /// Who acts.
    pub actor: Actor,
    /// The X-Request-ID of what set it off.
    pub request: Option<Arc<str>>,
    /// The address that the request came from; nobody's where Origin acts by itself.
    pub from: Option<IpAddr>,
}

impl Who {
    /// Somebody, for a tenant, of whom nothing else is known yet.
    pub fn new(tenant: TenantId, actor: Actor) -> Self {
        Self { tenant, actor, request: None, from: None }
    }

    /// A person in the back office.
    pub fn member(tenant: TenantId, user: UserId) -> Self {
        Self::new(tenant, Actor::Member(user))
    }

    /// A program with a key.
    pub fn key(tenant: TenantId, key: ApiKeyId) -> Self {
        Self::new(tenant, Actor::Key(key))
    }

    /// Origin itself, for a tenant.
    pub fn system(tenant: TenantId, name: impl Into<String>) -> Self {
        Self::new(tenant, Actor::System(name.into()))
    }

    /// A buyer in a tenant's shop.
    pub fn visitor(tenant: TenantId) -> Self {
        Self::new(tenant, Actor::Visitor)
    }

    /// A provider that calls about a tenant.
    pub fn provider(tenant: TenantId, name: impl Into<String>) -> Self {
        Self::new(tenant, Actor::Provider(name.into()))
    }

    /// The same, in answer to a request.
    pub fn asked_by(mut self, request: Option<Arc<str>>) -> Self {
        self.request = request;
        self
    }

    /// The same, from an address.
    pub fn from(mut self, address: IpAddr) -> Self {
        self.from = Some(address);
        self
    }
}
