//! A rehearsal: what was written of a journey, walked by what people of the shop did in the last weeks. It lists who would have got what and when;
//! nobody is written to, and nothing is kept.
//!
//! What somebody is like (attributes, tags, consent, addresses) is only known as it is today, whatever a step would have made of it, and a line
//! that slows people down is passed at once.

mod past;
mod walk;

use crate::model::Journey;
use crate::plan::{Plan, Step, What};
use campaigns::{Reach, Texts};
use consent::Class;
use contacts::Contact;
use facts::messages::Channel;
use facts::{ContactId, EventId, ExperimentId, Time};
use messages::Hours;
use past::Deeds;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use store::{Error, Look, Result};
use walk::{Came, Past, walk};

/// The days that it may go back.
pub(crate) const DAYS: [u32; 3] = [7, 30, 90];

/// What would have been said to somebody.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub contact_id: ContactId,
    pub name: Option<String>,
    pub entered: Time,
    pub step: String,
    pub when: Time,
    /// By which channel, or why not.
    pub by: std::result::Result<Channel, String>,
}

/// What a rehearsal came to.
#[derive(Debug, Default)]
pub(crate) struct Rehearsal {
    /// How many people would have entered.
    pub people: usize,
    /// Whether there were more than it looked at.
    pub more: bool,
    /// Every message, in the order of time.
    pub lines: Vec<Line>,
}

/// Rehearses what is written of a journey with the people of the last days.
///
/// # Errors
/// `journey_rehearsal` for one that nobody enters by what they do; a field error for a text or filter that cannot be read.
pub(crate) async fn rehearse(look: &mut impl Look, journey: &Journey, days: u32, now: Time) -> Result<Rehearsal> {
    let plan = &journey.draft.0;
    let Some(enters) = plan.entry.did.as_deref() else {
        let why = "Nobody enters this journey by what they do, so there is nothing to rehearse it with: let people enter by something that they do.";
        return Err(Error::conflict("journey_rehearsal", why));
    };
    plan.check()?;
    let since = now.before(Duration::from_secs(u64::from(days) * 86_400));
    let (people, more) = past::who_did(look, enters, since).await?;
    let deeds = past::deeds(look, &wanted(plan), &people, since).await?;
    let known = contacts::those(look, &people).await?;
    let mut stage = Stage::set(look, journey, &known, now).await?;
    let own: Vec<EventId> = deeds.values().flatten().filter_map(|did| did.event).collect();
    stage.told = events::data_of(look, &own).await?;
    let lines = stage.play(&deeds, now)?;
    let entered: HashSet<ContactId> = lines.iter().map(|(person, _)| *person).collect();
    Ok(Rehearsal { people: entered.len(), more, lines: sorted(lines) })
}

fn sorted(lines: Vec<(ContactId, Option<Line>)>) -> Vec<Line> {
    let mut lines: Vec<Line> = lines.into_iter().filter_map(|(_, line)| line).collect();
    lines.sort_by_key(|line| (line.when, line.contact_id));
    lines
}

/// Everything that the plan listens for.
fn wanted(plan: &Plan) -> Vec<&str> {
    let waited = plan.steps.iter().filter_map(|step| match &step.what {
        What::WaitFor { did, .. } => Some(did.as_str()),
        _ => None,
    });
    let all: HashSet<&str> = waited.chain(plan.goal.as_deref()).chain(plan.entry.did.as_deref()).collect();
    all.into_iter().collect()
}

/// All that walking asks for beside what people did.
struct Stage<'j> {
    journey: &'j Journey,
    people: &'j [Contact],
    /// Who fits the filter of a step.
    fits: HashMap<usize, HashSet<ContactId>>,
    /// The texts of a step, and who is reached by them.
    texts: HashMap<usize, (Texts<'j>, Reach)>,
    /// The experiment of a step, and how its variants share people out.
    shares: HashMap<usize, (ExperimentId, Vec<u32>)>,
    /// What was said of the shop's own events.
    told: HashMap<EventId, Map<String, Value>>,
    /// The shop's own time zone.
    zone: String,
}

impl<'j> Stage<'j> {
    async fn set(look: &mut impl Look, journey: &'j Journey, people: &'j [Contact], now: Time) -> Result<Self> {
        let (mut fits, mut texts, mut shares) = (HashMap::new(), HashMap::new(), HashMap::new());
        let class = if journey.draft.0.service { Class::Service } else { Class::Marketing };
        for (at, step) in journey.draft.0.steps.iter().enumerate() {
            match &step.what {
                What::Branch { filter, .. } => drop(fits.insert(at, segments::fitting(look, filter, people, now).await?)),
                What::Send { texts: all, way, .. } => {
                    let read = Texts::of(all, *way)?;
                    let reach = Reach::of(look, &read, people, class).await?;
                    texts.insert(at, (read, reach));
                }
                What::Split { experiment: Some(id), .. } => {
                    let weights = experiments::variants(look, *id).await?.iter().map(|variant| variant.weight).collect();
                    shares.insert(at, (*id, weights));
                }
                _ => {}
            }
        }
        Ok(Self { journey, people, fits, texts, shares, told: HashMap::new(), zone: identity::tenant(look).await?.time_zone })
    }

    /// Every walk: a line for each message, and one without for each step that says nothing.
    fn play(&self, deeds: &Deeds, now: Time) -> Result<Vec<(ContactId, Option<Line>)>> {
        let mut lines = Vec::new();
        for person in self.people {
            let did = deeds.get(&person.id).map(Vec::as_slice).unwrap_or_default();
            let variant =
                |(at, (id, weights)): (&usize, &(ExperimentId, Vec<u32>))| (*at, experiments::variant_of(*id, person.id, weights));
            let variants = self.shares.iter().map(variant).collect();
            let past = Past { journey: self.journey.id, contact: person.id, deeds: did, until: now, variants };
            let fits = |at: usize| self.fits.get(&at).is_some_and(|who| who.contains(&person.id));
            for came in walk(&self.journey.draft.0, &past, fits, |at, when| self.opens(person, at, when)) {
                let said = self.said(person, &came);
                if said.is_empty() {
                    lines.push((person.id, None));
                }
                lines.extend(said.into_iter().map(|line| (person.id, Some(line))));
            }
        }
        Ok(lines)
    }

    /// From when on a step may write to somebody.
    fn opens(&self, person: &Contact, at: usize, when: Time) -> Time {
        let plan = &self.journey.draft.0;
        let Some((texts, reach)) = self.texts.get(&at).filter(|_| !plan.service) else { return when };
        let own = person.time_zone.clone().filter(|_| plan.local);
        let hours = Hours { from: plan.quiet_from.clone(), to: plan.quiet_to.clone(), zone: own.unwrap_or_else(|| self.zone.clone()) };
        let placed = texts.place(person, reach, &Map::new());
        let opens = placed.iter().map(|one| hours.opens(when, one.channel, one.address.as_deref().unwrap_or_default()).unwrap_or(when));
        opens.max().unwrap_or(when)
    }

    fn said(&self, person: &Contact, came: &Came) -> Vec<Line> {
        let (Some((texts, reach)), Some(step)) = (self.texts.get(&came.at), self.step(came.at)) else { return Vec::new() };
        // How often something was gathered is not rehearsed: once.
        let mut given = came.event.and_then(|event| self.told.get(&event)).cloned().unwrap_or_default();
        given.insert("times".to_owned(), Value::from(1));
        let line = |by| Line {
            contact_id: person.id,
            name: person.name.clone(),
            entered: came.entered,
            step: step.id.clone(),
            when: came.when,
            by,
        };
        texts.place(person, reach, &given).into_iter().map(|one| line(one.fits.map(|_| one.channel))).collect()
    }

    fn step(&self, at: usize) -> Option<&Step> {
        self.journey.draft.0.steps.get(at)
    }
}
