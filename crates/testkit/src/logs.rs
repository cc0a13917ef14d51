//! What is logged, heard: for tests that what is secret is not.

use std::io::{Result, Write};
use std::sync::{Mutex, PoisonError};
use tracing_subscriber::{EnvFilter, fmt};

static HEARD: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Ear;

impl Write for Ear {
    fn write(&mut self, line: &[u8]) -> Result<usize> {
        HEARD.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Hears from now on all that this process logs, its libraries as well, down to what is meant for finding faults.
pub fn listen() {
    let lines = fmt().with_env_filter(EnvFilter::new("debug")).with_writer(|| Ear).json().without_time();
    // Another test of this process may listen already.
    let _already = lines.try_init();
}

/// What was heard so far, of all tests of this process, as lines of JSON.
pub fn heard() -> Vec<u8> {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
