//! Flows of payments on both databases, against the simulated provider over real HTTP.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod bench;
mod janitor;
mod links;
mod mandates;
mod matching;
mod opening;
mod refunds;
mod stripe;
mod stripe_web;
mod tokens;
mod web;
