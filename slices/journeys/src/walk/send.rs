//! A step that says something: to everybody of a page at once, each in their own hours.

use super::{PATIENCE, Walk, Walker};
use crate::people::Said;
use crate::plan::Step;
use campaigns::{Placed, Reach, Text, Texts, Way};
use consent::Class;
use contacts::Contact;
use facts::messages::Channel;
use facts::{Id, Time};
use messages::{Cause, Hours, JOURNEY, Urgency, Written};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use store::{Error, Result, Tx};

/// What texts call the number of times that a digest gathered.
const TIMES: &str = "times";
/// How many messages of a journey may stand in line on a channel: so few that a pause or an end holds soon.
const LINE: i64 = 500;

/// Somebody to whom a step may say something now, as far as the hour goes.
struct Ready<'w> {
    walker: &'w mut Walker,
    placed: Vec<Placed>,
    hours: Option<Hours>,
}

impl Ready<'_> {
    /// The messages that they get.
    fn gets(&self) -> impl Iterator<Item = &Placed> {
        self.placed.iter().filter(|one| one.fits.is_ok())
    }

    /// The number that they are written to by WhatsApp.
    fn number(&self) -> Option<String> {
        self.gets().find(|one| one.channel == Channel::Whatsapp).and_then(|one| one.address.clone())
    }
}

impl Walk<'_> {
    pub(super) async fn send(&mut self, tx: &mut Tx, step: &Step, says: (&[Text], Way), here: &mut [&mut Walker]) -> Result<()> {
        let texts = Texts::of(says.0, says.1)?;
        let people: Vec<Contact> = here.iter().filter_map(|walker| self.people.get(&walker.run.contact_id).cloned()).collect();
        let class = if self.plan.service { Class::Service } else { Class::Marketing };
        let reach = Reach::of(tx, &texts, &people, class).await?;
        let mut ready = Vec::with_capacity(here.len());
        for walker in here.iter_mut() {
            let Some(person) = self.people.get(&walker.run.contact_id) else { continue };
            let placed = texts.place(person, &reach, &given(walker));
            let hours = self.hours(person);
            let opens = self.opens(hours.as_ref(), &placed)?;
            if opens > self.now {
                self.put_off(walker, opens);
            } else {
                ready.push(Ready { walker, placed, hours });
            }
        }
        let ready = self.in_line(tx, says.0, ready).await?;
        let ready = self.in_room(tx, ready).await?;
        let (mut written, mut said) = (Vec::new(), Vec::new());
        for Ready { walker, placed, hours } in ready {
            for one in placed {
                match one.fits {
                    Ok(known) => {
                        let message = self.written(tx, &texts, (&*walker, step, hours.clone()), (one.channel, one.address, known))?;
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

    /// Somebody whose message waits for its hour, or its day.
    fn put_off(&self, walker: &mut Walker, until: Time) {
        walker.run.heard = true;
        self.stay(walker, until);
    }

    /// Those for whose messages there is a place in line. The others are looked at a moment later.
    async fn in_line<'w>(&mut self, tx: &mut Tx, texts: &[Text], ready: Vec<Ready<'w>>) -> Result<Vec<Ready<'w>>> {
        if self.plan.service {
            return Ok(ready);
        }
        let mut places: BTreeMap<Channel, i64> = BTreeMap::new();
        // Four at the most.
        for channel in texts.iter().map(|text| text.channel) {
            let queued = messages::still_queued(tx, self.journey.id.uuid(), channel, LINE).await?;
            places.insert(channel, LINE - queued);
        }
        let (go, wait): (Vec<_>, Vec<_>) = ready.into_iter().partition(|one| {
            let fits = one.gets().all(|one| places.get(&one.channel).is_some_and(|places| *places > 0));
            if fits {
                one.gets().for_each(|one| *places.entry(one.channel).or_default() -= 1);
            }
            fits
        });
        for one in wait {
            self.full = true;
            self.stay(one.walker, self.now.after(PATIENCE));
        }
        Ok(go)
    }

    /// Those with whom the day has room to begin on WhatsApp. The others wait for it.
    async fn in_room<'w>(&self, tx: &mut Tx, ready: Vec<Ready<'w>>) -> Result<Vec<Ready<'w>>> {
        let numbers: Vec<String> = ready.iter().filter_map(Ready::number).collect();
        let (may, again) = messages::admit(tx, &numbers).await?;
        let Some(again) = again else { return Ok(ready) };
        let mut may = may.into_iter();
        let (go, wait): (Vec<_>, Vec<_>) = ready.into_iter().partition(|one| one.number().is_none() || may.next().unwrap_or(false));
        for one in wait {
            self.put_off(one.walker, again);
        }
        Ok(go)
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
        (channel, address, known): (Channel, Option<String>, Map<String, Value>),
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
