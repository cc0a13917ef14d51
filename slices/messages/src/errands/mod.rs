//! What leaves the house.

mod deliver;
mod outcome;
mod pace;

pub(crate) use deliver::DeliverMessage;
pub(crate) use pace::Pace;
