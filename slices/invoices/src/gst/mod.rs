//! Goods and services tax, as money and nothing else: no row, no clock.

mod amounts;
mod gstin;
mod place;
mod states;

pub use amounts::{Amounts, Item, RateTax, amounts};
pub use gstin::Gstin;
pub use place::{Nature, Supply, place_of_supply, supply};
pub use states::State;
