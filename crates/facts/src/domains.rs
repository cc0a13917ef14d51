//! What happens to the shops' own addresses.

use crate::{Fact, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A domain was added, proved, not proved in time, or removed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DomainMoved {
    /// The domain, in ASCII.
    pub domain: String,
    /// `added`, `verified`, `failed`, `pending` or `removed`.
    pub state: String,
    /// Why it is not proved: `no_record`, `wrong_record`, `no_answer` or `taken`.
    pub reason: Option<String>,
}

impl Fact for DomainMoved {
    const KIND: &'static str = "domain.moved";
    fn about(&self) -> Option<Uuid> {
        None
    }
}

/// A certificate for a domain was issued, or was not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CertificateMoved {
    /// The domain, in ASCII.
    pub domain: String,
    /// `issued` or `failed`.
    pub state: String,
    /// Why there is no new one.
    pub reason: Option<String>,
    /// Until when the one that is served is good; absent where there is none.
    pub not_after: Option<Time>,
}

impl Fact for CertificateMoved {
    const KIND: &'static str = "domain.certificate_moved";
    fn about(&self) -> Option<Uuid> {
        None
    }
}
