//! What people do: it is what somebody is waited for, it is what the journey was for, or it leads them in. A page of facts is taken in its
//! order, so what somebody did after they came in counts, however late it is read, and what they did before does not.

use crate::deeds::{Deed, READER};
use crate::model::{How, Journey, Run};
use crate::people::Comes;
use crate::plan::Plan;
use crate::timers::WalkJourney;
use crate::{people, queries, rows};
use async_trait::async_trait;
use facts::events::EventHappened;
use facts::segments::SegmentChanged;
use facts::{ContactId, Fact, Id, JourneyId, TenantId, Time};
use serde_json::Map;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use store::{Reaction, Result, Stated, Tx};

/// Leads people in and on.
pub(crate) struct LeadPeople;

/// Where in its page a fact stands.
type Turn = usize;

/// What people of one tenant did.
#[derive(Default)]
struct Did {
    /// What each did, in its order.
    deeds: BTreeMap<ContactId, Vec<(Turn, Deed)>>,
    /// Who comes, by what they may enter by.
    comes: BTreeMap<String, Vec<(Turn, Comes)>>,
}

/// A journey that some of them may enter.
struct Door<'d> {
    journey: Journey,
    plan: Plan,
    comes: &'d [(Turn, Comes)],
}

/// Whose way in which journey.
type Whose = (JourneyId, ContactId);

#[async_trait]
impl Reaction for LeadPeople {
    fn name(&self) -> &'static str {
        READER
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
        for (turn, fact) in facts.iter().enumerate() {
            tenants.entry(fact.tenant_id).or_default().add(turn, fact)?;
        }
        for (tenant, did) in tenants {
            tx.go_on_for(tenant);
            did.lead(tx).await?;
        }
        Ok(())
    }
}

impl Did {
    fn add(&mut self, turn: Turn, fact: &Stated) -> Result<()> {
        let event = fact.read::<EventHappened>()?.map(|event| event.event_id);
        let comes = |contact_id| (turn, Comes { contact_id, at: fact.at, by: Some(fact.id), event });
        if let Some(changed) = fact.read::<SegmentChanged>()? {
            let into = self.comes.entry(rows::by_segment(changed.segment_id.uuid())).or_default();
            into.extend(changed.entered.into_iter().map(comes));
        } else if let (Some(contact_id), Some(name)) = (fact.contact_id, segments::deed_of(&fact.kind, &fact.body.0)) {
            self.comes.entry(rows::by_deed(&name)).or_default().push(comes(contact_id));
            let deed = Deed { name, at: fact.at, fact: fact.id };
            self.deeds.entry(contact_id).or_default().push((turn, deed));
        }
        Ok(())
    }

    /// Whoever is inside hears first; then whoever comes enters, and hears what they did after that. Where that was what a journey is for,
    /// they may come in again, so both go on by turns: at the most as often as the page has facts.
    async fn lead(&self, tx: &mut Tx) -> Result<()> {
        let who: Vec<ContactId> = self.deeds.keys().copied().collect();
        let doors = self.doors(tx).await?;
        let inside = people::inside(tx, &who).await?.into_iter().map(|run| (run, 0)).collect();
        let out = self.hear(tx, inside).await?;
        let mut new = enter(tx, &doors, &out, Some(0)).await?;
        while !new.is_empty() {
            let out = self.hear(tx, new).await?;
            new = enter(tx, &doors, &out, None).await?;
        }
        Ok(())
    }

    /// The journeys that begin with what they did.
    async fn doors(&self, tx: &mut Tx) -> Result<Vec<Door<'_>>> {
        let mut doors = Vec::new();
        let enters: Vec<&str> = self.comes.keys().map(String::as_str).collect();
        // Few: those that begin with what people of one page did.
        for journey in queries::entered_by(tx, &enters).await? {
            if let Some(comes) = journey.enters.as_ref().and_then(|enters| self.comes.get(enters)) {
                let plan = queries::plan(tx, journey.id, journey.live).await?;
                doors.push(Door { journey, plan, comes });
            }
        }
        Ok(doors)
    }

    /// Tells people on their way what they did, each from a turn on. Gives whose way that ended, and from which turn on they are out.
    async fn hear(&self, tx: &mut Tx, ways: Vec<(Run, Turn)>) -> Result<HashMap<Whose, Turn>> {
        let now = tx.now();
        let (mut out, mut moved, mut reached) = (HashMap::new(), Vec::new(), Vec::new());
        for (mut run, from) in ways {
            let done = self.deeds.get(&run.contact_id).map(Vec::as_slice).unwrap_or_default();
            let after = done.iter().filter(|(turn, _)| *turn >= from);
            match heard(&mut run, after, now) {
                Heard::Goal(turn) => {
                    out.insert((run.journey_id, run.contact_id), turn + 1);
                    reached.push(run);
                }
                Heard::Something => moved.push(run),
                Heard::Nothing => {}
            }
        }
        people::end(tx, &mut reached, How::Goal).await?;
        people::put(tx, &moved).await?;
        let journeys: BTreeSet<JourneyId> = moved.iter().map(|run| run.journey_id).collect();
        for journey_id in journeys {
            tx.at_latest(now, WalkJourney { journey_id }).await?;
        }
        Ok(out)
    }
}

/// Leads in whoever did what a journey begins with, since it was begun: those who are out of it by what they did from that turn on, the others
/// from the turn `others` on, where there is one. Gives their ways, each with the turn that follows their coming.
async fn enter(tx: &mut Tx, doors: &[Door<'_>], out: &HashMap<Whose, Turn>, others: Option<Turn>) -> Result<Vec<(Run, Turn)>> {
    let mut ways = Vec::new();
    // Few, as they are above.
    for door in doors {
        let begun = door.journey.begun_at.unwrap_or(Time(i64::MAX));
        let may = |(turn, comes): &&(Turn, Comes)| {
            let from = out.get(&(door.journey.id, comes.contact_id)).copied().or(others);
            comes.at >= begun && from.is_some_and(|from| *turn >= from)
        };
        let come: Vec<(Turn, Comes)> = door.comes.iter().filter(may).copied().collect();
        if come.is_empty() {
            continue;
        }
        // Of whoever comes twice the first time counts, here as there.
        let turns: HashMap<ContactId, Turn> = come.iter().rev().map(|(turn, comes)| (comes.contact_id, *turn)).collect();
        let people: Vec<Comes> = come.into_iter().map(|(_, comes)| comes).collect();
        for run in people::enter(tx, &door.journey, &door.plan, &people, &Map::new()).await? {
            let turn = turns.get(&run.contact_id).copied().unwrap_or_default();
            ways.push((run, turn + 1));
        }
    }
    Ok(ways)
}

/// What came of what somebody did.
enum Heard {
    Nothing,
    Something,
    /// The journey has been what it is for, at this turn.
    Goal(Turn),
}

/// Notes in a run what was done, up to where it ends.
fn heard<'d>(run: &mut Run, done: impl Iterator<Item = &'d (Turn, Deed)>, now: Time) -> Heard {
    let mut heard = Heard::Nothing;
    for (turn, deed) in done {
        if run.is_goal(deed) {
            run.reached = true;
            return Heard::Goal(*turn);
        }
        if run.hear(deed) {
            (run.wakes_at, heard) = (now, Heard::Something);
        }
        if run.gather(deed) {
            heard = Heard::Something;
        }
    }
    heard
}
