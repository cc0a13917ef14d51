//! Answers to whoever started the program.

use std::io::Write;

/// Prints to standard output. Whoever reads it may stop reading, which is no mistake.
pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _gone = writeln!(out, "{text}").and_then(|()| out.flush());
}
