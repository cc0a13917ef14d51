//! What people do: it is what somebody is waited for, it is what the journey was for, or it leads them in.

use crate::model::Run;
use crate::timers::WalkJourney;
use crate::{people, queries, rows};
use async_trait::async_trait;
use facts::segments::SegmentChanged;
use facts::{ContactId, Fact, Id, JourneyId, TenantId, Time};
use serde_json::Map;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use store::{Reaction, Result, Stated, Tx};

/// Leads people in and on.
pub(crate) struct LeadPeople;

/// What people of one tenant did.
#[derive(Default)]
struct Did {
    /// Who did what when.
    deeds: Vec<(ContactId, &'static str, Time)>,
    /// By what who may enter, and when they did it.
    enters: BTreeMap<String, Vec<(ContactId, Time)>>,
}

#[async_trait]
impl Reaction for LeadPeople {
    fn name(&self) -> &'static str {
        "lead_people"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[SegmentChanged::KIND]
    }

    fn wants(&self, kind: &str) -> bool {
        kind == SegmentChanged::KIND || segments::counts(kind)
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        self.react_all(tx, &[Arc::new(fact.clone())]).await
    }

    async fn react_all(&self, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
        let mut tenants: BTreeMap<TenantId, Did> = BTreeMap::new();
        for fact in facts {
            tenants.entry(fact.tenant_id).or_default().add(fact)?;
        }
        for (tenant, did) in tenants {
            tx.go_on_for(tenant);
            did.hear(tx).await?;
            did.enter(tx).await?;
        }
        Ok(())
    }
}

impl Did {
    fn add(&mut self, fact: &Stated) -> Result<()> {
        if let Some(changed) = fact.read::<SegmentChanged>()? {
            let enters = self.enters.entry(rows::by_segment(changed.segment_id.uuid())).or_default();
            enters.extend(changed.entered.into_iter().map(|person| (person, fact.at)));
        } else if let (Some(person), Some(deed)) = (fact.contact_id, segments::deed_of(&fact.kind, &fact.body.0)) {
            self.deeds.push((person, deed, fact.at));
            self.enters.entry(rows::by_deed(deed)).or_default().push((person, fact.at));
        }
        Ok(())
    }

    /// Tells those who are inside that what they are listened for has happened. What they did before they came to a step is not it.
    async fn hear(&self, tx: &mut Tx) -> Result<()> {
        let now = tx.now();
        let who: BTreeSet<ContactId> = self.deeds.iter().map(|(person, _, _)| *person).collect();
        let who: Vec<ContactId> = who.into_iter().collect();
        let mut deeds: HashMap<ContactId, Vec<(&str, Time)>> = HashMap::new();
        for (person, deed, at) in &self.deeds {
            deeds.entry(*person).or_default().push((deed, *at));
        }
        let mut moved: Vec<Run> = Vec::new();
        for mut run in people::listening(tx, &who).await? {
            let done = deeds.get(&run.contact_id).map(Vec::as_slice).unwrap_or_default();
            if heard(&mut run, done, now) {
                moved.push(run);
            }
        }
        people::put(tx, &moved).await?;
        let journeys: BTreeSet<JourneyId> = moved.iter().map(|run| run.journey_id).collect();
        for journey_id in journeys {
            tx.at_latest(now, WalkJourney { journey_id }).await?;
        }
        Ok(())
    }

    /// Leads in whoever did what a journey begins with, since it was begun.
    async fn enter(&self, tx: &mut Tx) -> Result<()> {
        // Few: what people of one page did, and what journeys begin with it.
        for (enters, who) in &self.enters {
            for journey in queries::entered_by(tx, enters).await? {
                let begun = journey.begun_at.unwrap_or(Time(i64::MAX));
                let who: Vec<ContactId> = who.iter().filter(|(_, at)| *at >= begun).map(|(person, _)| *person).collect();
                let plan = queries::plan(tx, journey.id, journey.live).await?;
                people::enter(tx, &journey, &plan, &who, &Map::new()).await?;
            }
        }
        Ok(())
    }
}

/// Notes in a run what was done; tells whether it changes anything.
fn heard(run: &mut Run, done: &[(&str, Time)], now: Time) -> bool {
    let times = |deed: &str, since: Time| done.iter().filter(|(what, at)| *what == deed && *at >= since).count();
    let mut changed = false;
    if run.goal.as_deref().is_some_and(|goal| times(goal, run.entered_at) > 0) {
        (run.reached, run.wakes_at, changed) = (true, now, true);
    }
    let Some(hears) = run.hears.clone() else { return changed };
    if let Some(gathers) = hears.strip_prefix('+') {
        let more = i64::try_from(times(gathers, run.since)).unwrap_or(0);
        run.gathered += more;
        return changed || more > 0;
    }
    if times(&hears, run.since) > 0 {
        (run.heard, run.wakes_at, changed) = (true, now, true);
    }
    changed
}
