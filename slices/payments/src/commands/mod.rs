//! What changes state.

mod cancel;
mod open;
mod request_refund;

pub use cancel::cancel;
pub use open::open;
pub use request_refund::RequestRefund;
