//! One step, for everybody of a page who is at it.

use super::{Walk, Walker};
use crate::deeds::{self, Deed};
use crate::model::{How, Run};
use crate::plan::{Decision, Here, What, decide, share, span};
use crate::rows::{self, Stretches};
use contacts::Contact;
use facts::journeys::JourneyCalled;
use facts::{ContactId, WebhookEndpointId};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use store::{Result, Tx};

impl Walk<'_> {
    pub(super) async fn step(&mut self, tx: &mut Tx, at: usize, here: &mut Vec<&mut Walker>) -> Result<()> {
        let plan = self.plan;
        let Some(step) = plan.steps.get(at) else { return Ok(()) };
        let (mut fits, mut variants) = (HashSet::new(), HashMap::new());
        match &step.what {
            What::Send { texts, way, .. } => self.send(tx, step, (texts, *way), here).await?,
            What::Throttle { people, minutes, .. } => self.throttle(tx, &step.id, (*people, *minutes), here).await?,
            What::Branch { filter, .. } => {
                let people: Vec<Contact> = here.iter().filter_map(|walker| self.people.get(&walker.run.contact_id).cloned()).collect();
                fits = segments::fitting(tx, filter, &people, self.now).await?;
            }
            What::Split { experiment: Some(experiment), .. } => {
                let people = ids(here);
                let places = experiments::expose(tx, *experiment, &people).await?;
                variants = people.into_iter().zip(places).collect();
            }
            What::Update { set, .. } => self.update(tx, &step.id, set, here).await?,
            What::Tag { tag, off: false, .. } => drop(contacts::give_tag(tx, tag, &ids(here)).await?),
            What::Tag { tag, off: true, .. } => drop(contacts::take_tag(tx, tag, &ids(here)).await?),
            // A list that was deleted meanwhile holds nobody up.
            What::List { list, off, .. } if contacts::list(tx, *list).await?.is_some() => {
                if *off {
                    contacts::take_off_list(tx, *list, &ids(here)).await?;
                } else {
                    contacts::add_to_list(tx, *list, &ids(here)).await?;
                }
            }
            What::Call { endpoint, .. } => self.call(tx, &step.id, *endpoint, here).await?,
            What::WaitFor { .. } | What::Digest { .. } => catch_up(tx, here).await?,
            _ => {}
        }
        for walker in here.iter_mut().filter(|walker| !walker.stays) {
            let how = if matches!(step.what, What::Leave { goal: true }) { How::Goal } else { How::Done };
            let variant = variants.get(&walker.run.contact_id).copied();
            match decide(plan, at, &Here { variant, ..self.here(walker, &step.id, &fits) }) {
                Decision::Go(to) => self.go(walker, to),
                Decision::Out => self.out(walker, how),
                Decision::Stay(until) => self.stay(walker, until),
            }
        }
        Ok(())
    }

    fn here(&self, walker: &Walker, step: &str, fits: &HashSet<ContactId>) -> Here {
        let run = &walker.run;
        Here {
            now: self.now,
            since: run.since,
            heard: run.heard,
            fits: fits.contains(&run.contact_id),
            share: share(self.journey.id, step, run.contact_id),
            variant: None,
        }
    }

    /// Sets attributes; the steps that follow see them. Whoever has no room for more of them stays as they are and is held up by nothing: it is
    /// counted.
    async fn update(&mut self, tx: &mut Tx, step: &str, set: &Map<String, Value>, here: &[&mut Walker]) -> Result<()> {
        let updated = contacts::set_attributes(tx, set, &ids(here)).await?;
        self.people.extend(updated.changed.into_iter().map(|person| (person.id, person)));
        (0..updated.full).for_each(|_| self.counts.left_out(step, "attributes_full"));
        Ok(())
    }

    /// Tells an endpoint who is here. One that takes nothing at present holds nobody up: it is counted whom it was not told of.
    async fn call(&mut self, tx: &mut Tx, step: &str, endpoint_id: WebhookEndpointId, here: &[&mut Walker]) -> Result<()> {
        let called = here.iter().map(|walker| JourneyCalled {
            journey_id: self.journey.id,
            run_id: walker.run.id,
            step: step.to_owned(),
            contact_id: walker.run.contact_id,
            endpoint_id,
        });
        if !webhooks::send_to(tx, endpoint_id, called).await? {
            here.iter().for_each(|_| self.counts.left_out(step, "endpoint_off"));
        }
        Ok(())
    }

    /// Each asks once for a place in the line, and waits for its stretch of time. Whoever comes back from there passes.
    async fn throttle(&mut self, tx: &mut Tx, step: &str, (most, minutes): (i64, i64), here: &mut [&mut Walker]) -> Result<()> {
        let mut new: Vec<&mut &mut Walker> = here.iter_mut().filter(|walker| !walker.run.heard).collect();
        if new.is_empty() {
            return Ok(());
        }
        let long = i64::try_from(span(minutes).as_millis()).unwrap_or(i64::MAX).max(1);
        let by = Stretches { now: self.now.0 - self.now.0.rem_euclid(long), long, most: most.max(1) };
        let wanted = i64::try_from(new.len()).unwrap_or(0);
        let places = rows::places(tx, (self.journey.id, self.number, step), by, wanted).await?;
        for (walker, starts) in new.iter_mut().zip(places).filter(|(_, starts)| *starts > self.now) {
            walker.run.heard = true;
            self.stay(walker, starts);
        }
        Ok(())
    }
}

/// Tells whoever has just come to where they are listened for what they did before, since when it counts: what of it was read, was read
/// while nobody listened.
async fn catch_up(tx: &mut Tx, here: &mut [&mut Walker]) -> Result<()> {
    let mut new: Vec<&mut Run> = here.iter_mut().filter(|walker| walker.listens).map(|walker| &mut walker.run).collect();
    let Some(first) = new.iter().map(|run| run.hears_from).min() else { return Ok(()) };
    let people: Vec<ContactId> = new.iter().map(|run| run.contact_id).collect();
    let done = deeds::heard_since(tx, &people, first).await?;
    for run in &mut new {
        let (from, by) = (run.hears_from, run.by_fact);
        let counts = |deed: &&Deed| deed.at >= from && Some(deed.fact) != by;
        for deed in done.get(&run.contact_id).into_iter().flatten().filter(counts) {
            // A step waits for something or gathers it.
            if run.hears.is_some() {
                run.hear(deed)
            } else {
                run.gather(deed)
            };
        }
    }
    Ok(())
}

fn ids(here: &[&mut Walker]) -> Vec<ContactId> {
    here.iter().map(|walker| walker.run.contact_id).collect()
}
