//! The audit trail: the journal of facts, in words, narrowed, and as a file.

mod about;
mod api;
mod moment;
mod narrow;
mod page;
mod queries;
mod words;

pub use moment::moment;
pub use queries::of_contact;

use web::Slice;

/// API and page; the journal itself is the store's.
pub fn slice() -> Slice {
    Slice { name: "audit", routes: [api::routes(), page::routes()].into_iter().flatten().collect(), ..Slice::default() }
}
