//! A tenant's connection to its provider, as it is set, kept and shown.

use facts::{TenantId, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Role;

/// A tenant's connection to its provider of sign-ins.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = SsoConnection)]
pub(crate) struct Connection {
    /// The provider's address, exactly as it names itself.
    #[schema(example = "https://accounts.example.com")]
    pub issuer: String,
    /// What the provider calls this shop.
    pub client_id: String,
    /// Whether a client secret is kept. It is shown nowhere.
    pub has_secret: bool,
    /// Whose e-mail addresses the provider may vouch for.
    #[schema(example = json!(["example.com"]))]
    pub domains: Vec<String>,
    /// What somebody becomes who signs in for the first time.
    #[schema(value_type = String, example = "user")]
    pub role: Role,
    /// Whether it can be used.
    pub enabled: bool,
    /// Whether members other than owners can sign in this way alone.
    pub required: bool,
    /// Where the provider must send browsers back to.
    pub redirect_uri: String,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Time,
}

/// The same as it is kept.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Kept {
    pub issuer: String,
    pub client_id: String,
    pub locked: Option<Vec<u8>>,
    pub role: Role,
    pub enabled: bool,
    pub required: bool,
    pub changed_at: Time,
}

impl Kept {
    pub(crate) fn shown(self, domains: Vec<String>, redirect_uri: String) -> Connection {
        Connection {
            issuer: self.issuer,
            client_id: self.client_id,
            has_secret: self.locked.is_some(),
            domains,
            role: self.role,
            enabled: self.enabled,
            required: self.required,
            redirect_uri,
            changed_at: self.changed_at,
        }
    }
}

/// A connection as somebody wants it.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub issuer: String,
    pub client_id: String,
    /// `None` leaves the one that is kept, unless it was another provider's.
    pub secret: Option<String>,
    pub domains: Vec<String>,
    pub role: Role,
    pub enabled: bool,
    pub required: bool,
}

/// A way in through a shop's provider.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Door {
    pub tenant_id: TenantId,
    pub name: String,
    pub slug: String,
    pub issuer: String,
    pub client_id: String,
    pub locked: Option<Vec<u8>>,
}

/// A sign-in that waits for the browser to come back.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Pending {
    pub issuer: String,
    pub client_id: String,
    pub nonce: String,
    pub verifier: Vec<u8>,
    pub next: String,
}

/// Whom the provider vouches for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Vouched {
    pub issuer: String,
    pub subject: String,
    pub email: Option<String>,
    pub email_verified: bool,
    pub name: Option<String>,
}
