//! What leaves the house.

mod deliver;
mod hand;
mod outcome;
mod pace;

pub(crate) use deliver::DeliverMessage;
pub(crate) use pace::Pace;
