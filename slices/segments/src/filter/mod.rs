//! Filters: who is meant, as a tree of conditions in JSON.

pub(crate) mod eval;
pub(crate) mod kinds;
mod model;
mod needs;
mod read;
mod words;
mod write;

pub(crate) use eval::{BUILT_IN, Day, Person, holds};
pub use kinds::{DeedName, counts, deed_names, deed_of, deed_words, deeds, fact_of, is_deed, own};
pub(crate) use model::{Did, Filter, Test};
pub(crate) use needs::{Needs, Touch};
pub(crate) use read::read;
pub(crate) use words::{Lists, attribute_words, plain, words};
pub(crate) use write::{tested, write};

#[cfg(test)]
mod tests;
