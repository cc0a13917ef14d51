//! An amount, as the tenant writes it.

use facts::Money;
use maud::{Markup, html};

/// The amount in its currency and grouping, in figures of equal width; never broken over two lines.
pub fn money(amount: Money) -> Markup {
    html! { data.money value=(amount.decimal()) { (amount.to_string()) } }
}
