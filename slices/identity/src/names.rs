//! What those are called who act for a tenant.

use facts::{Id, UserId};
use serde::Deserialize;
use store::{Actor, Look, Result, params, sql};
use uuid::Uuid;

/// Members and keys of the tenant looked at, or of the one whose test data it holds, by name, and eight people who may have left.
pub(crate) async fn people(look: &mut impl Look, also: &[UserId]) -> Result<Vec<(Actor, String)>> {
    #[derive(Deserialize)]
    struct Named {
        id: Uuid,
        name: String,
        person: bool,
    }
    let mut found: Vec<Named> = Vec::new();
    // Once at least, for those who are there.
    for some in also.chunks(8).chain(also.is_empty().then_some(also)) {
        let left = |at: usize| some.get(at).copied().unwrap_or(UserId::from_uuid(Uuid::nil()));
        let page: Vec<Named> = look
            .all(
                sql!(global
                    "SELECT u.id, u.name, TRUE AS person FROM members m JOIN users u ON u.id = m.user_id
                     WHERE m.tenant_id = (SELECT COALESCE(test_of, tenant_id) FROM tenants WHERE tenant_id = $1)
                 UNION ALL SELECT id, name, FALSE AS person FROM api_keys
                     WHERE tenant_id = (SELECT COALESCE(test_of, tenant_id) FROM tenants WHERE tenant_id = $1)
                 UNION ALL SELECT id, name, TRUE AS person FROM users WHERE id IN ($2, $3, $4, $5, $6, $7, $8, $9)"
                ),
                params![look.tenant(), left(0), left(1), left(2), left(3), left(4), left(5), left(6), left(7)],
            )
            .await?;
        found.extend(page);
    }
    let actor = |named: Named| {
        let actor = if named.person { Actor::Member(Id::from_uuid(named.id)) } else { Actor::Key(Id::from_uuid(named.id)) };
        (actor, named.name)
    };
    Ok(found.into_iter().map(actor).collect())
}
