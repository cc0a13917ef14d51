//! Looking at contacts.

use crate::Contact;
use facts::ContactId;
use store::{Look, Result, params, sql};

/// The person with this id; `None` when the tenant knows none.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn find(look: &mut impl Look, id: ContactId) -> Result<Option<Contact>> {
    look.maybe(
        sql!("SELECT id, name, phone, email, attributes, created_at FROM contacts WHERE tenant_id = $1 AND id = $2"),
        params![look.tenant(), id],
    )
    .await
}
