//! Progress towards a known end.

use super::count;
use maud::{Markup, html};

/// How many of how many are done. The words beside it say the same for those who do not see the bar.
pub fn progress(label: &str, done: u64, of: u64) -> Markup {
    let percent = if of == 0 { 0 } else { u128::from(done) * 100 / u128::from(of) };
    html! {
        label.progress {
            span { (label) span.count { (count(done)) " of " (count(of)) ", " (percent) " %" } }
            progress value=(done) max=(of.max(1)) { (percent) " %" }
        }
    }
}
