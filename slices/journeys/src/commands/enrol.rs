//! Leading people in by hand or by a program, and out.

use crate::model::{Enrolment, How, Journey, State};
use crate::people::{self, Comes};
use crate::timers::LeadIn;
use crate::{queries, rows};
use campaigns::Audience;
use facts::{ContactId, JourneyId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{Command, Error, Json, Look, Result, Tx};

/// The most people who are led in by one call.
const MOST: usize = 1_000;

/// Leads people in.
#[derive(Debug, Clone)]
pub(crate) struct Enrol {
    pub id: JourneyId,
    pub people: Vec<ContactId>,
    /// What texts are filled in with besides what is known of them.
    pub given: Map<String, Value>,
}

/// Who was led in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Enrolled {
    pub entered: Vec<ContactId>,
}

impl Command for Enrol {
    const NAME: &'static str = "enrol";
    type Out = Enrolled;

    async fn run(&self, tx: &mut Tx) -> Result<Enrolled> {
        if self.people.is_empty() || self.people.len() > MOST {
            return Err(Error::field("contact_ids", format!("1 to {MOST} people; lead in an audience where there are more")));
        }
        let journey = open(tx, self.id).await?;
        let known = contacts::known(tx, &self.people).await?;
        if let Some(nobody) = self.people.iter().find(|person| !known.contains_key(person)) {
            return Err(Error::field("contact_ids", format!("There is no contact {nobody}.")));
        }
        let plan = queries::plan(tx, journey.id, journey.live).await?;
        let entered = people::enter(tx, &journey, &plan, &Comes::by_hand(&self.people, tx.now()), &self.given).await?;
        Ok(Enrolled { entered: entered.into_iter().map(|run| run.contact_id).collect() })
    }
}

/// A journey that people may enter.
async fn open(look: &mut impl Look, id: JourneyId) -> Result<Journey> {
    let journey = queries::found(look, id).await?;
    match journey.state {
        State::Active | State::Paused => Ok(journey),
        State::Draft => Err(Error::conflict("journey_state", "This journey was never begun: begin it, and lead people in then.")),
        State::Ended => Err(Error::conflict("journey_state", "This journey has ended: nobody enters it any more.")),
    }
}

/// Leads an audience in, page by page.
#[derive(Debug, Clone)]
pub(crate) struct EnrolAudience {
    pub id: JourneyId,
    pub audience: Audience,
    pub given: Map<String, Value>,
}

impl Command for EnrolAudience {
    const NAME: &'static str = "enrol_audience";
    type Out = Enrolment;

    async fn run(&self, tx: &mut Tx) -> Result<Enrolment> {
        let journey = open(tx, self.id).await?;
        let enrolment = Enrolment {
            id: tx.id(),
            journey_id: journey.id,
            audience: Json(campaigns::known_audience(tx, self.audience.clone()).await?),
            given: Json(self.given.clone()),
            after_id: None,
            looked_at: 0,
            entered: 0,
            done_at: None,
            created_at: tx.now(),
        };
        rows::put_enrolment(tx, &enrolment).await?;
        tx.at(tx.now(), LeadIn { enrolment_id: enrolment.id }).await?;
        Ok(enrolment)
    }
}

/// Leads somebody out.
#[derive(Debug, Clone)]
pub(crate) struct TakeOut {
    pub id: JourneyId,
    pub contact: ContactId,
}

impl Command for TakeOut {
    const NAME: &'static str = "take_out_of_journey";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let mut all = people::of_contact(tx, self.contact).await?;
        all.retain(|run| run.journey_id == self.id);
        if all.is_empty() {
            return Err(Error::conflict("not_inside", "They are not in this journey."));
        }
        people::end(tx, &mut all, How::TakenOut).await
    }
}
