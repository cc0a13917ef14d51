//! How often somebody is written to by what sells something: at most so many messages in so many days, whichever campaigns, journeys and
//! reminders they come from. A message takes its place as it leaves, so neither retries nor quiet hours push two of them together. What
//! somebody asked for, and what follows from what they did, needs no place.

use crate::daily;
use crate::model::{Message, Urgency};
use crate::stops::class;
use consent::Class;
use facts::messages::Channel;
use facts::{ContactId, MessageId, TenantId, Time};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::time::Duration;
use store::{Command, Db, Error, Json, Look, Result, Tx, Who, many, params, sql};

/// The settings' name of the caps.
const SETTING: &str = "messages.caps";
/// Why a message does not leave for which no place is left.
pub(crate) const CAPPED: &str = "capped";
/// How far back the widest cap looks.
const LONGEST: Duration = Duration::from_secs(DAYS as u64 * DAY);
const DAY: u64 = 86_400;
/// The longest stretch of a cap, and the highest number.
const DAYS: u32 = 31;
const MOST: u32 = 1_000;

/// At most so many in so long, counted back from each message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cap {
    /// By which channel; by all of them together where none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Of what kind: what goes to many (`marketing`), or a reminder to one (`personal`); both together where none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// How many.
    pub most: u32,
    /// In how many days.
    pub days: u32,
}

impl Cap {
    fn is_of(&self, channel: Channel, class: Class) -> bool {
        self.channel.is_none_or(|own| own == channel) && self.class.is_none_or(|own| own == class)
    }

    fn is_full(&self, lately: &[Place], now: Time) -> bool {
        let since = now.before(Duration::from_secs(u64::from(self.days) * DAY));
        let taken = lately.iter().filter(|one| one.at > since && self.is_of(one.channel, one.class)).count();
        u32::try_from(taken).is_ok_and(|taken| taken >= self.most)
    }
}

/// One message that left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    message_id: MessageId,
    channel: Channel,
    class: Class,
    at: Time,
}

/// The places that are taken once this one is too; nothing where a cap leaves none for it. A message that leaves once more takes its own
/// place anew.
fn taken(caps: &[Cap], mut lately: Vec<Place>, this: Place) -> Option<Vec<Place>> {
    lately.retain(|one| one.message_id != this.message_id && one.at > this.at.before(LONGEST));
    if is_capped(caps, &lately, (this.channel, this.class), this.at) {
        return None;
    }
    lately.push(this);
    Some(lately)
}

/// Whether a cap leaves no place for what goes by a channel and is of a class.
fn is_capped(caps: &[Cap], lately: &[Place], (channel, class): (Channel, Class), at: Time) -> bool {
    caps.iter().any(|cap| cap.is_of(channel, class) && cap.is_full(lately, at))
}

/// The caps that a tenant has set.
pub(crate) async fn of(look: &mut impl Look) -> Result<Vec<Cap>> {
    Ok(settings::get(look, SETTING).await?.unwrap_or_default())
}

/// Says how often people are written to, and how many WhatsApp takes. What is set for one kind of message alone stays as it is.
#[derive(Debug)]
pub(crate) struct SetCaps {
    pub caps: Vec<Cap>,
    /// How many people WhatsApp lets the shop begin with in a day; 0 where no limit is known.
    pub people: u32,
}

impl Command for SetCaps {
    const NAME: &'static str = "set_caps";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        for cap in &self.caps {
            let row = cap.channel.map_or("all", Channel::as_str);
            if !(1..=MOST).contains(&cap.most) {
                return Err(Error::field(format!("{row}_most"), "a whole number from 1 to 1000, or nothing"));
            }
            if !(1..=DAYS).contains(&cap.days) {
                return Err(Error::field(format!("{row}_days"), "a number of days from 1 to 31"));
            }
        }
        if self.people > daily::MOST {
            return Err(Error::field("people", "a whole number from 0 to 1000000"));
        }
        daily::set(tx, self.people).await?;
        let before = of(tx).await?;
        let own = before.iter().filter(|cap| cap.class.is_some());
        let after: Vec<Cap> = self.caps.iter().chain(own).cloned().collect();
        settings::replace(tx, SETTING, &before, &after).await
    }
}

/// Those of these for whom no place would be left, by what left until now, if an offer left for them at a moment. Each is somebody and the
/// channel on which they would get it.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn capped(look: &mut impl Look, people: &[(ContactId, Channel)], at: Time) -> Result<Vec<(ContactId, Channel)>> {
    let caps = of(look).await?;
    if caps.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<ContactId> = people.iter().map(|(id, _)| *id).collect();
    let held_of = sql!(concat!("SELECT contact_id, lately FROM capped_people WHERE tenant_id = $1 AND contact_id IN (", many!(), ")"));
    let rows: Vec<(ContactId, Json<Vec<Place>>)> = look.all_in(held_of, &ids, &[]).await?;
    let held: HashMap<ContactId, Vec<Place>> = rows.into_iter().map(|(id, Json(lately))| (id, lately)).collect();
    let gets_none = |(id, channel): &&(ContactId, Channel)| {
        held.get(id).is_some_and(|lately| is_capped(&caps, lately, (*channel, Class::Marketing), at))
    };
    Ok(people.iter().filter(gets_none).copied().collect())
}

/// Takes a place for a message that is about to leave; tells whether there was one.
struct TakePlace {
    caps: Vec<Cap>,
    contact_id: ContactId,
    message_id: MessageId,
    channel: Channel,
    class: Class,
}

impl Command for TakePlace {
    const NAME: &'static str = "take_place";
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> Result<bool> {
        // Whoever comes second waits here until the first has committed, and then sees its place.
        let (Json(lately),): (Json<Vec<Place>>,) = tx
            .one(
                sql!(
                    "INSERT INTO capped_people (tenant_id, contact_id, lately, updated_at) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (tenant_id, contact_id) DO UPDATE SET updated_at = excluded.updated_at RETURNING lately"
                ),
                params![tx.tenant(), self.contact_id, serde_json::json!([]), tx.now()],
            )
            .await?;
        let this = Place { message_id: self.message_id, channel: self.channel, class: self.class, at: tx.now() };
        let Some(places) = taken(&self.caps, lately, this) else { return Ok(false) };
        tx.put(
            sql!("UPDATE capped_people SET lately = $3 WHERE tenant_id = $1 AND contact_id = $2"),
            params![tx.tenant(), self.contact_id, serde_json::to_value(places)?],
        )
        .await?;
        Ok(true)
    }
}

/// Counts for somebody what left under another id of theirs as well.
pub(crate) async fn bring_over(tx: &mut Tx, kept: ContactId, merged: ContactId) -> Result<()> {
    let held: Vec<(ContactId, Json<Vec<Place>>)> = tx
        .all(
            sql!(
                "SELECT contact_id, lately FROM capped_people WHERE tenant_id = $1 AND contact_id IN ($2, $3)
                 ORDER BY contact_id FOR UPDATE"
            ),
            params![tx.tenant(), kept, merged],
        )
        .await?;
    if held.iter().all(|(whose, _)| *whose != merged) {
        return Ok(());
    }
    let mut lately: Vec<Place> = held.into_iter().flat_map(|(_, Json(places))| places).collect();
    lately.sort_by_key(|place| (place.at, place.message_id));
    lately.dedup_by_key(|place| place.message_id);
    tx.put(
        sql!(
            "INSERT INTO capped_people (tenant_id, contact_id, lately, updated_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, contact_id) DO UPDATE SET lately = excluded.lately, updated_at = excluded.updated_at"
        ),
        params![tx.tenant(), kept, serde_json::to_value(lately)?, tx.now()],
    )
    .await?;
    tx.put(sql!("DELETE FROM capped_people WHERE tenant_id = $1 AND contact_id = $2"), params![tx.tenant(), merged]).await
}

/// Whether a message may leave. What sells nothing always may, and so may what is for nobody that is known.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn leaves(db: &Db, tenant: TenantId, message: &Message) -> Result<bool> {
    let Some(contact_id) = message.contact_id.filter(|_| message.urgency == Urgency::Bulk) else { return Ok(true) };
    let caps = of(&mut db.read(tenant)).await?;
    if caps.is_empty() {
        return Ok(true);
    }
    let place = TakePlace { caps, contact_id, message_id: message.id, channel: message.channel, class: class(message) };
    db.run(&Who::system(tenant, "deliver_message"), place).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Id;
    use proptest::prelude::*;

    fn cap() -> impl Strategy<Value = Cap> {
        let channel = prop::option::of(prop::sample::select(Channel::ALL.to_vec()));
        let class = prop::option::of(prop::sample::select(vec![Class::Marketing, Class::Personal]));
        (channel, class, 1u32..5, 1u32..=31).prop_map(|(channel, class, most, days)| Cap { channel, class, most, days })
    }

    proptest! {
        /// Whatever comes when, there is no stretch of a cap's length in which more left than it lets.
        #[test]
        fn no_cap_is_ever_exceeded(
            caps in prop::collection::vec(cap(), 1..4),
            tries in prop::collection::vec((0u64..40, 0usize..4, any::<bool>(), 0u64..(2 * DAY)), 1..80),
        ) {
            let (mut lately, mut now, mut left) = (Vec::new(), Time(1_000_000_000_000), Vec::<Place>::new());
            for (name, channel, many, pause) in tries {
                now = now.after(Duration::from_secs(pause));
                let message_id = Id::from_uuid(uuid::Uuid::from_u64_pair(0, name));
                let class = if many { Class::Marketing } else { Class::Personal };
                let this = Place { message_id, channel: Channel::ALL[channel], class, at: now };
                if let Some(places) = taken(&caps, lately.clone(), this.clone()) {
                    lately = places;
                    left.retain(|one| one.message_id != message_id);
                    left.push(this);
                } else {
                    let is_full = |cap: &&Cap| cap.is_of(this.channel, this.class) && left.iter().filter(|one| one.message_id != message_id && cap.is_of(one.channel, one.class) && one.at > now.before(Duration::from_secs(u64::from(cap.days) * DAY))).count() >= cap.most as usize;
                    prop_assert!(caps.iter().any(|cap| is_full(&cap)), "only what a cap forbids is kept back");
                }
            }
            for (cap, last) in caps.iter().flat_map(|cap| left.iter().map(move |last| (cap, last))) {
                let since = last.at.before(Duration::from_secs(u64::from(cap.days) * DAY));
                let within = left.iter().filter(|one| cap.is_of(one.channel, one.class) && one.at > since && one.at <= last.at).count();
                prop_assert!(within <= cap.most as usize, "{cap:?}: {within}");
            }
        }
    }
}
