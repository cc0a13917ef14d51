//! Subscriptions over HTTP, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod collect;
mod flow;
mod pages;
mod provided;
mod tokens;
