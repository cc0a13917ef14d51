//! What people do leads them in, on, and out; what becomes of a step's messages is counted.

mod follow;
mod lead;

pub(crate) use follow::FollowMessages;
pub(crate) use lead::LeadPeople;
