//! People and their pages, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod contacts;
mod erased;
mod imports;
mod lists;
mod merge;
mod web;
