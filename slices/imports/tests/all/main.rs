//! Imports over HTTP, on both databases.
#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod files;
mod packing;
mod shops;

use std::time::Duration;
use testkit::TestApp;

/// Carries out what is due, and what is tried again within some minutes.
async fn turn(t: &TestApp) {
    t.settle().await;
    t.advance(Duration::from_secs(300)).await;
}
