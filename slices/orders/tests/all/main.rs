//! Orders over HTTP, on both databases.

mod checkout;
mod merchant;
mod shop;
mod stories;
