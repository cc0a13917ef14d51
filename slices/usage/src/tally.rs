//! Adding facts up, before anything is written.

use crate::rules;
use crate::rules::Feature;
use facts::identity::TenantChanged;
use facts::{Fact, TenantId, Time};
use jiff::tz::TimeZone;
use serde_json::Value;
use std::collections::BTreeMap;

/// What is added to the counts, and the time zones that days go by.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    counts: BTreeMap<(TenantId, String, Feature), i64>,
    zones: BTreeMap<TenantId, Zone>,
}

#[derive(Debug)]
struct Zone {
    name: String,
    zone: TimeZone,
    moved: bool,
}

impl Zone {
    /// One that nobody knows is taken for UTC.
    fn of(name: &str, moved: bool) -> Self {
        Self { name: name.to_owned(), zone: TimeZone::get(name).unwrap_or(TimeZone::UTC), moved }
    }
}

impl Tally {
    /// Says which zone a tenant's days go by from here on; `new` where it is not written down yet.
    pub(crate) fn goes_by(&mut self, tenant: TenantId, zone: &str, new: bool) {
        self.zones.insert(tenant, Zone::of(zone, new));
    }

    /// Adds one fact. Those of a tenant without a zone do not count: it was erased.
    pub(crate) fn add(&mut self, tenant: TenantId, at: Time, kind: &str, body: &Value) {
        let Some(zone) = self.zones.get_mut(&tenant) else { return };
        if let Some((_, to)) = moved_zone(kind, body) {
            *zone = Zone::of(to, true);
        }
        if let Some((feature, amount)) = rules::feature(kind, body) {
            let day = at.timestamp().to_zoned(zone.zone.clone()).date().to_string();
            *self.counts.entry((tenant, day, feature)).or_default() += amount;
        }
    }

    /// What is to be added to each count.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (TenantId, &str, Feature, i64)> {
        self.counts.iter().map(|((tenant, day, feature), amount)| (*tenant, day.as_str(), *feature, *amount))
    }

    /// The zones that are to be written down.
    pub(crate) fn zones(&self) -> impl Iterator<Item = (TenantId, &str)> {
        self.zones.iter().filter(|(_, zone)| zone.moved).map(|(tenant, zone)| (*tenant, zone.name.as_str()))
    }
}

/// The time zone before and after a fact that changed it.
pub(crate) fn moved_zone<'a>(kind: &str, body: &'a Value) -> Option<(&'a str, &'a str)> {
    if kind != TenantChanged::KIND {
        return None;
    }
    let change = body["changes"].as_array()?.iter().find(|change| change["field"] == "time_zone")?;
    Some((change["before"].as_str()?, change["after"].as_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Id;
    use proptest::prelude::*;
    use serde_json::json;
    use uuid::Uuid;

    fn tenant(number: u128) -> TenantId {
        Id::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn a_day_begins_at_the_tenants_midnight_and_a_counted_day_stays() {
        let mut tally = Tally::default();
        tally.goes_by(tenant(1), "Asia/Kolkata", false);
        let late: Time = "2026-11-20T18:30:00Z".parse().unwrap();
        let moved = json!({"changes": [{"field": "time_zone", "before": "Asia/Kolkata", "after": "UTC"}]});
        tally.add(tenant(1), late, "order.placed", &Value::Null);
        tally.add(tenant(1), late, "tenant.changed", &moved);
        tally.add(tenant(1), late, "order.placed", &Value::Null);
        tally.add(tenant(2), late, "order.placed", &Value::Null);
        let counts: Vec<_> = tally.counts().map(|(tenant, day, _, amount)| (tenant, day.to_owned(), amount)).collect();
        assert_eq!(counts, [(tenant(1), "2026-11-20".to_owned(), 1), (tenant(1), "2026-11-21".to_owned(), 1)]);
        assert_eq!(tally.zones().collect::<Vec<_>>(), [(tenant(1), "UTC")]);
    }

    /// Any fact of three tenants, some hours apart, and now and then a change of zone.
    fn any_fact() -> impl Strategy<Value = (u128, i64, &'static str, Value)> {
        let bodies = prop_oneof![
            Just(("order.placed", json!({}))),
            Just(("contact.saved", json!({"new": true}))),
            Just(("contact.saved", json!({"new": false}))),
            Just(("contact_import.taken", json!({"new": ["con_a", "con_b"]}))),
            Just(("message.moved", json!({"state": "sent", "channel": "email"}))),
            Just(("order.paid", json!({}))),
            Just(("tenant.changed", json!({"changes": [{"field": "time_zone", "before": "UTC", "after": "Asia/Kolkata"}]}))),
            Just(("tenant.changed", json!({"changes": [{"field": "time_zone", "before": "UTC", "after": "America/St_Johns"}]}))),
        ];
        (1..4u128, 0..200i64, bodies).prop_map(|(tenant, hour, (kind, body))| (tenant, hour * 3_600_000, kind, body))
    }

    proptest! {
        /// However the journal is cut into pages, the sums are those of one page.
        #[test]
        fn pages_add_up(facts in prop::collection::vec(any_fact(), 0..60), size in 1..9usize) {
            let count = |pages: &mut dyn Iterator<Item = &[(u128, i64, &'static str, Value)]>| {
                let mut sums: BTreeMap<(TenantId, String, Feature), i64> = BTreeMap::new();
                let mut kept: BTreeMap<TenantId, String> = (1..4).map(|number| (tenant(number), "Asia/Tokyo".to_owned())).collect();
                for page in pages {
                    let mut tally = Tally::default();
                    kept.iter().for_each(|(tenant, zone)| tally.goes_by(*tenant, zone, false));
                    page.iter().for_each(|(number, at, kind, body)| tally.add(tenant(*number), Time(*at), kind, body));
                    for (tenant, day, feature, amount) in tally.counts() {
                        *sums.entry((tenant, day.to_owned(), feature)).or_default() += amount;
                    }
                    kept.extend(tally.zones().map(|(tenant, zone)| (tenant, zone.to_owned())));
                }
                sums
            };
            let whole = count(&mut std::iter::once(facts.as_slice()));
            prop_assert_eq!(&count(&mut facts.chunks(size)), &whole);
            let metered = facts.iter().filter_map(|(_, _, kind, body)| Some(rules::feature(kind, body)?.1)).sum::<i64>();
            prop_assert_eq!(whole.values().sum::<i64>(), metered);
        }
    }
}
