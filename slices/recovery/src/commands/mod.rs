//! What changes orders that were left.

mod begin;
mod end;
mod follow;
mod remind;
mod replace;
mod samples;
mod send;
mod send_now;
mod set_up;

pub(crate) use end::{OptOut, StopReminders, finish};
pub(crate) use follow::{NoteClick, NoteOpen};
pub(crate) use remind::{RemindOfOrder, look_later, schedule};
pub(crate) use replace::ReplaceOrder;
pub use samples::Samples;
pub(crate) use send_now::SendNow;
pub(crate) use set_up::PutSettings;
