//! Charts, drawn on the server as SVG: a sentence says what each shows, a table holds its exact numbers.
//!
//! Widths are percentages and heights pixels, so that a chart fills its place and its text keeps its size.

mod bar;
mod line;
mod scale;
mod sparkline;
mod unit;

pub use bar::{Bar, BarChart};
pub use line::{LineChart, Series};
pub use sparkline::sparkline;
pub use unit::Unit;

use maud::{Markup, html};

/// What stands around every chart: the sentence above, the numbers below.
fn frame(sentence: &str, drawing: Markup, numbers: Markup) -> Markup {
    html! {
        figure.chart {
            figcaption { (sentence) }
            (drawing)
            details.numbers {
                summary { "Show data" }
                div.table-scroll { table { (numbers) } }
            }
        }
    }
}
