//! What leaves the house.

mod code;
mod deliver;
mod hand;
mod outcome;
mod pace;

pub(crate) use code::DeliverCode;
pub(crate) use deliver::DeliverMessage;
pub(crate) use pace::Pace;
