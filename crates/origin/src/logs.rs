//! Logs: one line an event, JSON for machines or plain for people, every line with its request's id.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

/// Starts logging to standard error. RUST_LOG chooses what; `usual` when not said.
pub fn start(json: bool, usual: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start, as in a test, keeps the first one's settings.
    let _already = if json { lines.json().flatten_event(true).try_init() } else { lines.compact().try_init() };
}
