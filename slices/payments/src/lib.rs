//! Payments: what we want to be paid, each try at paying it, what goes back, and Razorpay.

mod checkout;
mod commands;
mod model;
mod queries;
mod rules;

pub use checkout::{Checkout, checkout_form};
pub use commands::{RequestRefund, cancel, open};
pub use model::{Intent, IntentState, LearntBy, NewIntent, Payment, PaymentState, Refund, RefundState};
pub use queries::{intent, of_order, refunds_of_order};
