//! Starting an experiment, stopping it, choosing a variant.

use super::state;
use crate::figures::Figures;
use crate::model::{Known, State, Whole};
use crate::rules::{self, Act};
use crate::{price, queries, rows};
use facts::ExperimentId;
use facts::experiments::ExperimentDecided;
use store::{Command, Error, Json, Result, Tx};

/// Starts an experiment, or stops it.
#[derive(Debug, Clone)]
pub(crate) struct MoveExperiment {
    pub id: ExperimentId,
    pub act: Act,
}

impl Command for MoveExperiment {
    const NAME: &'static str = "move_experiment";
    type Out = Whole;

    async fn run(&self, tx: &mut Tx) -> Result<Whole> {
        let mut experiment = rows::held(tx, self.id).await?;
        experiment.state = rules::after(experiment.state, self.act)?;
        match experiment.state {
            State::Running => experiment.started_at = Some(tx.now()),
            State::Stopped => experiment.stopped_at = Some(tx.now()),
            State::Draft => {}
        }
        rows::put(tx, &experiment).await?;
        state(tx, &experiment, experiment.state.as_str()).await?;
        let whole = Whole { experiment, variants: queries::variants(tx, self.id).await? };
        match self.act {
            Act::Start => price::begin(tx, &whole).await?,
            _ => price::end(tx, &whole.experiment).await?,
        }
        Ok(whole)
    }
}

/// Chooses the variant that everybody gets from now on, with what is known by then. An experiment that runs is stopped by it.
#[derive(Debug, Clone)]
pub(crate) struct Decide {
    pub id: ExperimentId,
    /// The variant's name.
    pub variant: String,
}

impl Command for Decide {
    const NAME: &'static str = "decide_experiment";
    type Out = Whole;

    async fn run(&self, tx: &mut Tx) -> Result<Whole> {
        let experiment = rows::held(tx, self.id).await?;
        let before = experiment.state;
        let after = rules::after(before, Act::Decide)?;
        let mut whole = Whole { experiment, variants: queries::variants(tx, self.id).await? };
        let Some(chosen) = whole.variants.iter().find(|variant| variant.name == self.variant).cloned() else {
            return Err(Error::field("variant", "the name of one of its variants"));
        };
        let verdict = Figures::of(&whole).verdict;
        let counts = whole.variants.iter().map(|variant| (variant.exposed, variant.converted)).collect();
        let experiment = &mut whole.experiment;
        experiment.state = after;
        experiment.chosen = Some(chosen.place);
        experiment.known = Some(Json(Known { verdict, counts }));
        experiment.decided_at = Some(tx.now());
        experiment.stopped_at = experiment.stopped_at.or(Some(tx.now()));
        rows::put(tx, experiment).await?;
        price::end(tx, experiment).await?;
        if before != after {
            state(tx, experiment, after.as_str()).await?;
        }
        tx.state(ExperimentDecided {
            experiment_id: experiment.id,
            name: experiment.name.clone(),
            variant: chosen.name,
            verdict: verdict.as_str().to_owned(),
        })
        .await?;
        Ok(whole)
    }
}

/// Takes a draft away.
pub(crate) struct DeleteExperiment(pub ExperimentId);

impl Command for DeleteExperiment {
    const NAME: &'static str = "delete_experiment";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let experiment = rows::held(tx, self.0).await?;
        rules::after(experiment.state, Act::Change)?;
        rows::delete(tx, experiment.id).await?;
        state(tx, &experiment, "deleted").await
    }
}
