//! The one HTTP client that calls the outside: bounded in time, following nobody's redirects.

use std::time::Duration;
use store::{Error, Result};

/// A client for providers. Connections are kept and shared.
///
/// # Errors
/// When the machine has no usable TLS set-up.
pub fn client() -> Result<reqwest::Client> {
    reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(20))
        .pool_idle_timeout(Duration::from_secs(60))
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("Origin/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(Error::internal)
}
