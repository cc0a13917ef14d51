//! What goes to shops, and what came from them.

mod call;
mod fetch;

pub(crate) use call::TakeCall;
pub(crate) use fetch::FetchPage;
