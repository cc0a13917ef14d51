//! Looking: what other slices, the API and the pages show.

mod of_order;

pub use of_order::{intent, intent_by_id, intent_by_provider_order, of_order, payment, refund, refunds_of_order, refunds_of_payment};
