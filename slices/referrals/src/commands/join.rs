//! Somebody becomes a referrer, or what is known of one changes.

use crate::model::Referrer;
use crate::{queries, rows, rules};
use contacts::NewContact;
use facts::referrals::ReferrerSaved;
use facts::{Change, ContactId, ReferrerId};
use serde_json::{Value, json};
use store::{Command, Error, Result, Tx};

/// Who becomes a referrer.
#[derive(Debug, Clone)]
pub(crate) enum Whom {
    /// Somebody who is known already.
    Known(ContactId),
    /// Somebody as they are written down; with a phone number or an e-mail address they are a contact too.
    Said(NewContact),
}

/// Gives somebody a link of their own. A contact has one: asked again, it is that one.
#[derive(Debug, Clone)]
pub(crate) struct Join {
    pub whom: Whom,
    /// What stands in their link; made from their name where nothing is said.
    pub code: Option<String>,
    /// Their share, where it is another than the usual one.
    pub rate_bps: Option<i64>,
}

impl Command for Join {
    const NAME: &'static str = "join_referrers";
    type Out = Referrer;

    async fn run(&self, tx: &mut Tx) -> Result<Referrer> {
        let rate_bps = self.rate_bps.map(|bps| rules::rate("rate_bps", bps)).transpose()?;
        let (contact_id, name) = whom(tx, &self.whom).await?;
        if let Some(contact) = contact_id
            && let Some(known) = queries::by_contact(tx, contact).await?
        {
            return Ok(known);
        }
        let code = match self.code.as_deref().map(str::trim).filter(|code| !code.is_empty()) {
            Some(code) => checked(code)?,
            None => format!("{}-{}", plain(&name), &tx.uuid().simple().to_string()[26..]),
        };
        let referrer = Referrer {
            id: tx.id(),
            contact_id,
            name,
            code,
            rate_bps,
            active: true,
            clicks: 0,
            sign_ups: 0,
            orders: 0,
            created_at: tx.now(),
        };
        if !rows::insert(tx, &referrer).await? {
            let message = "Another referrer has this code.";
            return Err(Error::conflict("code_taken", message).with_field("code", message));
        }
        tx.state(saved(None, &referrer)).await?;
        Ok(referrer)
    }
}

/// Which contact it is, and what they are called.
async fn whom(tx: &mut Tx, whom: &Whom) -> Result<(Option<ContactId>, String)> {
    match whom {
        Whom::Known(id) => {
            let contact = contacts::find(tx, *id).await?.ok_or_else(|| Error::field("contact_id", "There is no such contact."))?;
            let name = contact.name.or(contact.email).or(contact.phone).unwrap_or_default();
            Ok((Some(contact.id), name))
        }
        Whom::Said(said) => {
            let name = said.name.as_deref().unwrap_or_default().trim().to_owned();
            if name.is_empty() || name.chars().count() > 120 {
                return Err(Error::field("name", "1 to 120 characters"));
            }
            let filled = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
            if !filled(&said.phone) && !filled(&said.email) {
                return Ok((None, name));
            }
            Ok((Some(contacts::save(tx, said.clone()).await?), name))
        }
    }
}

/// A code, as orders take it.
fn checked(code: &str) -> Result<String> {
    let wrong = || Error::field("code", "2 to 40 letters, digits, hyphens and underscores");
    orders::referral_code(code).map_err(|_| wrong())?.ok_or_else(wrong)
}

/// A name as a part of a code: its first plain word.
fn plain(name: &str) -> String {
    let word: String = name.chars().take_while(|letter| !letter.is_whitespace()).filter(char::is_ascii_alphanumeric).take(20).collect();
    if word.is_empty() { "friend".to_owned() } else { word.to_ascii_lowercase() }
}

/// Changes what is known of a referrer.
#[derive(Debug, Clone)]
pub(crate) struct ChangeReferrer {
    pub id: ReferrerId,
    pub name: String,
    /// Their share; the shop's usual one where nothing is said.
    pub rate_bps: Option<i64>,
    /// Whether orders that they bring count.
    pub active: bool,
}

impl Command for ChangeReferrer {
    const NAME: &'static str = "change_referrer";
    type Out = Referrer;

    async fn run(&self, tx: &mut Tx) -> Result<Referrer> {
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 120 {
            return Err(Error::field("name", "1 to 120 characters"));
        }
        let rate_bps = self.rate_bps.map(|bps| rules::rate("rate_bps", bps)).transpose()?;
        let before = rows::lock(tx, self.id).await?.ok_or_else(|| Error::not_found("referrer"))?;
        let after = Referrer { name, rate_bps, active: self.active, ..before.clone() };
        let fact = saved(Some(&before), &after);
        if !fact.changes.is_empty() {
            rows::update(tx, &after).await?;
            tx.state(fact).await?;
        }
        Ok(after)
    }
}

fn saved(before: Option<&Referrer>, after: &Referrer) -> ReferrerSaved {
    let told = |it: &Referrer| json!({"name": it.name, "code": it.code, "rate_bps": it.rate_bps, "active": it.active});
    let changes = Change::between(&before.map_or(Value::Null, told), &told(after));
    ReferrerSaved { referrer_id: after.id, contact_id: after.contact_id, name: after.name.clone(), changes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_out_of_names() {
        for (name, word) in [("Asha Rao", "asha"), ("D'Souza", "dsouza"), ("ليلى", "friend"), ("", "friend")] {
            assert_eq!(plain(name), word);
        }
        assert_eq!(checked("ASHA_7").unwrap(), "asha_7");
        assert!(checked("two words").is_err());
    }
}
