//! Looking: what other slices, the API and the pages show.

mod events;
mod list;
mod of_order;
mod waiting;

pub use events::{EventRow, EventState, events};
pub use list::{Wanted, payments, refunds};
pub use of_order::{intent, intent_by_id, intent_by_provider_order, of_order, payment, refund, refunds_of_order, refunds_of_payment};
pub use waiting::{Buried, buried, captured, failed_refunds, lingering, unmatched};
