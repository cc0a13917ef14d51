//! The HTTP clients that call the outside: bounded in time, following nobody's redirects. [`client`] is for addresses
//! that whoever runs the machine has set, [`Outside`] for every address that a tenant may type.

mod address;
mod away;
mod outside;

pub use away::{away, wait};
pub use outside::Outside;

use std::time::Duration;
use store::{Error, Result};

/// A client for providers. Connections are kept and shared.
///
/// # Errors
/// When the machine has no usable TLS set-up.
pub fn client() -> Result<reqwest::Client> {
    builder().build().map_err(Error::internal)
}

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(20))
        .pool_idle_timeout(Duration::from_secs(60))
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("Origin/", env!("CARGO_PKG_VERSION")))
}
