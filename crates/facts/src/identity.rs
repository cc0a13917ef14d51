//! What happens to tenants, members and keys.

use crate::{ApiKeyId, Change, Fact, Id, TenantId, TicketId, Time, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

crate::words! {
    /// What the link in a mail to somebody is for.
    pub enum Purpose {
        /// To become a member of a tenant.
        Invitation = "invitation",
        /// To choose another password.
        PasswordReset = "password_reset",
        /// To prove that a new address is one's own.
        EmailChange = "email_change",
        /// To open a tenant.
        SignUp = "sign_up",
    }
}

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
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
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
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for ApiKeyChanged {
    const KIND: &'static str = "api_key.changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.key_id.uuid())
    }
}

/// A key was replaced by another, and goes on until a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApiKeyRotated {
    /// The key that ends.
    pub key_id: ApiKeyId,
    /// The one in its place.
    pub by_key_id: ApiKeyId,
    /// What both are called.
    pub name: String,
    /// From when the old one no longer works.
    pub until: Time,
    /// What changed of the old one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for ApiKeyRotated {
    const KIND: &'static str = "api_key.rotated";
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
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for TenantChanged {
    const KIND: &'static str = "tenant.changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.tenant_id.uuid())
    }
}

/// A person turned a second factor on or off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SecondFactorChanged {
    /// The person.
    pub user_id: UserId,
    /// Whether signing in asks for a code from now on.
    pub on: bool,
}

impl Fact for SecondFactorChanged {
    const KIND: &'static str = "member.second_factor_changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.user_id.uuid())
    }
}

/// A person used a recovery code in the place of their app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecoveryCodeUsed {
    /// The person.
    pub user_id: UserId,
    /// How many codes are left.
    pub left: i64,
}

impl Fact for RecoveryCodeUsed {
    const KIND: &'static str = "member.recovery_code_used";
    fn about(&self) -> Option<Uuid> {
        Some(self.user_id.uuid())
    }
}

/// A person chose another password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PasswordChanged {
    /// The person.
    pub user_id: UserId,
}

impl Fact for PasswordChanged {
    const KIND: &'static str = "member.password_changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.user_id.uuid())
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

/// A merchant's account was suspended, closed, or goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TenantMoved {
    /// The merchant.
    pub tenant_id: TenantId,
    /// How it stood.
    pub from: String,
    /// How it stands from now on: `active`, `suspended`, `closing`.
    pub to: String,
    /// Why, where somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When all of it is erased, where its owner closed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<Time>,
}

impl Fact for TenantMoved {
    const KIND: &'static str = "tenant.moved";
    fn about(&self) -> Option<Uuid> {
        Some(self.tenant_id.uuid())
    }
}

/// Somebody took everything of a merchant along as a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TenantExported {
    /// The merchant.
    pub tenant_id: TenantId,
}

impl Fact for TenantExported {
    const KIND: &'static str = "tenant.exported";
    fn about(&self) -> Option<Uuid> {
        Some(self.tenant_id.uuid())
    }
}

/// Somebody is to get a mail with a link that opens one thing, once. The link itself is nowhere in here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketIssued {
    /// What the link opens.
    pub ticket_id: TicketId,
    /// What it is for.
    pub purpose: Purpose,
    /// Where it goes.
    pub email: String,
    /// The role that an invitation gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Whose account it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
}

impl Fact for TicketIssued {
    const KIND: &'static str = "ticket.issued";
    fn about(&self) -> Option<Uuid> {
        Some(self.user_id.map_or(self.ticket_id.uuid(), Id::uuid))
    }
}

/// An invitation was taken back before it was used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InvitationWithdrawn {
    /// What the link would have opened.
    pub ticket_id: TicketId,
    /// Who was invited.
    pub email: String,
}

impl Fact for InvitationWithdrawn {
    const KIND: &'static str = "invitation.withdrawn";
    fn about(&self) -> Option<Uuid> {
        Some(self.ticket_id.uuid())
    }
}

/// A person's e-mail address changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EmailChanged {
    /// The person.
    pub user_id: UserId,
    /// The address until now, where there was one.
    pub from: Option<String>,
    /// The address from now on.
    pub to: String,
}

impl Fact for EmailChanged {
    const KIND: &'static str = "member.email_changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.user_id.uuid())
    }
}

/// A merchant was erased, with every row that it had. Stated to the platform's own tenant, since nothing of the other is left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TenantErased {
    /// The merchant that was.
    pub tenant_id: TenantId,
}

impl Fact for TenantErased {
    const KIND: &'static str = "tenant.erased";
    fn about(&self) -> Option<Uuid> {
        Some(self.tenant_id.uuid())
    }
}
