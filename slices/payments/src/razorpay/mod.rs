//! Razorpay: its keys, signatures, calls and the shapes of what it says.

mod calls;
mod event;
mod keys;
mod settlements;
mod sign;
mod wire;

pub use calls::Razorpay;
pub use event::Event;
pub use keys::RazorpayKeys;
pub use sign::{return_is_genuine, webhook_is_genuine};
