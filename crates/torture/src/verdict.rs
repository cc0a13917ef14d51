//! What came of a run: counts, what is worth knowing, and every broken promise.

use std::fmt::Display;

/// Broken promises of one kind that are shown; the rest is counted.
const SHOWN: usize = 12;

/// What came of one run on one engine.
#[derive(Default)]
pub struct Verdict {
    counts: Vec<(String, String)>,
    notes: Vec<String>,
    remarks: Vec<String>,
    broken: Vec<(String, Vec<String>)>,
}

impl Verdict {
    /// A line of the table.
    pub fn count(&mut self, what: &str, value: impl Display) {
        self.counts.push((what.to_owned(), value.to_string()));
    }

    /// Something to be listed that breaks no promise.
    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Something else that is worth knowing.
    pub fn remark(&mut self, text: impl Into<String>) {
        self.remarks.push(text.into());
    }

    /// A promise and what broke it; kept where that is nothing.
    pub fn promise(&mut self, promise: &str, broken_by: Vec<String>) {
        self.broken.push((promise.to_owned(), broken_by));
    }

    /// Whether every promise was kept.
    pub fn is_good(&self) -> bool {
        self.broken.iter().all(|(_, broken_by)| broken_by.is_empty())
    }

    /// Prints all of it.
    pub fn print(&self, title: &str) {
        let wide = self.counts.iter().map(|(what, _)| what.chars().count()).max().unwrap_or(0);
        println!("\n{title}");
        for (what, value) in &self.counts {
            println!("  {what:<wide$}  {value:>12}");
        }
        if !self.notes.is_empty() {
            println!("  seen twice by a provider, each with the reason:");
            self.notes.iter().for_each(|note| println!("    {note}"));
        }
        self.remarks.iter().for_each(|remark| println!("  {remark}"));
        for (promise, broken_by) in &self.broken {
            let mark = if broken_by.is_empty() { "kept  " } else { "BROKEN" };
            println!("  {mark}  {promise}");
            broken_by.iter().take(SHOWN).for_each(|how| println!("            {how}"));
            if broken_by.len() > SHOWN {
                println!("            and {} more", broken_by.len() - SHOWN);
            }
        }
    }
}
