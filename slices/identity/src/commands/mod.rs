//! What changes tenants, members, keys and sessions.

mod change_members;
mod change_tenant;
mod create_api_key;
mod create_tenant;
mod revoke_api_key;
mod sessions;

pub(crate) use change_members::{AddMember, ChangeRole, RemoveMember};
pub(crate) use change_tenant::ChangeTenant;
pub use create_api_key::CreateApiKey;
pub(crate) use create_tenant::Draft;
pub(crate) use create_tenant::EnsureFirst;
pub use create_tenant::{CreateTenant, Owner};
pub use revoke_api_key::RevokeApiKey;
pub(crate) use sessions::{KeepAlive, KeyUsed, SignIn, SignOut};
