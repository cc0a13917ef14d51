//! The steps of a run: a heading each, how long it took, and what came of all of them.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

use super::tally::Tally;

#[derive(Default)]
pub struct Report {
    only: Vec<String>,
    tests: Tally,
    failed_steps: Vec<&'static str>,
}

impl Report {
    /// A run of these steps alone; of all where none is named.
    pub fn of(only: Vec<String>) -> Self {
        Self { only, ..Self::default() }
    }

    /// Runs one step. Its failure is shown and remembered; the next step runs all the same.
    pub fn step(&mut self, name: &'static str, run: impl FnOnce() -> Result<Tally>) {
        if !self.only.is_empty() && !self.only.iter().any(|only| only == name) {
            return;
        }
        println!("\n━━ {name}");
        let started = Instant::now();
        let outcome = run();
        let seconds = started.elapsed().as_secs_f64();
        let tally = match outcome {
            Ok(tally) if tally.failed == 0 => {
                println!("━━ {name}: ok after {seconds:.1} s");
                tally
            }
            Ok(tally) => {
                println!("━━ {name}: {} failed after {seconds:.1} s", tally.failed);
                self.failed_steps.push(name);
                tally
            }
            Err(error) => {
                println!("{error:#}\n━━ {name}: failed after {seconds:.1} s");
                self.failed_steps.push(name);
                Tally::default()
            }
        };
        self.tests += tally;
    }

    /// Prints the sum. Green means that every step passed and that there were tests at all.
    pub fn end(self) -> ExitCode {
        println!();
        if !self.failed_steps.is_empty() {
            println!("failed: {}", self.failed_steps.join(", "));
        }
        let ran = self.tests.passed + self.tests.failed;
        if ran == 0 {
            println!("no test ran");
        }
        println!("{}", self.tests);
        if ran > 0 && self.failed_steps.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
