//! Orders over HTTP, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod checkout;
mod merchant;
mod shop;
mod stories;
