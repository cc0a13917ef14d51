//! Razorpay: its keys, signatures, calls and the shapes of what it says.

mod calls;
mod event;
mod keys;
mod links;
mod settlements;
mod sign;
mod subscriptions;
mod token_wire;
mod tokens;
mod wire;

pub use calls::Razorpay;
pub use event::Event;
pub use keys::RazorpayKeys;
pub(crate) use links::LINK;
pub use sign::{LinkReturn, link_is_genuine, return_is_genuine, subscription_is_genuine, webhook_is_genuine};
