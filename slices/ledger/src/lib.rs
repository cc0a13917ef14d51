//! The ledger: double entry, one transaction for each payment captured and each refund settled, always in balance.

mod model;
mod queries;

pub use model::{Account, EntryView};
pub use queries::of_order;
