//! Tenants, members and keys, as others see them.

use crate::test_mode::Mode;
use facts::{ApiKeyId, Currency, TenantId, Time, UserId};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::Json;
use utoipa::ToSchema;
use web::{Permission, Reach, Role};

/// The usual time zone of a new tenant.
pub const TIME_ZONE: &str = "Asia/Kolkata";
/// The usual requests an hour that a key allows.
pub const PER_HOUR: u32 = 1_000;

/// For how long a replaced key usually goes on.
pub(crate) const OVERLAP: Duration = Duration::from_secs(24 * 3_600);

/// A merchant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Tenant {
    /// Its id.
    #[serde(rename(deserialize = "tenant_id"))]
    #[schema(value_type = String, example = "ten_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: TenantId,
    /// What it is called.
    pub name: String,
    /// Its shop is at `/s/{slug}`.
    pub slug: String,
    /// Its wall clock, such as `Asia/Kolkata`.
    pub time_zone: String,
    /// What it counts in, such as `INR`.
    #[schema(value_type = String, example = "INR")]
    pub currency: Currency,
    /// `active`, `suspended` or `closing`.
    pub state: String,
    /// When all of it is erased, where its owner closed it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closes_at: Option<Time>,
    /// What it has paid the platform for: `free`, `pro` or `scale`.
    pub plan: String,
    /// Whether it is another's test data, in which nothing real happens.
    pub test: bool,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

/// A person's place in a tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// The person.
    #[schema(value_type = String, example = "usr_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: UserId,
    /// Their e-mail address.
    pub email: Option<String>,
    /// The name they sign in with; their e-mail address works as well.
    pub username: String,
    /// What they are called.
    pub name: String,
    /// What they may do.
    #[schema(value_type = String, example = "manager")]
    pub role: Role,
    /// Since when they are a member.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

/// A key, without what it opens with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ApiKey {
    /// Its id.
    #[schema(value_type = String, example = "key_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: ApiKeyId,
    /// What it is called.
    pub name: String,
    /// `live`: it works on the tenant itself. `test`: on its test data, where nothing real happens.
    #[schema(value_type = String, example = "live")]
    pub mode: Mode,
    /// How it begins.
    #[schema(example = "ok_live_Zm9v")]
    pub prefix: String,
    /// What it may do.
    #[schema(value_type = String, example = "manager")]
    pub role: Role,
    /// What of its role's permissions it has; all of them where there is none.
    #[schema(value_type = Option<Vec<String>>, example = json!(["orders.read", "orders.write"]))]
    pub scopes: Option<Json<Vec<Permission>>>,
    /// Requests an hour.
    pub per_hour: u32,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// From when it no longer works.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Time>,
    /// When it was last used, to the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Time>,
    /// When it was revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<Time>,
}

impl ApiKey {
    /// How far it may go.
    pub(crate) fn reach(&self) -> Reach {
        Reach { role: self.role, scopes: self.scopes.clone().map(|scopes| scopes.0) }
    }
}

/// A key just made: the only time that all of it is shown.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct NewKey {
    /// What is kept of it.
    #[serde(flatten)]
    pub api_key: ApiKey,
    /// What goes into `Authorization: Bearer`. It is stored nowhere.
    pub key: String,
}

/// A tenant just opened.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct NewTenant {
    /// The tenant.
    #[schema(value_type = String, example = "ten_01h2xcejqtf2nbrexx3vqjhp41")]
    pub tenant_id: TenantId,
    /// Its shop is at `/s/{slug}`.
    pub slug: String,
    /// Its owner.
    #[schema(value_type = String, example = "usr_01h2xcejqtf2nbrexx3vqjhp41")]
    pub owner_id: UserId,
    /// Its first key.
    #[schema(value_type = String, example = "key_01h2xcejqtf2nbrexx3vqjhp41")]
    pub api_key_id: ApiKeyId,
    /// What goes into `Authorization: Bearer`. It is stored nowhere.
    pub api_key: String,
}

/// Shows all but the key, which must not reach a log.
impl std::fmt::Debug for NewKey {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.debug_struct("NewKey").field("api_key", &self.api_key).finish_non_exhaustive()
    }
}

/// Shows all but the key, which must not reach a log.
impl std::fmt::Debug for NewTenant {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.debug_struct("NewTenant").field("tenant_id", &self.tenant_id).field("slug", &self.slug).finish_non_exhaustive()
    }
}
