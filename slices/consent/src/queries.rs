//! How addresses stand.

use crate::model::{Addressee, Choice, Class, Consent, ConsentSettings, Reason, Rule, Standing, Suppression, Why};
use crate::rules;
use crate::words::{Keyword, keyword};
use facts::consent::{How, Scope};
use facts::messages::Channel;
use facts::{ContactId, SuppressionId, Time};
use serde::Deserialize;
use std::collections::HashMap;
use store::{Look, Result, Tx, Value, many, params, sql};
use uuid::Uuid;

/// The settings' name of what a shop has chosen.
pub const SETTINGS: &str = "consent";

/// What the shop has chosen.
pub(crate) async fn settings(look: &mut impl Look) -> Result<ConsentSettings> {
    Ok(settings::get(look, SETTINGS).await?.unwrap_or_default())
}

/// Something about an address that decides about it: a stop of a scope, or consent to being sold to where there is no reason.
#[derive(Deserialize)]
struct Found {
    address: String,
    scope: Scope,
    reason: Option<Reason>,
}

/// Why messages of a class do not go to these addresses of a channel, in their one spelling. Those that are not in the answer
/// may be written to. One statement for thirty-two of them.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn why_not(look: &mut impl Look, channel: Channel, addresses: &[&str], class: Class) -> Result<HashMap<String, Why>> {
    let rule = match class {
        Class::Marketing => settings(look).await?.rule(channel),
        Class::Asked | Class::Service | Class::Personal => Rule::OptOut,
    };
    let ask = rule == Rule::OptIn;
    let found: Vec<Found> = look
        .all_in(
            sql!(concat!(
                "SELECT address, scope, reason FROM suppressed_addresses
                 WHERE tenant_id = $1 AND channel = $34 AND address IN (",
                many!(),
                ") UNION ALL
                 SELECT address, scope, NULL AS reason FROM standings
                 WHERE tenant_id = $1 AND channel = $34 AND address IN (",
                many!(),
                ") AND scope = 'marketing' AND said = 'given' AND $35"
            )),
            addresses,
            params![channel.as_str(), ask],
        )
        .await?;
    let mut known: HashMap<String, (Vec<(Scope, Reason)>, bool)> = HashMap::new();
    for one in found {
        let (stops, given) = known.entry(one.address).or_default();
        match one.reason {
            Some(reason) => stops.push((one.scope, reason)),
            None => *given = true,
        }
    }
    let why = |address: &&str| {
        let (stops, given) = known.get(*address).map_or((&[][..], false), |(stops, given)| (stops.as_slice(), *given));
        Some(((*address).to_owned(), rules::why_not(stops, given, rule, class)?))
    };
    Ok(addresses.iter().filter_map(why).collect())
}

/// The same for one address.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn why_not_one(look: &mut impl Look, channel: Channel, address: &str, class: Class) -> Result<Option<Why>> {
    Ok(why_not(look, channel, &[address], class).await?.remove(address))
}

/// Whether somebody has chosen something for their address after a time, in another way than by a word that they wrote: what they wrote at that
/// time, and what is heard of only now, counts no more then. When words were written is known to whoever keeps them (see [`is_wish`]).
///
/// # Errors
/// Whatever the engine refuses.
pub async fn said_since(tx: &mut Tx, from: &Addressee, at: Time) -> Result<bool> {
    let said: Vec<(How,)> = tx
        .all(
            sql!("SELECT how FROM standings WHERE tenant_id = $1 AND channel = $2 AND address = $3 AND at > $4"),
            params![tx.tenant(), from.channel.as_str(), &from.address, at],
        )
        .await?;
    Ok(said.into_iter().any(|(how,)| rules::is_theirs(how) && !matches!(how, How::StopWord | How::StartWord)))
}

/// Whether one of these texts is a word that stops or starts something, such as STOP.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn is_wish(look: &mut impl Look, texts: &[String]) -> Result<bool> {
    if texts.is_empty() {
        return Ok(false);
    }
    let own = settings(look).await?.words;
    Ok(texts.iter().any(|text| matches!(keyword(text, &own), Some(Keyword::Stop | Keyword::StopAll | Keyword::Start))))
}

/// A statement that gives what a table has of up to eight addresses, each with its channel.
macro_rules! of_each {
    ($select:literal) => {
        sql!(concat!(
            $select,
            " WHERE tenant_id = $1 AND (channel, address) IN (VALUES
               ($2, $3), ($4, $5), ($6, $7), ($8, $9), ($10, $11), ($12, $13), ($14, $15), ($16, $17))"
        ))
    };
}

/// How many addresses a person may have that are looked at together.
const EACH: usize = 8;

fn each(look: &impl Look, all: &[Addressee]) -> Vec<Value> {
    let mut values = params![look.tenant()].to_vec();
    for at in 0..EACH {
        values.push(all.get(at).map_or("", |to| to.channel.as_str()).into());
        values.push(all.get(at).map_or("", |to| to.address.as_str()).into());
    }
    values
}

/// How an address stands.
#[derive(Debug, Clone)]
pub(crate) struct On {
    pub to: Addressee,
    pub stops: Vec<Suppression>,
    /// The last word on being sold to.
    pub word: Option<Standing>,
    pub rule: Rule,
}

impl On {
    /// What stops it, without the rest.
    pub(crate) fn scopes(&self) -> Vec<(Scope, Reason)> {
        self.stops.iter().map(|stop| (stop.scope, stop.reason)).collect()
    }

    /// Whether the last word was that they want to be sold to.
    pub(crate) fn is_given(&self) -> bool {
        self.word.as_ref().is_some_and(|word| word.said == Consent::Given)
    }

    /// Why a message of a class does not go there.
    pub(crate) fn why_not(&self, class: Class) -> Option<Why> {
        rules::why_not(&self.scopes(), self.is_given(), self.rule, class)
    }

    /// What goes there.
    pub(crate) fn choice(&self) -> Choice {
        rules::choice(&self.scopes(), self.is_given(), self.rule)
    }
}

/// How these addresses stand, at most eight of them, in the same order.
pub(crate) async fn on(look: &mut impl Look, all: &[Addressee]) -> Result<Vec<On>> {
    let values = each(look, all);
    let chosen = settings(look).await?;
    let stops: Vec<Suppression> = look
        .all(of_each!("SELECT id, contact_id, channel, address, scope, reason, detail, who, since FROM suppressed_addresses"), &values)
        .await?;
    let words: Vec<Standing> = look.all(of_each!("SELECT channel, address, scope, said, at FROM standings"), &values).await?;
    let one = |to: &Addressee| On {
        stops: stops.iter().filter(|stop| stop.channel == to.channel && stop.address == to.address).cloned().collect(),
        word: words.iter().find(|word| word.scope == Scope::Marketing && word.channel == to.channel && word.address == to.address).cloned(),
        rule: chosen.rule(to.channel),
        to: to.clone(),
    };
    Ok(all.iter().map(one).collect())
}

/// The addresses that a person has.
pub(crate) fn addresses(contact: &contacts::Contact) -> Vec<Addressee> {
    let one = |channel: &Channel| {
        let address = rules::address_of(*channel, contact)?.to_owned();
        Some(Addressee { channel: *channel, address, contact_id: Some(contact.id) })
    };
    Channel::ALL.iter().filter_map(one).take(EACH).collect()
}

/// Whose link this is.
#[derive(Deserialize)]
struct Linked {
    contact_id: Option<ContactId>,
    channel: Channel,
    address: String,
}

/// The address that a link stands for; nothing where there is no such link.
pub(crate) async fn linked(look: &mut impl Look, link: Uuid) -> Result<Option<Addressee>> {
    let found: Option<Linked> = look
        .maybe(
            sql!("SELECT contact_id, channel, address FROM preference_links WHERE tenant_id = $1 AND id = $2"),
            params![look.tenant(), link],
        )
        .await?;
    Ok(found.map(|Linked { contact_id, channel, address }| Addressee { channel, address, contact_id }))
}

/// One suppression.
pub(crate) async fn suppression(look: &mut impl Look, id: SuppressionId) -> Result<Option<Suppression>> {
    look.maybe(
        sql!(
            "SELECT id, contact_id, channel, address, scope, reason, detail, who, since FROM suppressed_addresses
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![look.tenant(), id],
    )
    .await
}
