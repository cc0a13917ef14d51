//! The rows of domains, and the addresses that follow from them.

use super::model::{Domain, Reason, State};
use crate::queries::{everywhere, shop_base};
use facts::Time;
use store::{Db, Look, Result, Tx, params, sql};
use url::Url;

/// A tenant's domains, oldest first; few.
pub(super) async fn all(look: &mut impl Look) -> Result<Vec<Domain>> {
    look.all(
        sql!(
            "SELECT domain, token, state, reason, asked_at, checked_at, seen_at, verified_at, created_at FROM domains
             WHERE tenant_id = $1 ORDER BY created_at, domain"
        ),
        params![look.tenant()],
    )
    .await
}

pub(super) async fn one(look: &mut impl Look, domain: &str) -> Result<Option<Domain>> {
    look.maybe(
        sql!(
            "SELECT domain, token, state, reason, asked_at, checked_at, seen_at, verified_at, created_at FROM domains
             WHERE tenant_id = $1 AND domain = $2"
        ),
        params![look.tenant(), domain],
    )
    .await
}

/// A domain that stays as it is until the commit.
pub(super) async fn hold(tx: &mut Tx, domain: &str) -> Result<Option<Domain>> {
    tx.maybe(
        sql!(
            "SELECT domain, token, state, reason, asked_at, checked_at, seen_at, verified_at, created_at FROM domains
             WHERE tenant_id = $1 AND domain = $2 FOR UPDATE"
        ),
        params![tx.tenant(), domain],
    )
    .await
}

/// Adds a domain; `false` when it is there. The tenant's row is locked, so that nobody adds one too many meanwhile.
pub(super) async fn insert(tx: &mut Tx, domain: &str, token: &str) -> Result<bool> {
    let added = tx
        .exec(
            sql!(
                "INSERT INTO domains (tenant_id, domain, token, state, asked_at, created_at) VALUES ($1, $2, $3, 'pending', $4, $4)
                 ON CONFLICT (tenant_id, domain) DO NOTHING"
            ),
            params![tx.tenant(), domain, token, tx.now()],
        )
        .await?;
    Ok(added == 1)
}

pub(super) async fn delete(tx: &mut Tx, domain: &str) -> Result<()> {
    tx.put(sql!("DELETE FROM domains WHERE tenant_id = $1 AND domain = $2"), params![tx.tenant(), domain]).await
}

/// Looks for the record anew.
pub(super) async fn ask(tx: &mut Tx, domain: &str, state: State, asked_at: Time) -> Result<()> {
    tx.put(
        sql!("UPDATE domains SET state = $3, asked_at = $4 WHERE tenant_id = $1 AND domain = $2"),
        params![tx.tenant(), domain, state.as_str(), asked_at],
    )
    .await
}

/// Notes a look that found the record; `false` when another tenant has the domain.
pub(super) async fn found(tx: &mut Tx, domain: &str) -> Result<bool> {
    let now = tx.now();
    let taken = tx
        .exec(
            sql!(global
                "UPDATE domains SET state = 'verified', reason = NULL, checked_at = $3, seen_at = $3, verified_at = COALESCE(verified_at, $3)
                 WHERE tenant_id = $1 AND domain = $2
                   AND NOT EXISTS (SELECT 1 FROM domains o WHERE o.domain = $2 AND o.state = 'verified' AND o.tenant_id <> $1)"
            ),
            params![tx.tenant(), domain, now],
        )
        .await?;
    Ok(taken == 1)
}

/// Notes a look that did not.
pub(super) async fn missed(tx: &mut Tx, domain: &str, state: State, reason: Reason) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE domains SET state = $3, reason = $4, checked_at = $5, verified_at = CASE WHEN $3 = 'failed' THEN NULL ELSE verified_at END
             WHERE tenant_id = $1 AND domain = $2"
        ),
        params![tx.tenant(), domain, state.as_str(), reason.as_str(), tx.now()],
    )
    .await
}

/// The tenant that has proved a domain.
pub(crate) async fn tenant_at(db: &Db, domain: &str) -> Result<Option<crate::Tenant>> {
    everywhere(db)
        .maybe(
            sql!(global
                "SELECT t.tenant_id, t.name, t.slug, t.time_zone, t.currency, t.state, t.closes_at, t.plan, t.test_of IS NOT NULL AS test, t.created_at
                 FROM domains d JOIN tenants t ON t.tenant_id = d.tenant_id
                 WHERE d.domain = $1 AND d.state = 'verified' AND t.state = 'active'"
            ),
            params![domain],
        )
        .await
}

/// The domain that the tenant's links use: the one that was proved first.
async fn own_domain(look: &mut impl Look) -> Result<Option<String>> {
    look.maybe(
        sql!("SELECT domain FROM domains WHERE tenant_id = $1 AND state = 'verified' ORDER BY verified_at, domain LIMIT 1"),
        params![look.tenant()],
    )
    .await
}

/// The absolute address of the tenant's shop, without a slash at the end: its own domain where it has proved one, or its
/// place with us. `public_url` is where the world reaches all of us.
///
/// # Errors
/// There is no such tenant.
pub async fn shop_url(look: &mut impl Look, public_url: &str) -> Result<String> {
    match own_domain(look).await?.and_then(|domain| on(public_url, &domain)) {
        Some(own) => Ok(own),
        None => Ok(format!("{public_url}{}", shop_base(look).await?)),
    }
}

/// The absolute address of one of the shop's paths, which begins with the shop's base as its place with us has it.
///
/// # Errors
/// There is no such tenant.
pub async fn shop_link(look: &mut impl Look, public_url: &str, path: &str) -> Result<String> {
    let base = shop_base(look).await?;
    Ok(format!("{}{}", shop_url(look, public_url).await?, path.strip_prefix(&base).unwrap_or(path)))
}

/// The same address under another host.
fn on(public_url: &str, host: &str) -> Option<String> {
    let mut url = Url::parse(public_url).ok()?;
    url.set_host(Some(host)).ok()?;
    Some(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_domain_takes_the_hosts_place() {
        for (public_url, expected) in
            [("https://origin.example", "https://asha.example"), ("http://127.0.0.1:8080", "http://asha.example:8080")]
        {
            assert_eq!(super::on(public_url, "asha.example").as_deref(), Some(expected));
        }
        assert_eq!(super::on("", "asha.example"), None);
    }
}
