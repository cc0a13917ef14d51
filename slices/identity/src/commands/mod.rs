//! What changes tenants, members, keys and sessions.

mod change_members;
mod change_tenant;
mod create_api_key;
mod create_tenant;
mod revoke_api_key;
mod rotate_api_key;
mod second_factor;
mod sessions;

pub(crate) use change_members::{AddMember, ChangeRole, RemoveMember, already_member};
pub(crate) use change_tenant::ChangeTenant;
pub use create_api_key::CreateApiKey;
pub use create_tenant::{CreateTenant, Owner};
pub(crate) use create_tenant::{Draft, EnsureFirst, open};
pub use revoke_api_key::RevokeApiKey;
pub use rotate_api_key::RotateApiKey;
pub(crate) use second_factor::{
    ForgetFactor, OfferFactor, Proof, TurnOffFactor, TurnOnFactor, nothing_to_turn_on, sign_in_over, spend, wrong_code,
};
pub(crate) use sessions::{
    Begun, ChangePassword, EndSession, KeepAlive, KeyUsed, SignIn, SignInByCode, SignOut, TryCode, begin as begin_session,
};
