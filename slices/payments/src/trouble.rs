//! Why a call brought nothing back, sorted by what to do about it.

use std::fmt;
use std::time::Duration;

/// Why a call brought nothing back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Asked too fast: nothing was done. Come back after so long, where that was said.
    RateLimited(Option<Duration>),
    /// It did not get through, or the provider was out of order.
    Transient(String),
    /// It may have been done or not: the answer never came.
    Unknown(String),
    /// The provider will not do this, however often it is asked. The HTTP status and its words.
    Refused(u16, String),
    /// The provider does not accept our credentials, or there are none.
    SignedOut(String),
}

impl Trouble {
    /// The class of it, in a word, as attempts keep it.
    pub fn class(&self) -> &'static str {
        match self {
            Trouble::RateLimited(_) => "rate_limited",
            Trouble::Transient(_) => "transient",
            Trouble::Unknown(_) => "unknown",
            Trouble::Refused(..) => "refused",
            Trouble::SignedOut(_) => "signed_out",
        }
    }

    /// Sorts a call that failed before there was an answer.
    pub(crate) fn of_transport(who: &str, error: &reqwest::Error) -> Self {
        // reqwest's own words would carry the address, which holds ids of the merchant's.
        if error.is_connect() || error.is_builder() {
            Trouble::Transient(format!("{who} could not be reached."))
        } else if error.is_timeout() {
            Trouble::Unknown(format!("{who} did not answer in time."))
        } else {
            Trouble::Unknown(format!("The connection to {who} broke before the answer was complete."))
        }
    }

    /// Sorts an answer that is not a success.
    pub(crate) fn of_status(status: u16, retry_after: Option<Duration>, words: String) -> Self {
        match status {
            429 => Trouble::RateLimited(retry_after),
            401 | 403 => Trouble::SignedOut(words),
            408 | 409 | 425 | 500.. => Trouble::Transient(words),
            _ => Trouble::Refused(status, words),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Trouble::RateLimited(_) => f.write_str("The provider asks us to slow down."),
            Trouble::Transient(words) | Trouble::Unknown(words) | Trouble::SignedOut(words) => f.write_str(words),
            Trouble::Refused(status, words) => write!(f, "{words} ({status})"),
        }
    }
}

/// A look into our own database that failed: nothing was asked of the provider.
impl From<store::Error> for Trouble {
    fn from(error: store::Error) -> Self {
        Trouble::Transient(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_has_its_class() {
        for (status, class) in [
            (400, "refused"),
            (404, "refused"),
            (401, "signed_out"),
            (429, "rate_limited"),
            (409, "transient"),
            (500, "transient"),
            (503, "transient"),
        ] {
            assert_eq!(Trouble::of_status(status, None, String::new()).class(), class, "{status}");
        }
    }
}
