//! Flows of payments on both databases, against the simulated provider over real HTTP.

mod bench;
mod janitor;
mod opening;
mod refunds;
mod web;
