//! What is written.

mod deliveries;
mod endpoints;

pub(crate) use deliveries::{
    Started, Tried, ask_again, count, day, insert_deliveries, lock_delivery, start_again, start_first, start_queued, tried,
};
pub(crate) use endpoints::{
    SECRETS, SECRETS_BEFORE, call_off, disable, enable, end_before, fails, fails_no_more, insert_endpoint, lock_endpoint, lock_order,
    must_be_enabled, remove, rotate, state_step, update_endpoint,
};
