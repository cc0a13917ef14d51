//! Writing an experiment.

use super::state;
use crate::model::{Experiment, State, Subject, Variant, Whole};
use crate::price::{self, NewPrices};
use crate::rows;
use crate::rules::{self, Act, DAYS, MATTERS, MINIMUM, VARIANTS, WEIGHT, within};
use facts::ExperimentId;
use store::{Command, Error, Result, Tx};

/// The longest name of an experiment, and of the id of what it is about, in characters.
const NAME: usize = 80;
/// The longest name of a variant, in characters.
const VARIANT_NAME: usize = 40;

/// Makes an experiment, or changes a draft.
#[derive(Debug, Clone)]
pub(crate) struct SaveExperiment {
    /// Which; a new one where it is none.
    pub id: Option<ExperimentId>,
    pub name: String,
    pub subject: Subject,
    pub about: Option<String>,
    pub goal: String,
    pub within_days: i64,
    pub minimum: i64,
    pub matters_bps: i64,
    /// In their order; the first is the control.
    pub variants: Vec<NewVariant>,
    /// What each asks for a product of the shop, where that is compared.
    pub prices: Option<NewPrices>,
}

/// A variant, as it is asked for.
#[derive(Debug, Clone)]
pub(crate) struct NewVariant {
    pub name: String,
    pub weight: u32,
    pub holdout: bool,
}

impl Command for SaveExperiment {
    const NAME: &'static str = "save_experiment";
    type Out = Whole;

    async fn run(&self, tx: &mut Tx) -> Result<Whole> {
        let before = match self.id {
            Some(id) => Some(rows::held(tx, id).await?),
            None => None,
        };
        let from = before.as_ref().map_or(State::Draft, |experiment| experiment.state);
        let experiment = Experiment {
            id: before.as_ref().map_or_else(|| tx.id(), |experiment| experiment.id),
            state: rules::after(from, Act::Change)?,
            created_at: before.map_or(tx.now(), |experiment| experiment.created_at),
            ..self.said()?
        };
        let variants = self.variants(experiment.id)?;
        let mut whole = Whole { experiment, variants };
        if let Some(prices) = &self.prices {
            price::settle(tx, prices, &mut whole).await?;
        }
        rows::put(tx, &whole.experiment).await?;
        rows::put_variants(tx, whole.experiment.id, &whole.variants).await?;
        state(tx, &whole.experiment, whole.experiment.state.as_str()).await?;
        Ok(whole)
    }
}

impl SaveExperiment {
    /// What was said of it, as it may be kept.
    fn said(&self) -> Result<Experiment> {
        if !segments::is_deed(&self.goal) {
            return Err(Error::field("goal", segments::deed_names()));
        }
        let about = self.about.as_deref().map(str::trim).filter(|about| !about.is_empty());
        Ok(Experiment {
            id: facts::Id::from_uuid(uuid::Uuid::nil()),
            name: rules::name("name", &self.name, NAME)?,
            subject: self.subject,
            about: about.map(|about| rules::name("about", about, NAME)).transpose()?,
            goal: self.goal.clone(),
            within_days: within("within_days", self.within_days, &DAYS)?,
            minimum: within("minimum", self.minimum, &MINIMUM)?,
            matters_bps: within("matters_bps", self.matters_bps, &MATTERS)?,
            prices: None,
            state: State::Draft,
            chosen: None,
            known: None,
            created_at: facts::Time(0),
            started_at: None,
            stopped_at: None,
            decided_at: None,
        })
    }

    fn variants(&self, experiment_id: ExperimentId) -> Result<Vec<Variant>> {
        if !VARIANTS.contains(&self.variants.len()) {
            return Err(Error::field("variants", format!("{} to {} of them, the first the control", VARIANTS.start(), VARIANTS.end())));
        }
        if self.variants.iter().filter(|variant| variant.holdout).count() > 1 {
            return Err(Error::field("variants", "at most one that gets nothing"));
        }
        let mut all: Vec<Variant> = Vec::new();
        for (at, variant) in self.variants.iter().enumerate() {
            let field = |part: &str| format!("variants[{at}].{part}");
            let name = rules::name(&field("name"), &variant.name, VARIANT_NAME)?;
            if all.iter().any(|other| other.name == name) {
                return Err(Error::field(field("name"), "a name that no other variant has"));
            }
            let weight = within(&field("weight"), variant.weight, &WEIGHT)?;
            let place = i64::try_from(at).unwrap_or(0);
            all.push(Variant { experiment_id, place, name, weight, holdout: variant.holdout, exposed: 0, converted: 0 });
        }
        Ok(all)
    }
}
