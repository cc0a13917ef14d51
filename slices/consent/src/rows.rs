//! What writes this slice's tables.

use crate::model::{Addressee, Consent, Reason, Stop};
use facts::consent::{How, Scope};
use facts::messages::Channel;
use facts::{ConsentId, ContactId, SuppressionId};
use std::collections::HashSet;
use store::{Look, Result, Tx, Value, params, rows, sql};

/// A word that is to be kept.
pub(crate) struct Saying<'a> {
    pub to: &'a Addressee,
    pub scope: Scope,
    pub said: Consent,
    pub how: How,
    pub evidence: &'a str,
}

/// Makes a word the last one on its address, and puts it into the log; tells whether it says anything that the last one did not.
/// A word that may not overrule a withdrawal leaves one as it is.
///
/// The row of the standing is written first: whoever says something else of the same address waits for it, so the log counts in
/// the order in which words took effect.
pub(crate) async fn say(tx: &mut Tx, saying: &Saying<'_>, overrules: bool) -> Result<bool> {
    let to = saying.to;
    let version: Option<i64> = tx
        .maybe(
            sql!(
                "INSERT INTO standings (tenant_id, channel, address, scope, said, how, at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 1)
                 ON CONFLICT (tenant_id, channel, address, scope) DO UPDATE
                   SET said = excluded.said, how = excluded.how, at = excluded.at, version = standings.version + 1
                   WHERE (standings.said <> excluded.said OR standings.how <> excluded.how) AND ($8 OR standings.said = 'given')
                 RETURNING version"
            ),
            params![
                tx.tenant(),
                to.channel.as_str(),
                &to.address,
                saying.scope.as_str(),
                saying.said.as_str(),
                saying.how.as_str(),
                tx.now(),
                overrules
            ],
        )
        .await?;
    match version {
        Some(version) => log(tx, saying, version).await.map(|()| true),
        None => Ok(false),
    }
}

/// Notes consent to being sold to on addresses of which nothing was ever said; gives whose these are, where that is known.
pub(crate) async fn say_first(tx: &mut Tx, all: &[Addressee], how: How, evidence: &str) -> Result<Vec<ContactId>> {
    let standings = rows!(
        "INSERT INTO standings (tenant_id, channel, address, scope, said, how, at, version) VALUES ",
        8,
        " ON CONFLICT (tenant_id, channel, address, scope) DO NOTHING RETURNING channel, address"
    );
    let consents = rows!(
        "INSERT INTO consents (tenant_id, id, contact_id, channel, address, scope, said, how, evidence, ip, who, at, version) VALUES ",
        13,
        ""
    );
    let (tenant, now, who) = (tx.tenant(), tx.now(), tx.who().actor.to_string());
    let (scope, said) = (Scope::Marketing.as_str(), Consent::Given.as_str());
    let mut values: Vec<Value> = Vec::new();
    for to in all {
        values.extend_from_slice(params![tenant, to.channel.as_str(), &to.address, scope, said, how.as_str(), now, 1]);
    }
    let new: HashSet<(Channel, String)> = tx.all_rows(standings, &values).await?.into_iter().collect();
    let new: Vec<&Addressee> = all.iter().filter(|to| new.contains(&(to.channel, to.address.clone()))).collect();
    let mut values: Vec<Value> = Vec::new();
    for to in &new {
        let id: ConsentId = tx.id();
        let (channel, ip) = (to.channel.as_str(), None::<&str>);
        values.extend_from_slice(params![
            tenant,
            id,
            to.contact_id,
            channel,
            &to.address,
            scope,
            said,
            how.as_str(),
            evidence,
            ip,
            &who,
            now,
            1
        ]);
    }
    tx.put_rows(consents, &values).await?;
    Ok(new.into_iter().filter_map(|to| to.contact_id).collect())
}

/// The same for a word that only takes a withdrawal back, and says nothing where there is none.
pub(crate) async fn take_back(tx: &mut Tx, saying: &Saying<'_>) -> Result<bool> {
    let to = saying.to;
    let version: Option<i64> = tx
        .maybe(
            sql!(
                "UPDATE standings SET said = 'given', how = $5, at = $6, version = version + 1
                 WHERE tenant_id = $1 AND channel = $2 AND address = $3 AND scope = $4 AND said = 'withdrawn' RETURNING version"
            ),
            params![tx.tenant(), to.channel.as_str(), &to.address, saying.scope.as_str(), saying.how.as_str(), tx.now()],
        )
        .await?;
    match version {
        Some(version) => log(tx, saying, version).await.map(|()| true),
        None => Ok(false),
    }
}

/// Adds a word to the log. Nothing changes or removes one.
async fn log(tx: &mut Tx, saying: &Saying<'_>, version: i64) -> Result<()> {
    let id: ConsentId = tx.id();
    let (ip, who) = (tx.who().from.map(|from| from.to_string()), tx.who().actor.to_string());
    // Where a program or a member of the shop was is no evidence of what the person said.
    let ip = ip.filter(|_| crate::rules::is_theirs(saying.how));
    tx.put(
        sql!(
            "INSERT INTO consents (tenant_id, id, contact_id, channel, address, scope, said, how, evidence, ip, who, at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        ),
        params![
            tx.tenant(),
            id,
            saying.to.contact_id,
            saying.to.channel.as_str(),
            &saying.to.address,
            saying.scope.as_str(),
            saying.said.as_str(),
            saying.how.as_str(),
            saying.evidence,
            ip.as_deref(),
            &who,
            tx.now(),
            version
        ],
    )
    .await
}

/// Writes to an address no more; tells whether it was written to before. What somebody wished takes the place of a failure to
/// deliver, and nothing takes the place of a wish.
pub(crate) async fn suppress(tx: &mut Tx, to: &Addressee, stop: &Stop) -> Result<bool> {
    let id: SuppressionId = tx.id();
    let kept: Option<SuppressionId> = tx
        .maybe(
            sql!(
                "INSERT INTO suppressed_addresses (tenant_id, id, contact_id, channel, address, scope, reason, detail, who, since)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                 ON CONFLICT (tenant_id, channel, address, scope) DO UPDATE
                   SET reason = excluded.reason, detail = excluded.detail, who = excluded.who, since = excluded.since
                   WHERE $11 AND suppressed_addresses.reason IN ('bounced', 'undeliverable')
                 RETURNING id"
            ),
            params![
                tx.tenant(),
                id,
                to.contact_id,
                to.channel.as_str(),
                &to.address,
                stop.scope.as_str(),
                stop.reason.as_str(),
                &stop.detail,
                tx.who().actor.to_string(),
                tx.now(),
                stop.reason.is_wish()
            ],
        )
        .await?;
    Ok(kept == Some(id))
}

/// Takes back what was wished of an address; tells whether there was such a wish. What cannot be delivered stays so.
pub(crate) async fn release(tx: &mut Tx, to: &Addressee, scope: Scope) -> Result<bool> {
    let gone = tx
        .exec(
            sql!(
                "DELETE FROM suppressed_addresses WHERE tenant_id = $1 AND channel = $2 AND address = $3 AND scope = $4
                   AND reason NOT IN ('bounced', 'undeliverable')"
            ),
            params![tx.tenant(), to.channel.as_str(), &to.address, scope.as_str()],
        )
        .await?;
    Ok(gone == 1)
}

/// Takes a suppression away, if it still has the reason that was seen; tells whether it had.
pub(crate) async fn remove(tx: &mut Tx, id: SuppressionId, reason: Reason) -> Result<bool> {
    let gone = tx
        .exec(
            sql!("DELETE FROM suppressed_addresses WHERE tenant_id = $1 AND id = $2 AND reason = $3"),
            params![tx.tenant(), id, reason.as_str()],
        )
        .await?;
    Ok(gone == 1)
}

/// Makes a link for each of these addresses that has none.
pub(crate) async fn link(tx: &mut Tx, all: &[(Channel, &str, Option<ContactId>)]) -> Result<()> {
    let links = rows!(
        "INSERT INTO preference_links (tenant_id, id, contact_id, channel, address, made_at) VALUES ",
        6,
        " ON CONFLICT (tenant_id, channel, address) DO NOTHING"
    );
    let mut values: Vec<Value> = Vec::new();
    for (channel, address, contact) in all {
        let id = tx.uuid();
        values.extend_from_slice(params![tx.tenant(), id, *contact, channel.as_str(), *address, tx.now()]);
    }
    tx.put_rows(links, &values).await
}
