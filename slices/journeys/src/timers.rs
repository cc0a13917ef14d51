//! What journeys do by the clock. Killed anywhere, each goes on with the page that was not committed.

use crate::model::State;
use crate::people::{Comes, Place, enter};
use crate::{over, queries, rows, walk};
use facts::{ContactId, EnrolmentId, JourneyId};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Result, Timer, Tx};

/// People of an audience who are led in by one commit.
const PAGE: i64 = 500;
/// How long a segment is waited for that is still going through its people.
const PATIENCE: Duration = Duration::from_secs(2);

/// Walks whoever is due on.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct WalkJourney {
    pub journey_id: JourneyId,
}

impl Timer for WalkJourney {
    const NAME: &'static str = "walk_journey";

    fn key(&self) -> String {
        self.journey_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let journey = queries::found(tx, self.journey_id).await?;
        match walk::page(tx, &journey).await? {
            Some(next) => tx.at_latest(next, WalkJourney { journey_id: journey.id }).await,
            None => Ok(()),
        }
    }
}

/// Puts whoever is on an earlier version onto this one.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BringOver {
    pub journey_id: JourneyId,
    /// The version that they come to. When another was begun meanwhile, they stay where they are.
    pub number: i64,
    /// Up to whom it has looked.
    pub after: Option<Place>,
}

impl Timer for BringOver {
    const NAME: &'static str = "bring_over";

    fn key(&self) -> String {
        self.journey_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let journey = queries::found(tx, self.journey_id).await?;
        if journey.live != self.number || journey.state == State::Ended {
            return Ok(());
        }
        match over::page(tx, &journey, self.after).await? {
            Some(after) => tx.at(tx.now(), BringOver { after: Some(after), ..*self }).await,
            None => Ok(()),
        }
    }
}

/// Leads a page of an audience in.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LeadIn {
    pub enrolment_id: EnrolmentId,
}

impl Timer for LeadIn {
    const NAME: &'static str = "lead_in";

    fn key(&self) -> String {
        self.enrolment_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let Some(mut one) = rows::held_enrolment(tx, self.enrolment_id).await?.filter(|one| one.done_at.is_none()) else { return Ok(()) };
        let again = LeadIn { enrolment_id: one.id };
        if !campaigns::is_known(tx, &one.audience.0).await? {
            return tx.at(tx.now().after(PATIENCE), again).await;
        }
        let journey = queries::found(tx, one.journey_id).await?;
        let page = campaigns::people(tx, &one.audience.0, one.after_id, PAGE).await?;
        let people: Vec<ContactId> = page.people.iter().map(|person| person.id).collect();
        if matches!(journey.state, State::Active | State::Paused) {
            let plan = queries::plan(tx, journey.id, journey.live).await?;
            let entered = enter(tx, &journey, &plan, &Comes::by_hand(&people, tx.now()), &one.given.0).await?;
            one.entered += i64::try_from(entered.len()).unwrap_or(0);
        }
        one.looked_at += i64::try_from(people.len()).unwrap_or(0);
        one.after_id = page.last;
        one.done_at = page.whole.then(|| tx.now());
        rows::put_enrolment(tx, &one).await?;
        if page.whole { Ok(()) } else { tx.at(tx.now(), again).await }
    }
}
