//! A step that says something: to everybody of a page at once, each in their own hours.

use super::{Walk, Walker};
use crate::people::Said;
use crate::plan::Step;
use campaigns::{Placed, Reach, Text, Texts, Way};
use consent::Class;
use contacts::Contact;
use facts::{Id, Time};
use messages::{Cause, Hours, JOURNEY, Urgency, Written};
use serde_json::{Map, Value};
use store::{Error, Result, Tx};

/// What texts call the number of times that a digest gathered.
const TIMES: &str = "times";

impl Walk<'_> {
    pub(super) async fn send(&mut self, tx: &mut Tx, step: &Step, says: (&[Text], Way), here: &mut [&mut Walker]) -> Result<()> {
        let texts = Texts::of(says.0, says.1)?;
        let people: Vec<Contact> = here.iter().filter_map(|walker| self.people.get(&walker.run.contact_id).cloned()).collect();
        let class = if self.plan.service { Class::Service } else { Class::Marketing };
        let reach = Reach::of(tx, &texts, &people, class).await?;
        let (mut written, mut said) = (Vec::new(), Vec::new());
        for walker in here.iter_mut() {
            let Some(person) = self.people.get(&walker.run.contact_id) else { continue };
            let placed = texts.place(person, &reach, &given(walker));
            let hours = self.hours(person);
            let opens = self.opens(hours.as_ref(), &placed)?;
            if opens > self.now {
                walker.run.heard = true;
                self.stay(walker, opens);
                continue;
            }
            for one in placed {
                match one.fits {
                    Ok(known) => {
                        let message = self.written(tx, &texts, (walker, step, hours.clone()), (one.channel, one.address, known))?;
                        said.push(Said { message: message.id, run: walker.run.id, step: step.id.clone() });
                        written.push(message);
                        self.counts.stands(&step.id, "queued", 1);
                    }
                    Err(why) => self.counts.left_out(&step.id, &why),
                }
            }
        }
        crate::people::said(tx, self.journey.id, self.number, &said).await?;
        messages::enqueue_written(tx, written).await.map(drop)
    }

    /// The hours in which somebody is not written to; none where it is about what they have.
    fn hours(&self, person: &Contact) -> Option<Hours> {
        let own = person.time_zone.as_deref().filter(|_| self.plan.local);
        let hours =
            || Hours { from: self.plan.quiet_from.clone(), to: self.plan.quiet_to.clone(), zone: own.unwrap_or(self.zone).to_owned() };
        (!self.plan.service).then(hours)
    }

    /// When all that goes to somebody may go.
    fn opens(&self, hours: Option<&Hours>, placed: &[Placed]) -> Result<Time> {
        let Some(hours) = hours else { return Ok(self.now) };
        let mut opens = self.now;
        for one in placed.iter().filter(|one| one.fits.is_ok()) {
            opens = opens.max(hours.opens(self.now, one.channel, one.address.as_deref().unwrap_or_default())?);
        }
        Ok(opens)
    }

    fn written(
        &self,
        tx: &mut Tx,
        texts: &Texts<'_>,
        (walker, step, hours): (&Walker, &Step, Option<Hours>),
        (channel, address, known): (facts::messages::Channel, Option<String>, Map<String, Value>),
    ) -> Result<Written> {
        let reader = texts.reader(channel).ok_or_else(|| Error::internal("a step's channel has no text"))?;
        let composed = reader.compose(&known).map_err(|unfit| Error::internal(format!("a text does not fit any more: {unfit}")))?;
        Ok(Written {
            id: tx.id(),
            channel,
            address: address.unwrap_or_default(),
            contact_id: Some(walker.run.contact_id),
            about: Some(self.journey.id.uuid()),
            kind: JOURNEY,
            composed,
            provider_template: texts.template(channel).map(str::to_owned),
            variables: known,
            urgency: if self.plan.service { Urgency::Transactional } else { Urgency::Bulk },
            cause: Cause { source: JOURNEY, reference: walker.run.id.to_string(), step: step.id.clone() },
            hours,
            worth: None,
        })
    }
}

/// What somebody's texts are filled in with besides what is known of them.
fn given(walker: &Walker) -> Map<String, Value> {
    let mut given = walker.run.given.0.clone();
    given.insert(TIMES.to_owned(), Value::from(walker.run.gathered));
    given
}
