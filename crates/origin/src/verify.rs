//! The promises, checked on live data.

use std::collections::BTreeMap;
use store::secret::Vault;
use store::{Db, Result};

/// Runs every slice's check; what is wrong, by the name of the check. Empty lists are promises kept.
///
/// # Errors
/// Whatever keeps a check from looking.
pub async fn verify(db: &Db, vault: &Vault) -> Result<BTreeMap<&'static str, Vec<String>>> {
    let mut found = BTreeMap::new();
    found.insert("the ledger sums to zero", ledger::check(db).await?);
    found.insert("every captured payment is booked once", payments::check(db).await?);
    found.insert("orders say what was paid", orders::check(db).await?);
    found.insert("settlements are what their rows and the bank say", settlements::check(db).await?);
    found.insert("invoices add up and their numbers have no gap", invoices::check(db).await?);
    found.insert("subscriptions bring what their movements add up to", subscriptions::check(db).await?);
    found.insert("what was delivered is on its month's bill", rounds::check(db).await?);
    found.insert("what was used is what was counted", entitlements::check(db).await?);
    found.insert("no coupon is used past its limit", catalogue::check(db).await?);
    found.insert("nobody was reminded of what they had paid", recovery::check(db).await?);
    found.insert("commissions add up", referrals::check(db).await?);
    found.insert("campaigns' audiences add up", campaigns::check(db).await?);
    found.insert("what is known of people's hours is what they read", sendtime::check(db).await?);
    found.insert("journeys' counts add up", journeys::check(db).await?);
    found.insert("experiments count whom they noted", experiments::check(db).await?);
    found.insert("whoever is written to stands as they said", consent::check(db).await?);
    found.insert("segments say how many are in them", segments::check(db).await?);
    found.insert("every message is somewhere", messages::check(db).await?);
    found.insert("the journal is as it was sealed", audit::check(db, vault).await?);
    Ok(found)
}
