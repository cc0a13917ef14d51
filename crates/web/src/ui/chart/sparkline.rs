//! The small line beside a number.

use maud::{Markup, html};

/// The way a number took, oldest first. It adds nothing that the number's own words do not say, so screen readers skip it.
pub fn sparkline(points: &[i64]) -> Markup {
    let (low, high) = (points.iter().min().copied().unwrap_or(0), points.iter().max().copied().unwrap_or(0));
    let span = (high - low).max(1) as f64;
    let last = points.len().saturating_sub(1).max(1) as f64;
    let path: Vec<String> = points
        .iter()
        .enumerate()
        .map(|(at, point)| format!("{:.1},{:.1}", at as f64 * 100.0 / last, 22.0 - (point - low) as f64 * 20.0 / span))
        .collect();
    html! {
        svg.spark viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true" { polyline points=(path.join(" ")) {} }
    }
}
