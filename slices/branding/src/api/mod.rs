//! `/api/v1/tenants/{id}/branding`.

mod brand;
mod logo;

use facts::TenantId;
use store::{Error, Result};
use web::{Caller, Route};

/// Every route of it.
pub(crate) fn routes() -> Vec<Route> {
    [brand::routes(), logo::routes()].into_iter().flatten().collect()
}

/// Another tenant's address is nobody's: whether it exists is not told.
fn own(caller: &Caller, id: TenantId) -> Result<()> {
    if caller.tenant() == id { Ok(()) } else { Err(Error::not_found("tenant")) }
}
