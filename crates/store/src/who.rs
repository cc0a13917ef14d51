//! Who is acting, for which tenant, in answer to which request.

use facts::{ApiKeyId, TenantId, UserId};
use serde::{Deserialize, Serialize};
use std::fmt;
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

/// Who is acting, for which tenant, in answer to which request.
#[derive(Debug, Clone)]
pub struct Who {
    /// The tenant whose data is touched, and no other's.
    pub tenant: TenantId,
    /// Who acts.
    pub actor: Actor,
    /// The X-Request-ID of what set it off.
    pub request: Option<Arc<str>>,
}

impl Who {
    /// Origin itself, for a tenant.
    pub fn system(tenant: TenantId, name: impl Into<String>) -> Self {
        Self { tenant, actor: Actor::System(name.into()), request: None }
    }

    /// A buyer in a tenant's shop.
    pub fn visitor(tenant: TenantId) -> Self {
        Self { tenant, actor: Actor::Visitor, request: None }
    }

    /// A provider that calls about a tenant.
    pub fn provider(tenant: TenantId, name: impl Into<String>) -> Self {
        Self { tenant, actor: Actor::Provider(name.into()), request: None }
    }

    /// The same, in answer to a request.
    pub fn asked_by(mut self, request: Option<Arc<str>>) -> Self {
        self.request = request;
        self
    }
}
