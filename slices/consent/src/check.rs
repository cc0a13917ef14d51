//! What must be true of consent, for `origin verify`.

use facts::{Id, TenantId};
use serde::Deserialize;
use store::{Db, Look, Result, params, sql};
use uuid::Uuid;

/// An address that stands otherwise than was said. It is not named: whoever runs the platform need not know it.
#[derive(Deserialize)]
struct Wrong {
    tenant_id: TenantId,
    channel: String,
    scope: String,
    many: i64,
}

/// What is wrong in any tenant, a sentence each: an address stands otherwise than the log's last word on it, or somebody withdrew
/// and is not stopped, or is stopped as if they had.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let mut look = db.read_main(TenantId::from_uuid(Uuid::nil()));
    let unsaid: Vec<Wrong> = look
        .all(
            sql!(global
                "SELECT s.tenant_id, s.channel, s.scope, COUNT(*) AS many FROM standings s
                 LEFT JOIN consents c ON c.tenant_id = s.tenant_id AND c.channel = s.channel AND c.address = s.address
                   AND c.scope = s.scope AND c.version = s.version
                 WHERE c.said IS NULL OR c.said <> s.said OR EXISTS
                   (SELECT 1 FROM consents l WHERE l.tenant_id = s.tenant_id AND l.channel = s.channel AND l.address = s.address
                      AND l.scope = s.scope AND l.version > s.version)
                 GROUP BY s.tenant_id, s.channel, s.scope"
            ),
            params![],
        )
        .await?;
    let unheard: Vec<Wrong> = look
        .all(
            sql!(global
                "SELECT s.tenant_id, s.channel, s.scope, COUNT(*) AS many FROM standings s
                 LEFT JOIN suppressed_addresses a ON a.tenant_id = s.tenant_id AND a.channel = s.channel AND a.address = s.address
                   AND a.scope = s.scope AND a.reason NOT IN ('bounced', 'undeliverable')
                 WHERE (s.said = 'withdrawn') <> (a.id IS NOT NULL)
                 GROUP BY s.tenant_id, s.channel, s.scope"
            ),
            params![],
        )
        .await?;
    let unsaid = unsaid.into_iter().map(|it| sentence(&it, "stand otherwise than the last word in the log"));
    let unheard = unheard.into_iter().map(|it| sentence(&it, "are stopped otherwise than was wished"));
    Ok(unsaid.chain(unheard).collect())
}

fn sentence(it: &Wrong, what: &str) -> String {
    format!("{}: {} addresses on {} (scope {}) {what}", it.tenant_id, it.many, it.channel, it.scope)
}
