//! Razorpay: its keys, signatures, calls and the shapes of what it says.

mod calls;
mod event;
mod keys;
mod sign;
mod trouble;
mod wire;

pub use calls::Razorpay;
pub use event::Event;
pub use keys::RazorpayKeys;
pub use sign::{return_is_genuine, webhook_is_genuine};
pub use trouble::Trouble;
pub use wire::{ProviderPayment, ProviderRefund};
