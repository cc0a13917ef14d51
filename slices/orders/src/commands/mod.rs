//! What changes orders.

mod cancel;
mod change;
mod pack;
mod place;

pub use cancel::CancelOrder;
pub use change::ChangeOrder;
pub use pack::PackLine;
pub use place::{Buyer, PlaceOrder, Wanted, place};
