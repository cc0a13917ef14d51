//! Who gets what is new: what the environment says, and else the flag's own words.

use facts::{ContactId, FlagId, Id, Time};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::{Look, Result, params, sql};

/// All customers, in basis points.
pub(crate) const WHOLE: i64 = 10_000;

/// What some customers get and others do not yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Flag {
    pub id: FlagId,
    /// Its name in programs: `new_checkout`.
    pub name: String,
    pub description: String,
    /// Off is off for everybody.
    pub is_on: bool,
    /// The share of customers who get it, in basis points.
    pub share_bps: i64,
    pub created_at: Time,
}

/// What FLAG_<NAME> in the environment says, by name in small letters: it goes before everything that tenants say.
pub type Overrides = BTreeMap<String, bool>;

facts::words! {
    /// Why somebody gets it, or does not.
    pub enum Why {
        /// The environment says so.
        Environment = "environment",
        /// The flag is off.
        Off = "off",
        /// They are named.
        Named = "named",
        /// They are in the share, or are not.
        Share = "share",
    }
}

/// Whether somebody gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Turned {
    pub name: String,
    pub on: bool,
    pub why: Why,
}

/// A customer's place among all, in basis points: the same for a flag at all times, and another for each flag.
pub(crate) fn place(name: &str, contact: ContactId) -> i64 {
    let digest = Sha256::digest([name.as_bytes(), b"/", contact.uuid().as_bytes()].concat());
    let first = digest.iter().take(8).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    i64::try_from(first % WHOLE.unsigned_abs()).unwrap_or(0)
}

/// Whether a customer gets a flag's thing.
pub(crate) fn turned(flag: &Flag, named: bool, contact: ContactId, overrides: &Overrides) -> Turned {
    let (on, why) = match overrides.get(&flag.name) {
        Some(on) => (*on, Why::Environment),
        None if !flag.is_on => (false, Why::Off),
        None if named => (true, Why::Named),
        None => (place(&flag.name, contact) < flag.share_bps, Why::Share),
    };
    Turned { name: flag.name.clone(), on, why }
}

/// How every flag stands for a customer, by name; also those that the environment alone knows.
pub(crate) async fn all_for(look: &mut impl Look, contact: ContactId, overrides: &Overrides) -> Result<Vec<Turned>> {
    let named: HashSet<FlagId> = look
        .all::<FlagId>(sql!("SELECT flag_id FROM flag_subjects WHERE tenant_id = $1 AND contact_id = $2"), params![look.tenant(), contact])
        .await?
        .into_iter()
        .collect();
    let mut all: BTreeMap<String, Turned> =
        overrides.iter().map(|(name, on)| (name.clone(), Turned { name: name.clone(), on: *on, why: Why::Environment })).collect();
    for flag in flags(look).await? {
        all.insert(flag.name.clone(), turned(&flag, named.contains(&flag.id), contact, overrides));
    }
    Ok(all.into_values().collect())
}

/// Every flag, by name. There are two hundred at the most.
pub(crate) async fn flags(look: &mut impl Look) -> Result<Vec<Flag>> {
    look.all(
        sql!("SELECT id, name, description, is_on, share_bps, created_at FROM flags WHERE tenant_id = $1 ORDER BY name LIMIT 200"),
        params![look.tenant()],
    )
    .await
}

/// A flag by its name.
pub(crate) async fn flag(look: &mut impl Look, name: &str) -> Result<Option<Flag>> {
    look.maybe(
        sql!("SELECT id, name, description, is_on, share_bps, created_at FROM flags WHERE tenant_id = $1 AND name = $2"),
        params![look.tenant(), name],
    )
    .await
}

/// Who is named, flag by flag.
pub(crate) async fn named(look: &mut impl Look) -> Result<HashMap<FlagId, Vec<ContactId>>> {
    let rows: Vec<(FlagId, ContactId)> = look
        .all(
            sql!("SELECT flag_id, contact_id FROM flag_subjects WHERE tenant_id = $1 ORDER BY flag_id, contact_id LIMIT 20000"),
            params![look.tenant()],
        )
        .await?;
    let mut by_flag: HashMap<FlagId, Vec<ContactId>> = HashMap::new();
    for (flag, contact) in rows {
        by_flag.entry(flag).or_default().push(contact);
    }
    Ok(by_flag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn flag(is_on: bool, share_bps: i64) -> Flag {
        let id = Id::from_uuid(Uuid::nil());
        Flag { id, name: "new_checkout".into(), description: String::new(), is_on, share_bps, created_at: Time(0) }
    }

    fn contact(number: u128) -> ContactId {
        Id::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn what_goes_before_what() {
        let none = Overrides::new();
        let on = |on| Overrides::from([("new_checkout".to_owned(), on)]);
        let table = [
            (flag(true, 0), true, &on(false), (false, Why::Environment)),
            (flag(false, 0), false, &on(true), (true, Why::Environment)),
            (flag(false, WHOLE), true, &none, (false, Why::Off)),
            (flag(true, 0), true, &none, (true, Why::Named)),
            (flag(true, WHOLE), false, &none, (true, Why::Share)),
            (flag(true, 0), false, &none, (false, Why::Share)),
        ];
        for (flag, named, overrides, (on, why)) in table {
            let turned = turned(&flag, named, contact(1), overrides);
            assert_eq!((turned.on, turned.why), (on, why), "{flag:?} {named}");
        }
    }

    #[test]
    fn a_share_is_near_its_share_and_another_flag_has_others() {
        let got = |name: &str| (0..10_000u128).filter(|number| place(name, contact(*number)) < 2_000).collect::<HashSet<_>>();
        let (one, other) = (got("new_checkout"), got("new_search"));
        assert!((1_800..2_200).contains(&one.len()), "{}", one.len());
        assert!((300..500).contains(&one.intersection(&other).count()), "a fifth of a fifth");
    }

    proptest! {
        #[test]
        fn whoever_has_it_keeps_it_as_the_share_grows(number in any::<u128>(), less in 0i64..WHOLE, more in 0i64..WHOLE) {
            let (less, more) = (less.min(more), less.max(more));
            let on = |share| turned(&flag(true, share), false, contact(number), &Overrides::new()).on;
            prop_assert!(!on(less) || on(more));
        }
    }
}
