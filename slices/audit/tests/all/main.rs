//! The trail and its seals, on both databases.

mod audit;
mod chain;
