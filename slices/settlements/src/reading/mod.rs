//! Reading files of banks and providers: what their columns mean, and what their lines say.

mod bank;
mod cells;
mod header;
mod marks;
mod report;

pub(crate) use bank::{Read, line};
pub(crate) use header::{Columns, Field, guess};
pub(crate) use marks::{mark, marks};
pub(crate) use report::{kind, settled};
