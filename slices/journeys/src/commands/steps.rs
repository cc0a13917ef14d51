//! A journey one step at a time, as programs write it that know campaigns with steps.

use super::save::blank;
use super::state;
use crate::model::{Journey, State};
use crate::plan::Step;
use crate::rows;
use facts::{CampaignId, Id, JourneyId};
use store::{Command, Error, Kind, Result, Tx};

/// Adds a step at the end of a journey's draft, or changes one. A campaign that gets its first step becomes a journey under the same id.
#[derive(Debug, Clone)]
pub(crate) struct PutStep {
    pub id: JourneyId,
    /// Which is changed; one is added where it is none.
    pub change: Option<String>,
    pub step: Step,
}

impl Command for PutStep {
    const NAME: &'static str = "put_step";
    type Out = Journey;

    async fn run(&self, tx: &mut Tx) -> Result<Journey> {
        let (mut journey, fresh) = match rows::held(tx, self.id).await {
            Ok(journey) => (journey, false),
            Err(error) if error.kind() == Kind::NotFound && self.change.is_none() => (self.of_campaign(tx).await?, true),
            Err(error) => return Err(error),
        };
        if journey.state == State::Ended {
            return Err(Error::conflict("journey_state", "This journey has ended: write a new one."));
        }
        let steps = &mut journey.draft.0.steps;
        match &self.change {
            None => steps.push(self.step.clone()),
            Some(id) => {
                let there = steps.iter_mut().find(|step| step.id == *id).ok_or_else(|| Error::not_found("step"))?;
                *there = Step { id: id.clone(), ..self.step.clone() };
            }
        }
        journey.draft.0.check()?;
        if fresh {
            rows::insert(tx, &journey).await?;
        } else {
            journey.version += 1;
            rows::update(tx, &journey).await?;
        }
        state(tx, &journey, State::Draft.as_str()).await?;
        Ok(journey)
    }
}

impl PutStep {
    /// A journey that has the name of the campaign with this id.
    async fn of_campaign(&self, tx: &mut Tx) -> Result<Journey> {
        let campaign = campaigns::campaign(tx, CampaignId::from_uuid(self.id.uuid())).await?;
        let campaign = campaign.ok_or_else(|| Error::not_found("journey"))?;
        Ok(Journey { id: self.id, name: campaign.name, ..blank(tx.now()) })
    }
}
