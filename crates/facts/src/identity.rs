//! What happens to tenants, members and keys.

use crate::{ApiKeyId, Fact, Id, TenantId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A merchant opened an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TenantCreated {
    /// The merchant.
    pub tenant_id: TenantId,
    /// Its name.
    pub name: String,
}

impl Fact for TenantCreated {
    const KIND: &'static str = "tenant.created";
    fn about(&self) -> Option<Uuid> {
        Some(self.tenant_id.uuid())
    }
}

/// A person became a member, changed role, or left (`role` is absent then).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberChanged {
    /// The person.
    pub user_id: UserId,
    /// The role they have from now on.
    pub role: Option<String>,
}

impl Fact for MemberChanged {
    const KIND: &'static str = "member.changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.user_id.uuid())
    }
}

/// A key was made, or stopped working.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApiKeyChanged {
    /// The key.
    pub key_id: ApiKeyId,
    /// What it is called.
    pub name: String,
    /// Whether it works from now on.
    pub live: bool,
}

impl Fact for ApiKeyChanged {
    const KIND: &'static str = "api_key.changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.key_id.uuid())
    }
}

/// A merchant's name, time zone or currency changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TenantChanged {
    /// The merchant.
    pub tenant_id: TenantId,
    /// What changed, by field: `name`, `time_zone`, `currency`.
    pub fields: Vec<String>,
}

impl Fact for TenantChanged {
    const KIND: &'static str = "tenant.changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.tenant_id.uuid())
    }
}

/// A person signed in to the back office.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberSignedIn {
    /// The person.
    pub user_id: UserId,
}

impl Fact for MemberSignedIn {
    const KIND: &'static str = "member.signed_in";
    fn about(&self) -> Option<Uuid> {
        Some(self.user_id.uuid())
    }
}
