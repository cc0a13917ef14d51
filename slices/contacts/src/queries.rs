//! Looking at contacts.

use crate::Contact;
use facts::{ContactId, ListId};
use std::collections::HashMap;
use store::{Look, Result, Sql, many, params, sql};
use web::Cursor;

/// A statement that gives whole [`Contact`]s.
macro_rules! contacts {
    ($($rest:expr),+) => {
        store::sql!(concat!("SELECT id, name, phone, email, locale, time_zone, attributes, created_at FROM contacts ", $($rest),+))
    };
}
pub(crate) use contacts;

/// The person with this id, or who they became one with, under the id that they have now; `None` when the tenant knows none, or has
/// erased them.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn find(look: &mut impl Look, id: ContactId) -> Result<Option<Contact>> {
    look.maybe(
        contacts!(
            "WHERE tenant_id = $1 AND erased_at IS NULL AND id = COALESCE(
                (SELECT m.merged_into FROM contacts m WHERE m.tenant_id = $1 AND m.id = $2 AND m.merged_into IS NOT NULL), $2)"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// The person who has this id now; nobody where they became one with another.
pub(crate) async fn exactly(look: &mut impl Look, id: ContactId) -> Result<Option<Contact>> {
    look.maybe(contacts!("WHERE tenant_id = $1 AND id = $2 AND erased_at IS NULL"), params![look.tenant(), id]).await
}

/// The same, and somebody who was erased, of whom nothing but the id is left.
pub(crate) async fn find_any(look: &mut impl Look, id: ContactId) -> Result<Option<Contact>> {
    look.maybe(contacts!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}

/// Which of these people the tenant knows, with their names.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn known(look: &mut impl Look, ids: &[ContactId]) -> Result<HashMap<ContactId, Option<String>>> {
    let statement = sql!(concat!("SELECT id, name FROM contacts WHERE tenant_id = $1 AND erased_at IS NULL AND id IN (", many!(), ")"));
    Ok(look.all_in::<(ContactId, Option<String>)>(statement, ids, &[]).await?.into_iter().collect())
}

/// What to narrow the list to; nothing set is everybody.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// A part of the name, number or address.
    pub part: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub list: Option<ListId>,
    pub tag: Option<String>,
}

/// The tenant's contacts, newest first, after a place in the list. Those of a list or with a tag come in the order of their ids,
/// which is that in which they became known.
pub(crate) async fn list(look: &mut impl Look, filter: &Filter, cursor: Cursor, limit: i64) -> Result<Vec<Contact>> {
    let part = filter.part.as_deref().map(contains);
    // People type numbers with spaces and hyphens; they are kept without.
    let digits: Option<String> = filter.part.as_deref().map(|part| part.chars().filter(char::is_ascii_digit).collect());
    let digits = digits.filter(|digits| digits.len() >= 3).map(|digits| contains(&digits));
    let (phone, email) = (filter.phone.as_deref(), filter.email.as_deref());
    match (filter.list, &filter.tag) {
        (Some(list), tag) => {
            let params = params![look.tenant(), list, cursor.id, part, digits, phone, email, limit, tag.as_deref()];
            look.all(of_list(), params).await
        }
        (None, Some(tag)) => look.all(with_tag(), params![look.tenant(), tag, cursor.id, part, digits, phone, email, limit]).await,
        (None, None) => look.all(everybody(), params![look.tenant(), cursor.at, cursor.id, part, digits, phone, email, limit]).await,
    }
}

fn everybody() -> &'static Sql {
    contacts!(
        "WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) AND erased_at IS NULL
           AND (LOWER(name) LIKE $4 ESCAPE '!' OR email LIKE $4 ESCAPE '!' OR phone LIKE $5 ESCAPE '!' OR $4 IS NULL)
           AND (phone = $6 OR $6 IS NULL) AND (email = $7 OR $7 IS NULL)
         ORDER BY created_at DESC, id DESC LIMIT $8"
    )
}

fn of_list() -> &'static Sql {
    sql!(
        "SELECT c.id, c.name, c.phone, c.email, c.locale, c.time_zone, c.attributes, c.created_at
         FROM list_members m JOIN contacts c ON c.tenant_id = m.tenant_id AND c.id = m.contact_id
         WHERE m.tenant_id = $1 AND m.list_id = $2 AND m.contact_id < $3
           AND (LOWER(c.name) LIKE $4 ESCAPE '!' OR c.email LIKE $4 ESCAPE '!' OR c.phone LIKE $5 ESCAPE '!' OR $4 IS NULL)
           AND (c.phone = $6 OR $6 IS NULL) AND (c.email = $7 OR $7 IS NULL)
           AND (EXISTS (SELECT 1 FROM contact_tags t WHERE t.tenant_id = m.tenant_id AND t.contact_id = m.contact_id AND t.tag = $9)
                OR $9 IS NULL)
         ORDER BY m.contact_id DESC LIMIT $8"
    )
}

fn with_tag() -> &'static Sql {
    sql!(
        "SELECT c.id, c.name, c.phone, c.email, c.locale, c.time_zone, c.attributes, c.created_at
         FROM contact_tags t JOIN contacts c ON c.tenant_id = t.tenant_id AND c.id = t.contact_id
         WHERE t.tenant_id = $1 AND t.tag = $2 AND t.contact_id < $3
           AND (LOWER(c.name) LIKE $4 ESCAPE '!' OR c.email LIKE $4 ESCAPE '!' OR c.phone LIKE $5 ESCAPE '!' OR $4 IS NULL)
           AND (c.phone = $6 OR $6 IS NULL) AND (c.email = $7 OR $7 IS NULL)
         ORDER BY t.contact_id DESC LIMIT $8"
    )
}

/// How many the tenant knows.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn count(look: &mut impl Look) -> Result<i64> {
    look.one(sql!("SELECT COUNT(*) FROM contacts WHERE tenant_id = $1 AND erased_at IS NULL"), params![look.tenant()]).await
}

/// The LIKE pattern of a part, in which `!` takes the meaning from what follows it.
fn contains(part: &str) -> String {
    format!("%{}%", part.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}
