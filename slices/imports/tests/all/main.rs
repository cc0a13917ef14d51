//! Imports over HTTP, on both databases.
#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod files;
mod packing;
