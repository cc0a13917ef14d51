//! Files and their downloads over HTTP, on both databases.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail with it")]

mod bound;
mod bucket;
mod flow;
mod gone;
mod shop;
mod uses;
