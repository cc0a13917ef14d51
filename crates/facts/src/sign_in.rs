//! What happens to the ways in: single sign-on, passkeys, and from where one may come.

use crate::{Change, Fact, Id, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A merchant's connection to a provider of sign-ins was set, changed or removed (`issuer` is absent then).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SsoConnectionChanged {
    /// The provider's address.
    pub issuer: Option<String>,
    /// Whether it can be used from now on.
    pub enabled: bool,
    /// Whether members other than owners sign in this way alone.
    pub required: bool,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for SsoConnectionChanged {
    const KIND: &'static str = "sso.connection_changed";
    fn about(&self) -> Option<Uuid> {
        None
    }
}

/// A person is known by who they are at the merchant's provider from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberLinked {
    /// The person.
    pub user_id: UserId,
    /// The provider's address.
    pub issuer: String,
}

impl Fact for MemberLinked {
    const KIND: &'static str = "member.linked";
    fn about(&self) -> Option<Uuid> {
        Some(self.user_id.uuid())
    }
}

/// A person added a passkey, or removed one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PasskeyChanged {
    /// The person.
    pub user_id: UserId,
    /// What it is called.
    pub name: String,
    /// Whether it opens from now on.
    pub live: bool,
}

impl Fact for PasskeyChanged {
    const KIND: &'static str = "member.passkey_changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.user_id.uuid())
    }
}

/// A merchant's list of the addresses that its members, phones and keys may come from changed; from anywhere where it is empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddressesChanged {
    /// The networks from now on, such as `203.0.113.0/24`.
    pub networks: Vec<String>,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for AddressesChanged {
    const KIND: &'static str = "addresses.changed";
    fn about(&self) -> Option<Uuid> {
        None
    }
}

/// A merchant's list of the origins whose pages may call its API changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OriginsChanged {
    /// The origins from now on, such as `https://app.example`.
    pub origins: Vec<String>,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for OriginsChanged {
    const KIND: &'static str = "origins.changed";
    fn about(&self) -> Option<Uuid> {
        None
    }
}
