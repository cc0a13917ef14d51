//! What consent does when a person was erased. Who asked not to be written to is still not written to: of that the address stays, alone, with
//! what was asked and when, since an objection can be honoured in no other way. Of all else the address goes for good.

use crate::model::Consent;
use contacts::Erased;
use facts::consent::Scope;
use facts::messages::Channel;
use serde::Deserialize;
use store::{Look, Result, Tx, Value, params, sql, texts};

/// How the name begins that stands in place of an address.
const GONE: &str = "erased:";

/// Whether somebody's address stood here who was erased.
pub(crate) fn is_gone(address: &str) -> bool {
    address.starts_with(GONE)
}

/// The last word on an address.
#[derive(Deserialize)]
struct Last {
    channel: Channel,
    address: String,
    scope: Scope,
    said: Consent,
}

/// Every channel: what is kept by channel and address is found by them.
fn channels() -> Value {
    texts(Channel::ALL.iter().map(|channel| channel.as_str()))
}

/// Forgets whose the words and stops of an erased person are.
pub(crate) async fn forget(tx: &mut Tx, who: &Erased) -> Result<()> {
    let last = last_words(tx, who).await?;
    let (stays, goes): (Vec<Last>, Vec<Last>) = last.into_iter().partition(|word| word.said == Consent::Withdrawn);
    for word in &goes {
        rename(tx, word).await?;
    }
    let stays = texts(stays.iter().map(|word| word.address.as_str()));
    clear_log(tx, who, &stays).await?;
    clear_stops(tx, who, stays).await?;
    forget_links(tx, who).await
}

/// The last words on their addresses and of themselves, unless somebody has said something there since.
async fn last_words(tx: &mut Tx, who: &Erased) -> Result<Vec<Last>> {
    tx.all(
        sql!(
            "SELECT s.channel, s.address, s.scope, s.said FROM consents c
             JOIN standings s ON s.tenant_id = c.tenant_id AND s.channel = c.channel AND s.address = c.address AND s.scope = c.scope
               AND s.version = c.version
             WHERE c.tenant_id = $1 AND c.contact_id = $2 AND s.at <= $5
             UNION
             SELECT channel, address, scope, said FROM standings
             WHERE tenant_id = $1 AND channel IN (SELECT key FROM json_each($6)) AND address IN ($3, $4) AND at <= $5"
        ),
        params![tx.tenant(), who.contact_id, who.phone.as_deref(), who.email.as_deref(), who.at, channels()],
    )
    .await
}

/// Puts a name that is nobody's in place of an address, wherever a scope of it was spoken of, so that the log can still be held against how
/// it stands. A person has few, and each statement travels with the next.
async fn rename(tx: &mut Tx, word: &Last) -> Result<()> {
    let nobody = format!("{GONE}{}", tx.uuid());
    let key = params![tx.tenant(), word.channel.as_str(), &word.address, word.scope.as_str(), nobody.as_str()];
    tx.put(sql!("UPDATE standings SET address = $5 WHERE tenant_id = $1 AND channel = $2 AND address = $3 AND scope = $4"), key).await?;
    tx.put(
        sql!(
            "UPDATE consents SET address = $5, evidence = '', ip = NULL
             WHERE tenant_id = $1 AND channel = $2 AND address = $3 AND scope = $4"
        ),
        key,
    )
    .await
}

/// Takes out of the log whose words are left there, and how they became known.
async fn clear_log(tx: &mut Tx, who: &Erased, stays: &Value) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE consents SET contact_id = NULL, evidence = '', ip = NULL
             WHERE tenant_id = $1 AND address IN (SELECT key FROM json_each($2)) AND at <= $3 AND (contact_id = $4 OR contact_id IS NULL)"
        ),
        params![tx.tenant(), stays.clone(), who.at, who.contact_id],
    )
    .await?;
    // Also under addresses that they had before, and of which somebody else has spoken since.
    tx.put(
        sql!(
            "UPDATE consents SET contact_id = NULL, evidence = '', ip = NULL
             WHERE tenant_id = $1 AND contact_id = $2 AND address NOT LIKE 'erased:%'"
        ),
        params![tx.tenant(), who.contact_id],
    )
    .await
}

/// Leaves of a wish the address and the reason, and nothing of what could not be delivered.
async fn clear_stops(tx: &mut Tx, who: &Erased, stays: Value) -> Result<()> {
    tx.put(
        sql!(
            "DELETE FROM suppressed_addresses
             WHERE tenant_id = $1 AND address IN ($2, $3) AND since <= $4 AND reason IN ('bounced', 'undeliverable')"
        ),
        params![tx.tenant(), who.phone.as_deref(), who.email.as_deref(), who.at],
    )
    .await?;
    tx.put(
        sql!(
            "UPDATE suppressed_addresses SET contact_id = NULL, detail = ''
             WHERE tenant_id = $1 AND address IN (SELECT key FROM json_each($2)) AND since <= $3 AND (contact_id = $4 OR contact_id IS NULL)"
        ),
        params![tx.tenant(), stays, who.at, who.contact_id],
    )
    .await?;
    tx.put(
        sql!("UPDATE suppressed_addresses SET contact_id = NULL, detail = '' WHERE tenant_id = $1 AND contact_id = $2"),
        params![tx.tenant(), who.contact_id],
    )
    .await
}

/// A link in an old message stands for nobody any more.
async fn forget_links(tx: &mut Tx, who: &Erased) -> Result<()> {
    tx.put(
        sql!(
            "DELETE FROM preference_links
             WHERE tenant_id = $1 AND channel IN (SELECT key FROM json_each($2)) AND address IN ($3, $4) AND made_at <= $5"
        ),
        params![tx.tenant(), channels(), who.phone.as_deref(), who.email.as_deref(), who.at],
    )
    .await?;
    tx.put(sql!("DELETE FROM preference_links WHERE tenant_id = $1 AND contact_id = $2"), params![tx.tenant(), who.contact_id]).await
}
