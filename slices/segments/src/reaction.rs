//! Follows what happens to people: counts what they did, and keeps the segments true.

use crate::filter::{DeedName, Touch, counts, deed_of};
use crate::keep::{Touched, keep};
use crate::{book, build, rows};
use async_trait::async_trait;
use contacts::Merged;
use facts::consent::{ConsentChanged, ConsentImported};
use facts::contacts::{
    ContactErased, ContactListed, ContactMergeSettled, ContactMerged, ContactSaved, ContactTagged, ContactsImported, ListSaved,
};
use facts::settings::SettingsChanged;
use facts::{ContactId, Fact, ListId, TenantId, Time};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use store::{Reaction, Result, Stated, Tx, Value, rows as many_rows};

/// The kinds that change who somebody is.
const ABOUT_PEOPLE: [&str; 11] = [
    ContactSaved::KIND,
    ContactsImported::KIND,
    ContactListed::KIND,
    ContactTagged::KIND,
    ContactErased::KIND,
    ContactMerged::KIND,
    ContactMergeSettled::KIND,
    ConsentChanged::KIND,
    ConsentImported::KIND,
    ListSaved::KIND,
    SettingsChanged::KIND,
];

/// Counts and keeps. One reaction does both, so that whoever is held against a filter has been counted.
pub(crate) struct KeepSegments;

#[async_trait]
impl Reaction for KeepSegments {
    fn name(&self) -> &'static str {
        "keep_segments"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &ABOUT_PEOPLE
    }

    fn wants(&self, kind: &str) -> bool {
        ABOUT_PEOPLE.contains(&kind) || counts(kind)
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        self.react_all(tx, &[Arc::new(fact.clone())]).await
    }

    async fn react_all(&self, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
        let tenants: BTreeSet<TenantId> = facts.iter().map(|fact| fact.tenant_id).collect();
        let having = book::hold_all(tx, &tenants).await?;
        let mut changed: BTreeMap<TenantId, Changed> = BTreeMap::new();
        for fact in facts {
            let changed = changed.entry(fact.tenant_id).or_default();
            changed.count(fact)?;
            if Merged::KINDS.contains(&fact.kind.as_str()) {
                tx.go_on_for(fact.tenant_id);
                changed.merged.extend(Merged::read(tx, fact).await?);
            }
            // Where there is no segment, nothing has to be found out: a file may name a million.
            if having.contains(&fact.tenant_id) {
                changed.add(fact)?;
            }
        }
        count(tx, &changed).await?;
        for (tenant, changed) in &changed {
            tx.go_on_for(*tenant);
            for merged in &changed.merged {
                rows::bring_over(tx, merged).await?;
            }
            if having.contains(tenant) {
                changed.keep(tx).await?;
            }
            for person in &changed.erased {
                rows::forget(tx, *person).await?;
            }
        }
        Ok(())
    }
}

/// What a page of facts changes for one tenant.
#[derive(Default)]
struct Changed {
    touched: Touched,
    did: Vec<(ContactId, DeedName, Time)>,
    erased: BTreeSet<ContactId>,
    /// Who became one with another.
    merged: Vec<Merged>,
    /// Lists that were deleted: their people are told one by one by nothing.
    lists: BTreeSet<ListId>,
    /// Whom consent is asked of was chosen otherwise.
    rule: bool,
}

impl Changed {
    fn touch(&mut self, person: ContactId, touch: Touch) {
        self.touched.entry(person).or_default().insert(touch);
    }

    /// What somebody did, or that they are gone.
    fn count(&mut self, fact: &Stated) -> Result<()> {
        if let (Some(person), Some(deed)) = (fact.contact_id, deed_of(&fact.kind, &fact.body.0)) {
            self.did.push((person, deed, fact.at));
        } else if let Some(erased) = fact.read::<ContactErased>()? {
            self.erased.insert(erased.contact_id);
        }
        Ok(())
    }

    /// About whom what may be otherwise now.
    fn add(&mut self, fact: &Stated) -> Result<()> {
        if let (Some(person), Some(deed)) = (fact.contact_id, deed_of(&fact.kind, &fact.body.0)) {
            self.touch(person, Touch::Did(deed));
        } else if let Some(saved) = fact.read::<ContactSaved>()? {
            self.touch(saved.contact_id, if saved.new { Touch::Everything } else { Touch::Attributes });
        } else if let Some(taken) = fact.read::<ContactsImported>()? {
            taken.new.into_iter().chain(taken.changed).for_each(|person| self.touch(person, Touch::Everything));
        } else if let Some(listed) = fact.read::<ContactListed>()? {
            self.touch(listed.contact_id, Touch::List(listed.list_id));
        } else if let Some(tagged) = fact.read::<ContactTagged>()? {
            self.touch(tagged.contact_id, Touch::Tag(tagged.tag));
        } else if let Some(erased) = fact.read::<ContactErased>()? {
            self.touch(erased.contact_id, Touch::Everything);
        } else if let Some(consent) = fact.read::<ConsentChanged>()? {
            consent.contact_id.into_iter().for_each(|person| self.touch(person, Touch::Consent));
        } else if let Some(consent) = fact.read::<ConsentImported>()? {
            consent.contacts.into_iter().for_each(|person| self.touch(person, Touch::Consent));
        } else if let Some(list) = fact.read::<ListSaved>()?.filter(|list| !list.live) {
            self.lists.insert(list.list_id);
        } else if let Some(settings) = fact.read::<SettingsChanged>()? {
            self.rule |= settings.names.iter().any(|name| name == consent::SETTINGS);
        }
        Ok(())
    }

    /// Keeps the segments of the tenant true, whose book is held.
    async fn keep(&self, tx: &mut Tx) -> Result<()> {
        let today = book::today(tx, tx.now()).await?;
        let all = rows::all(tx).await?;
        let mut touched = self.touched.clone();
        // Whoever stays may fit now, and under the other id nobody does any more.
        for person in self.merged.iter().flat_map(|two| [two.kept, two.merged]) {
            touched.entry(person).or_default().insert(Touch::Everything);
        }
        keep(tx, &all, &touched, &today).await?;
        for segment in all {
            let needs = segment.needs();
            if (self.rule && !needs.may.is_empty()) || self.lists.iter().any(|list| needs.lists.contains(list)) {
                build::begin(tx, segment).await?;
            }
        }
        Ok(())
    }
}

/// Adds what people did to the counts of their tenants' days.
async fn count(tx: &mut Tx, changed: &BTreeMap<TenantId, Changed>) -> Result<()> {
    let fact_days = many_rows!(global
        "INSERT INTO fact_days (tenant_id, contact_id, kind, day, count) VALUES ",
        5,
        " ON CONFLICT (tenant_id, contact_id, kind, day) DO UPDATE SET count = fact_days.count + excluded.count"
    );
    let mut values: Vec<Value> = Vec::new();
    for (tenant, changed) in changed.iter().filter(|(_, changed)| !changed.did.is_empty()) {
        let zone: TimeZone = book::zone(tx, *tenant).await?;
        // Each row once: an upsert cannot meet its own.
        let mut counts: HashMap<(ContactId, &str, i64), i64> = HashMap::new();
        for (person, kind, at) in &changed.did {
            *counts.entry((*person, kind, book::day_of(*at, &zone))).or_default() += 1;
        }
        for ((person, kind, day), count) in counts {
            values.extend([(*tenant).into(), person.into(), kind.into(), day.into(), count.into()]);
        }
    }
    tx.put_rows(fact_days, &values).await
}
