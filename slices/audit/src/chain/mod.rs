//! The chain over each tenant's journal: what was sealed and is no longer there, or no longer the same, is found.

mod canon;
mod check;
mod content;
mod reaction;
mod seal;

pub use check::{check, made_with};
pub(crate) use reaction::SealJournal;
pub(crate) use seal::{Head, Key, head};
