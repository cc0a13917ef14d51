//! What changes devices and what they keep.

mod devices;
mod push;
mod refresh;
mod settle;
mod sign_in;

pub(crate) use devices::{DeviceSeen, EndDevice, PUSH_TOKENS, RegisterPush};
pub(crate) use push::PushChanges;
pub(crate) use refresh::{Refresh, Refreshed, wrong_refresh_token};
pub(crate) use settle::Settle;
pub(crate) use sign_in::SignInDevice;
