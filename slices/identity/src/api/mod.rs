//! `/api/v1/tenants` and what belongs to one.

mod keys;
mod tenants;
mod users;

use facts::TenantId;
use store::{Error, Result};
use web::{Caller, Route};

/// Every route of it.
pub(crate) fn routes() -> Vec<Route> {
    [tenants::routes(), users::routes(), keys::routes()].into_iter().flatten().collect()
}

/// Another tenant's address is nobody's: whether it exists is not told.
pub(crate) fn own(caller: &Caller, id: TenantId) -> Result<()> {
    if caller.tenant() == id { Ok(()) } else { Err(Error::not_found("tenant")) }
}
