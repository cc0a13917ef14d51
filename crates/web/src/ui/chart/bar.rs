//! Bars: one thing against another, from zero.

use super::scale::Scale;
use super::{Unit, frame};
use maud::{Markup, Render, html};

/// One bar.
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// How much of it there is.
    pub value: i64,
    /// The rows behind it.
    pub href: Option<String>,
}

impl Bar {
    /// A bar with nothing behind it.
    pub fn new(label: impl Into<String>, value: i64) -> Self {
        Self { label: label.into(), value, href: None }
    }

    /// The rows behind it.
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }
}

/// Bars under one another, each with its words and its value.
pub struct BarChart {
    /// What the chart shows, as a sentence with the finding in it.
    pub sentence: String,
    /// What is compared, such as "Product".
    pub of: &'static str,
    /// What is counted.
    pub unit: Unit,
    /// The bars, in the order to show them.
    pub bars: Vec<Bar>,
}

impl BarChart {
    fn bar(&self, bar: &Bar, scale: &Scale) -> Markup {
        let (zero, end) = (scale.share(0) * 100.0, scale.share(bar.value) * 100.0);
        html! {
            li {
                span.bar-label { @match &bar.href {
                    Some(href) => a href=(href) { bdi { (bar.label) } },
                    None => bdi { (bar.label) },
                } }
                svg.bar aria-hidden="true" {
                    rect class=[(bar.value < 0).then_some("below")] x=(percent(zero.min(end))) width=(percent((end - zero).abs())) height="100%" rx="2" {}
                    line.zero x1=(percent(zero)) x2=(percent(zero)) y1="0" y2="100%" {}
                }
                span.bar-value { (self.unit.exact(bar.value)) }
            }
        }
    }
}

impl Render for BarChart {
    fn render(&self) -> Markup {
        let scale = Scale::tight(self.bars.iter().map(|bar| bar.value));
        let drawing = html! { ul.bars { @for bar in &self.bars { (self.bar(bar, &scale)) } } };
        let numbers = html! {
            thead { tr { th scope="col" { (self.of) } th.num scope="col" { "Value" } } }
            tbody { @for bar in &self.bars {
                tr { th scope="row" { bdi { (bar.label) } } td.num { (self.unit.exact(bar.value)) } }
            } }
        };
        frame(&self.sentence, drawing, numbers)
    }
}

fn percent(share: f64) -> String {
    format!("{share:.2}%")
}
