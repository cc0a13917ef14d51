//! What a call of a provider comes to.

use crate::classes::{Class, Failure};
use crate::provider::Provider;

/// What one call comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The provider took it.
    Accepted {
        /// Its id there, where it said one.
        provider_id: Option<String>,
    },
    /// The tenant has no account on this channel.
    NotConfigured,
    /// It did not take it, or nobody knows.
    Failed(Failure),
}

impl Outcome {
    /// The credentials are there and cannot be read: nothing was called.
    pub(crate) fn unopened(error: &store::Error) -> Self {
        Self::Failed(Failure::new(Class::Transient, format!("the credentials cannot be read: {}", error.message())))
    }
}

impl From<Result<Option<String>, Failure>> for Outcome {
    fn from(answered: Result<Option<String>, Failure>) -> Self {
        match answered {
            Ok(provider_id) => Self::Accepted { provider_id },
            Err(failure) => Self::Failed(failure),
        }
    }
}

/// What became of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Who took it, or failed in the way that counts; nobody where no account is there.
    pub provider: Option<Provider>,
    /// What that call came to.
    pub outcome: Outcome,
    /// What went wrong at the others who were called: for a person to read.
    pub others: Vec<(Provider, Failure)>,
}

impl Sent {
    /// Whether another may have it as well.
    pub fn perhaps_twice(&self) -> bool {
        self.others.iter().any(|(_, failure)| failure.class == Class::Unknown)
    }
}
