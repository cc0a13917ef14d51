//! What is written.

mod deliveries;
mod endpoints;

pub(crate) use deliveries::{
    Started, Tried, ask_again, call_off_one, count, day, insert_deliveries, lock_delivery, start_again, start_first, start_queued, tried,
};
pub(crate) use endpoints::{
    SECRETS, SECRETS_BEFORE, call_off, disable, enable, end_before, hold_endpoint, insert_endpoint, lock_endpoint, must_be_enabled, remove,
    rotate, set_failing, state_step, update_endpoint,
};
