//! People who are probably known twice: they have the same name, and either one has but a phone number and the other but an e-mail
//! address, or something else that is said of both is the same.

use crate::Contact;
use facts::{ContactId, Id};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::{Look, Result, params, sql};
use utoipa::ToSchema;

/// People that are looked at for one page, so that a page costs the same however many people there are.
const WINDOW: i64 = 20_000;

/// Two who are probably one.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DuplicateContacts)]
pub(crate) struct Pair {
    /// Who became known first.
    pub earlier: Contact,
    /// Who became known later.
    pub later: Contact,
}

/// A page of them, those first of whom the later one became known last, and after whom to go on.
#[derive(Debug)]
pub(crate) struct Pairs {
    pub pairs: Vec<Pair>,
    pub next: Option<ContactId>,
}

#[derive(Deserialize)]
struct Ids {
    earlier: ContactId,
    later: ContactId,
}

/// Looks for them among those who became known before somebody; among all where it is nobody. Whoever is known more than twice is paired
/// with the first of them.
pub(crate) async fn duplicates(look: &mut impl Look, before: Option<ContactId>, limit: i64) -> Result<Pairs> {
    let before = before.unwrap_or_else(|| ContactId::from_uuid(uuid::Uuid::max()));
    // Ids are in the order in which people became known.
    let from: Option<ContactId> = look
        .maybe(
            sql!(
                "SELECT id FROM contacts WHERE tenant_id = $1 AND id < $2 AND erased_at IS NULL
                 ORDER BY id DESC LIMIT 1 OFFSET $3"
            ),
            params![look.tenant(), before, WINDOW - 1],
        )
        .await?;
    let mut found: Vec<Ids> = look
        .all(
            sql!(
                "SELECT p.earlier, p.later FROM (
                    SELECT b.id AS later,
                      (SELECT a.id FROM contacts a WHERE a.tenant_id = b.tenant_id AND a.name_key = b.name_key AND a.id < b.id
                         AND a.erased_at IS NULL
                         AND ((a.email IS NULL AND b.phone IS NULL) OR (a.phone IS NULL AND b.email IS NULL) OR a.locale = b.locale
                           OR a.time_zone = b.time_zone OR (a.attributes = b.attributes AND a.attributes <> $5))
                       ORDER BY a.id LIMIT 1) AS earlier
                    FROM contacts b
                    WHERE b.tenant_id = $1 AND b.id < $2 AND b.id >= $3 AND b.name_key IS NOT NULL AND b.erased_at IS NULL) p
                 WHERE p.earlier IS NOT NULL ORDER BY p.later DESC LIMIT $4"
            ),
            params![
                look.tenant(),
                before,
                from.unwrap_or_else(|| ContactId::from_uuid(uuid::Uuid::nil())),
                limit + 1,
                serde_json::json!({})
            ],
        )
        .await?;
    let most = usize::try_from(limit).unwrap_or(0);
    let more = found.len() > most;
    found.truncate(most);
    let next = if more { found.last().map(|pair| pair.later) } else { from };
    let ids: Vec<ContactId> = found.iter().flat_map(|pair| [pair.earlier, pair.later]).collect();
    let people: HashMap<ContactId, Contact> = crate::those(look, &ids).await?.into_iter().map(|person| (person.id, person)).collect();
    let person = |id: &ContactId| people.get(id).cloned();
    let pairs = found.iter().filter_map(|pair| Some(Pair { earlier: person(&pair.earlier)?, later: person(&pair.later)? })).collect();
    Ok(Pairs { pairs, next })
}
