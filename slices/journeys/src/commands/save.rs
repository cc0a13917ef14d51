//! Writing a journey.

use super::state;
use crate::model::{Journey, State};
use crate::plan::{Plan, What};
use crate::rows;
use facts::{ExperimentId, Id, JourneyId, Time};
use store::{Command, Error, Json, Result, Tx};
use uuid::Uuid;

/// The longest name, in characters.
const NAME: usize = 80;

/// Makes a journey, or changes one's draft. Whoever is in it stays on the version that they entered.
#[derive(Debug, Clone)]
pub(crate) struct SaveJourney {
    /// Which; a new one where it is none.
    pub id: Option<JourneyId>,
    /// The version of the draft that is changed, where whoever changes it says so.
    pub version: Option<i64>,
    pub name: String,
    pub plan: Plan,
}

impl Command for SaveJourney {
    const NAME: &'static str = "save_journey";
    type Out = Journey;

    async fn run(&self, tx: &mut Tx) -> Result<Journey> {
        let name = name(&self.name)?;
        self.plan.check()?;
        known(tx, &self.plan).await?;
        let Some(id) = self.id else {
            let journey = Journey { id: tx.id(), name, draft: Json(self.plan.clone()), ..blank(tx.now()) };
            rows::insert(tx, &journey).await?;
            state(tx, &journey, State::Draft.as_str()).await?;
            return Ok(journey);
        };
        let mut journey = rows::held(tx, id).await?;
        if self.version.is_some_and(|version| version != journey.version) {
            return Err(Error::conflict("version", "Somebody else has changed this journey. Look at it again, and change it then."));
        }
        if journey.state == State::Ended {
            return Err(Error::conflict("journey_state", "This journey has ended: write a new one."));
        }
        journey.name = name;
        journey.draft = Json(self.plan.clone());
        journey.version += 1;
        rows::update(tx, &journey).await?;
        state(tx, &journey, State::Draft.as_str()).await?;
        Ok(journey)
    }
}

/// A journey with nothing in it.
pub(super) fn blank(now: Time) -> Journey {
    let plan = Plan {
        entry: Default::default(),
        again: Default::default(),
        goal: None,
        quiet_from: "21:00".to_owned(),
        quiet_to: "09:00".to_owned(),
        local: true,
        service: false,
        steps: Vec::new(),
    };
    Journey {
        id: JourneyId::from_uuid(Uuid::nil()),
        name: String::new(),
        state: State::Draft,
        draft: Json(plan),
        version: 1,
        live: 0,
        enters: None,
        begun_at: None,
        created_at: now,
        updated_at: now,
    }
}

/// A journey's name as it may be kept.
fn name(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > NAME || text.chars().any(char::is_control) {
        return Err(Error::field("name", format!("1 to {NAME} characters, on one line")));
    }
    Ok(text.to_owned())
}

/// Whether its segment, its lists and its endpoints are there.
async fn known(tx: &mut Tx, plan: &Plan) -> Result<()> {
    if let Some(segment) = plan.entry.segment {
        segments::segment(tx, segment).await?.ok_or_else(|| Error::field("entry", "a segment that there is"))?;
    }
    // A few at the most.
    for step in &plan.steps {
        let gone = |field: &str, says: &str| Error::field(format!("steps.{}.{field}", step.id), says.to_owned());
        match &step.what {
            What::List { list, .. } => drop(contacts::list(tx, *list).await?.ok_or_else(|| gone("list", "a list that there is"))?),
            What::Call { endpoint, .. } if !webhooks::is_there(tx, *endpoint).await? => {
                return Err(gone("endpoint", "one of the webhook endpoints that there are"));
            }
            _ => {}
        }
    }
    experiments_fit(tx, plan).await.map(drop)
}

/// Whether its splits have a share for each variant of the experiments that they name; gives these.
pub(super) async fn experiments_fit(tx: &mut Tx, plan: &Plan) -> Result<Vec<ExperimentId>> {
    let mut named = Vec::new();
    // A few at the most.
    for step in &plan.steps {
        if let What::Split { parts, experiment: Some(id) } = &step.what {
            let variants = experiments::variants(tx, *id).await?.len();
            if variants != parts.len() {
                let says = if variants == 0 { "an experiment that there is" } else { "one with as many variants as there are shares" };
                return Err(Error::field(format!("steps.{}.experiment", step.id), says));
            }
            named.push(*id);
        }
    }
    Ok(named)
}
