//! What was measured, for people and for programs.

use std::fmt::Write;

use serde_json::{Value, json};

/// What a figure should come to.
#[derive(Clone, Copy)]
pub enum Aim {
    /// This much or more.
    AtLeast(f64),
    /// This much or less.
    AtMost(f64),
}

/// One figure with a value from each repetition.
pub struct Row {
    suite: String,
    name: String,
    unit: &'static str,
    values: Vec<f64>,
    aim: Option<Aim>,
}

impl Row {
    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.values.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }

    /// The middle value, or the mean of the two middle ones.
    fn median(&self) -> f64 {
        let sorted = self.sorted();
        let half = sorted.len() / 2;
        match sorted.len() {
            0 => f64::NAN,
            odd if odd % 2 == 1 => sorted[half],
            _ => f64::midpoint(sorted[half - 1], sorted[half]),
        }
    }

    fn spread(&self) -> (f64, f64) {
        let sorted = self.sorted();
        (sorted.first().copied().unwrap_or(f64::NAN), sorted.last().copied().unwrap_or(f64::NAN))
    }

    /// How far the aim was reached: 1 and more is met, whichever way the aim points.
    fn reached(&self) -> Option<f64> {
        match self.aim? {
            Aim::AtLeast(aim) => Some(self.median() / aim),
            // What something adds is a difference, and one that is lost in the noise may lie below nothing.
            Aim::AtMost(aim) => Some(aim / self.median().max(aim / 100.0)),
        }
    }

    fn json(&self) -> Value {
        let (min, max) = self.spread();
        let aim = self.aim.map(|aim| match aim {
            Aim::AtLeast(value) => json!({"at_least": value}),
            Aim::AtMost(value) => json!({"at_most": value}),
        });
        json!({
            "suite": self.suite, "name": self.name, "unit": self.unit, "median": self.median(), "min": min, "max": max,
            "values": self.values, "aim": aim, "reached": self.reached(), "met": self.reached().map(|reached| reached >= 1.0),
        })
    }
}

/// Everything that one run measured, in the order in which it was first seen.
#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
    remarks: Vec<String>,
}

impl Report {
    /// Adds one repetition's value to a figure.
    pub fn add(&mut self, suite: &str, name: &str, unit: &'static str, value: f64) {
        self.aimed(suite, name, unit, value, None);
    }

    /// Adds one repetition's value to a figure that has an aim.
    pub fn aimed(&mut self, suite: &str, name: &str, unit: &'static str, value: f64, aim: impl Into<Option<Aim>>) {
        match self.rows.iter_mut().find(|row| row.suite == suite && row.name == name) {
            Some(row) => row.values.push(value),
            None => self.rows.push(Row { suite: suite.to_owned(), name: name.to_owned(), unit, values: vec![value], aim: aim.into() }),
        }
    }

    /// Adds something that a reader must know; the same remark once.
    pub fn remark(&mut self, remark: impl Into<String>) {
        let remark = remark.into();
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// For programs.
    pub fn json(&self) -> Value {
        json!({"figures": self.rows.iter().map(Row::json).collect::<Vec<_>>(), "remarks": self.remarks})
    }

    /// How many figures there are.
    pub fn figures(&self) -> usize {
        self.rows.len()
    }

    /// The figures from the nth on, for people.
    pub fn table(&self, from: usize) -> String {
        let mut text = String::new();
        let mut suite = "";
        for row in self.rows.iter().skip(from) {
            if row.suite != suite {
                suite = &row.suite;
                let _ = writeln!(text, "\n{suite}\n{:<44}{:>12}  {:<23}{:<10}{:<14}reached", "", "median", "min..max", "", "aim");
            }
            let (min, max) = row.spread();
            let aim = match row.aim {
                None => String::new(),
                Some(Aim::AtLeast(aim)) => format!(">= {}", number(aim)),
                Some(Aim::AtMost(aim)) => format!("<= {}", number(aim)),
            };
            let reached =
                row.reached().map_or(String::new(), |reached| format!("{reached:.2}  {}", if reached >= 1.0 { "met" } else { "MISSED" }));
            let spread = format!("{}..{}", number(min), number(max));
            let _ = writeln!(text, "  {:<42}{:>12}  {spread:<23}{:<10}{aim:<14}{reached}", row.name, number(row.median()), row.unit);
        }
        text
    }

    /// What a reader must know, for people.
    pub fn notes(&self) -> String {
        self.remarks.iter().map(|remark| format!("\n- {remark}")).collect()
    }
}

/// Three digits that mean something.
fn number(value: f64) -> String {
    match value.abs() {
        small if small < 10.0 => format!("{value:.2}"),
        small if small < 100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// The value that `share` of all lie at or below, of values already in order.
pub fn quantile(sorted: &[u32], share: f64) -> f64 {
    if sorted.is_empty() {
        return f64::NAN;
    }
    let at = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len());
    f64::from(sorted[at - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_has_its_median_and_whether_it_met_its_aim() {
        let mut report = Report::default();
        for value in [30.0, 10.0, 20.0] {
            report.aimed("s", "rate", "1/s", value, Aim::AtLeast(10.0));
            report.aimed("s", "time", "ms", value, Aim::AtMost(10.0));
        }
        let json = report.json();
        assert_eq!(json["figures"][0]["median"], 20.0);
        assert_eq!(json["figures"][0]["met"], true);
        assert_eq!(json["figures"][1]["reached"], 0.5);
        assert_eq!(json["figures"][1]["met"], false);
        let mut noise = Report::default();
        noise.aimed("s", "adds", "us", -4.0, Aim::AtMost(200.0));
        assert_eq!(noise.json()["figures"][0]["met"], true);
    }

    #[test]
    fn the_99th_of_a_hundred_is_the_99th() {
        let values: Vec<u32> = (1..=100).collect();
        assert_eq!(quantile(&values, 0.99), 99.0);
        assert_eq!(quantile(&values, 0.5), 50.0);
        assert!(quantile(&[], 0.5).is_nan());
    }
}
