//! Counts of tests, read from what test runners print.

use std::fmt;
use std::ops::AddAssign;

/// How many tests passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Tally {
    /// Adds what a line of `cargo test` counts: one such line a test binary.
    pub fn add_cargo_line(&mut self, line: &str) {
        let Some(counts) = line.strip_prefix("test result: ") else {
            return;
        };
        for part in counts.split(['.', ';']) {
            match part.trim().split_once(' ') {
                Some((n, "passed")) => self.passed += number(n),
                Some((n, "failed")) => self.failed += number(n),
                Some((n, "ignored")) => self.skipped += number(n),
                _ => {}
            }
        }
    }

    /// Adds what a line of node's test runner counts: one line a kind, at its end.
    pub fn add_node_line(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        let (Some("#" | "ℹ"), Some(kind), Some(n), None) = (words.next(), words.next(), words.next(), words.next()) else {
            return;
        };
        match kind {
            "pass" => self.passed += number(n),
            "fail" | "cancelled" => self.failed += number(n),
            "skipped" | "todo" => self.skipped += number(n),
            _ => {}
        }
    }
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or(0)
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped } = self;
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_lines_are_summed() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.00s",
            "test tests::test_result ... ok",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
        ] {
            tally.add_cargo_line(line);
        }
        assert_eq!(tally.to_string(), "4 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn nodes_lines_are_summed_in_either_of_its_styles() {
        let mut tally = Tally::default();
        for line in ["ℹ tests 9", "ℹ pass 5", "# fail 1", "ℹ cancelled 1", "# skipped 2", "ℹ duration_ms 12.5"] {
            tally.add_node_line(line);
        }
        assert_eq!(tally.to_string(), "5 passed, 2 failed, 2 skipped");
    }
}
