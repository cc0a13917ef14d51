//! Passwords that others have lost: asked of a service by k-anonymity, so that it learns five of forty digits of a hash.
//!
//! The protocol is that of haveibeenpwned.com/API/v3#PwnedPasswords: `GET {url}/range/{first five}` answers the rest of each
//! known hash with its count; padding hides how many there are. A service that does not answer refuses nobody.

use secrecy::{ExposeSecret, SecretString};
use sha1::{Digest, Sha1};
use std::time::Duration;

/// How long a sign-up waits for the service.
const PATIENCE: Duration = Duration::from_secs(2);

/// The service, where one is asked. Found among the app's extras.
pub(crate) struct Breaches {
    http: reqwest::Client,
    url: Option<String>,
}

impl Breaches {
    /// Asks the service at this address; nobody where there is none.
    pub(crate) fn new(http: reqwest::Client, url: Option<String>) -> Self {
        Self { http, url }
    }

    /// How often a password was seen among those that were lost; none where nobody is asked or nobody answers.
    pub(crate) async fn times(&self, password: &SecretString) -> u64 {
        let Some(url) = &self.url else { return 0 };
        let hash = hex::encode_upper(Sha1::digest(password.expose_secret().as_bytes()));
        let (first, rest) = hash.split_at(5);
        match self.ask(&format!("{url}/range/{first}")).await {
            Ok(text) => count(&text, rest),
            Err(error) => {
                tracing::warn!(%error, "could not ask whether a password was lost by others");
                0
            }
        }
    }

    async fn ask(&self, url: &str) -> Result<String, reqwest::Error> {
        let request = self.http.get(url).header("add-padding", "true").timeout(PATIENCE);
        request.send().await?.error_for_status()?.text().await
    }
}

/// The count beside the rest of a hash. Padding has the count 0.
fn count(text: &str, rest: &str) -> u64 {
    let found = text.lines().filter_map(|line| line.split_once(':')).find(|(hash, _)| hash.eq_ignore_ascii_case(rest));
    found.and_then(|(_, count)| count.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_that_of_the_hash() {
        // SHA-1 of "password" is 5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8.
        let text = "003D68EB55068C33ACE09247EE4C639306B:3\r\n1E4C9B93F3F0682250B6CF8331B7EE68FD8:3861493\r\nFFF:0";
        assert_eq!(count(text, "1E4C9B93F3F0682250B6CF8331B7EE68FD8"), 3_861_493);
        assert_eq!((count(text, "FFF"), count(text, "ABC"), count("", "ABC")), (0, 0, 0));
    }
}
