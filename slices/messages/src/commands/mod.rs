//! What changes messages and templates.

mod close;
mod enqueue;
mod hurry;
mod receive;
mod recover;
mod replay;
mod resend;
mod save_template;
mod send;

pub(crate) use close::CloseMessage;
pub use enqueue::{Enqueued, Written, enqueue, enqueue_all, enqueue_written};
pub(crate) use enqueue::{NewMail, put};
pub(crate) use hurry::HurryRetries;
pub(crate) use receive::{KeepCall, MatchReceipts, ReadWord, ReceiveCall, calls_of, take_in};
pub(crate) use recover::{Failed, RecoverMessages, SendAgain};
pub(crate) use replay::{ReadAgain, ReplayCalls};
pub(crate) use resend::ResendMessage;
pub(crate) use save_template::SaveTemplate;
pub(crate) use send::{API, SendMessage, To};
