//! Stripe: its keys, signatures, calls and the shapes of what it says.

mod calls;
mod event;
mod keys;
mod payouts;
mod sign;
mod subscriptions;
mod wire;

pub use calls::Stripe;
pub use event::{Event, Matter};
pub use keys::StripeKeys;
pub use sign::webhook_is_genuine;
