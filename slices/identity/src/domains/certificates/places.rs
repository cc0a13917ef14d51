//! Which places the locked texts of certificates belong to.

use facts::TenantId;

/// The key of a domain, while it is ordered for and while it is served.
pub(crate) fn key(tenant: TenantId, domain: &str) -> String {
    format!("{tenant}/certificate/{domain}/key")
}

/// The chain of a domain.
pub(crate) fn chain(tenant: TenantId, domain: &str) -> String {
    format!("{tenant}/certificate/{domain}/chain")
}

/// The key of our account with a directory.
pub(crate) fn account(directory: &str) -> String {
    format!("acme/{directory}/key")
}
