//! Many people in the order of their ids, a page at a time, for whoever writes to all of them.

use crate::{Contact, many};
use facts::{ContactId, Id, ListId};
use store::{Look, Result, params, sql};

/// Which people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Crowd {
    /// All that are known.
    Everybody,
    /// Those on a list.
    List(ListId),
    /// Those who have a tag.
    Tag(String),
}

/// The next of them after this one; the first where it is none.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn crowd(look: &mut impl Look, crowd: &Crowd, after: Option<ContactId>, limit: i64) -> Result<Vec<Contact>> {
    let after = after.unwrap_or_else(|| ContactId::from_uuid(uuid::Uuid::nil()));
    match crowd {
        Crowd::Everybody => many::after(look, Some(after), limit).await,
        Crowd::List(list) => {
            let listed = sql!(
                "SELECT c.id, c.name, c.phone, c.email, c.locale, c.time_zone, c.attributes, c.created_at
                 FROM list_members m JOIN contacts c ON c.tenant_id = m.tenant_id AND c.id = m.contact_id
                 WHERE m.tenant_id = $1 AND m.list_id = $4 AND m.contact_id > $2 ORDER BY m.contact_id LIMIT $3"
            );
            look.all(listed, params![look.tenant(), after, limit, *list]).await
        }
        Crowd::Tag(tag) => {
            let tagged = sql!(
                "SELECT c.id, c.name, c.phone, c.email, c.locale, c.time_zone, c.attributes, c.created_at
                 FROM contact_tags t JOIN contacts c ON c.tenant_id = t.tenant_id AND c.id = t.contact_id
                 WHERE t.tenant_id = $1 AND t.tag = $4 AND t.contact_id > $2 ORDER BY t.contact_id LIMIT $3"
            );
            look.all(tagged, params![look.tenant(), after, limit, tag.as_str()]).await
        }
    }
}
