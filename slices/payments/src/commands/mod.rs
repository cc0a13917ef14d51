//! What changes state.

mod ask_all;
mod ask_now;
mod cancel;
mod inbound;
mod match_payment;
mod open;
mod request_refund;
mod settle;
mod settle_refund;

pub use ask_all::{AskAll, Asking};
pub use ask_now::{AskAboutSubscription, AskNow};
pub use cancel::cancel;
pub use inbound::DropWebhook;
pub use match_payment::MatchPayment;
pub use open::{charge, open, open_link};
pub use request_refund::RequestRefund;
pub use settle::{notice_failed, refuse_charge, settle_all};
pub use settle_refund::{refuse_refund, settle_refund};
