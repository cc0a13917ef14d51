//! A campaign that says one thing to some and another to others, by an experiment. Who gets what is settled by the experiment's own function of the two
//! ids, when the audience is frozen and again when a message is written; who meets it is noted in the commit that writes it.

use crate::model::{Campaign, Text};
use crate::outreach::{Placed, Reach, Texts};
use contacts::Contact;
use experiments::{State, Variant, variant_of};
use facts::messages::Channel;
use facts::{CampaignId, ContactId, ExperimentId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use store::{Error, Json, Look, Result, Tx, params, sql};
use utoipa::ToSchema;

/// Why somebody is left out who fell to a variant that gets nothing.
pub(crate) const HOLDOUT: &str = "holdout";

/// What a campaign says to those who fall to a variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CampaignVariation)]
pub(crate) struct Variation {
    /// The variant's name.
    #[schema(example = "B")]
    pub name: String,
    /// What it says, on the campaign's own channels in their order.
    pub contents: Vec<Text>,
}

/// By which experiment a campaign's people are shared out, and what it says to whom.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Compared {
    pub experiment_id: ExperimentId,
    /// What is said to those who fall to a variant that is not named here is what the campaign itself says.
    pub variations: Json<Vec<Variation>>,
}

/// The experiment of a campaign, where it has one.
pub(crate) async fn of(look: &mut impl Look, id: CampaignId) -> Result<Option<Compared>> {
    look.maybe(
        sql!("SELECT experiment_id, variations FROM campaign_experiments WHERE tenant_id = $1 AND campaign_id = $2"),
        params![look.tenant(), id],
    )
    .await
}

/// Gives a campaign its experiment, in place of the one that it had.
pub(crate) async fn put(tx: &mut Tx, id: CampaignId, compared: &Compared) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO campaign_experiments (tenant_id, campaign_id, experiment_id, variations) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, campaign_id) DO UPDATE SET experiment_id = excluded.experiment_id, variations = excluded.variations"
        ),
        params![tx.tenant(), id, compared.experiment_id, json!(compared.variations.0)],
    )
    .await
}

/// Takes a campaign's experiment away.
pub(crate) async fn delete(tx: &mut Tx, id: CampaignId) -> Result<()> {
    tx.put(sql!("DELETE FROM campaign_experiments WHERE tenant_id = $1 AND campaign_id = $2"), params![tx.tenant(), id]).await
}

/// Whether a campaign may be frozen: it has no experiment, or one that runs and fits what it says.
///
/// # Errors
/// `experiment_state`; a field error where a variation does not fit.
pub(crate) async fn ready(tx: &mut Tx, campaign: &Campaign) -> Result<()> {
    let Some(compared) = of(tx, campaign.id).await? else { return Ok(()) };
    if experiments::state(tx, compared.experiment_id).await? != Some(State::Running) {
        let says = "The experiment that shares out this campaign's people does not run: start it, or take it out of the campaign.";
        return Err(Error::conflict("experiment_state", says));
    }
    compared.fits(campaign, &experiments::variants(tx, compared.experiment_id).await?)
}

impl Compared {
    /// Whether its variations are those of an experiment, and say something on each channel of a campaign.
    ///
    /// # Errors
    /// The field.
    pub fn fits(&self, campaign: &Campaign, variants: &[Variant]) -> Result<()> {
        if variants.is_empty() {
            return Err(Error::field("experiment_id", "an experiment that there is"));
        }
        let channels = |texts: &[Text]| texts.iter().map(|text| text.channel).collect::<Vec<Channel>>();
        for (at, variation) in self.variations.0.iter().enumerate() {
            let field = |part: &str| format!("variants[{at}].{part}");
            let again = self.variations.0.iter().take(at).any(|other| other.name == variation.name);
            if again || !variants.iter().any(|variant| variant.name == variation.name && !variant.holdout) {
                return Err(Error::field(field("name"), "the name of a variant that gets something, each once"));
            }
            if channels(&variation.contents) != channels(&campaign.contents.0) {
                return Err(Error::field(field("contents"), "a text for each channel of the campaign, in their order"));
            }
            for text in &variation.contents {
                text.content.check(text.channel).map_err(|error| Error::field(field("contents"), error.message()))?;
            }
        }
        Ok(())
    }
}

/// What a campaign says to whom, read once for many people.
pub(crate) struct Said<'c> {
    experiment: Option<ExperimentId>,
    weights: Vec<u32>,
    /// By variant: whether it gets nothing, and its text; one alone where there is no experiment.
    all: Vec<(bool, Texts<'c>)>,
}

impl<'c> Said<'c> {
    /// That of a campaign.
    ///
    /// # Errors
    /// A text that cannot be read; whatever the engine refuses.
    pub async fn of(look: &mut impl Look, campaign: &'c Campaign, compared: Option<&'c Compared>) -> Result<Self> {
        let own = campaign.contents.0.as_slice();
        let Some(compared) = compared else {
            return Ok(Self { experiment: None, weights: vec![1], all: vec![(false, Texts::of(own, campaign.way)?)] });
        };
        let variants = experiments::variants(look, compared.experiment_id).await?;
        let text = |variant: &Variant| {
            let variation = compared.variations.0.iter().find(|variation| variation.name == variant.name);
            let said = variation.map_or(own, |variation| variation.contents.as_slice());
            Ok((variant.holdout, Texts::of(said, campaign.way)?))
        };
        let all = variants.iter().map(text).collect::<Result<_>>()?;
        let weights = variants.iter().map(|variant| variant.weight).collect();
        Ok(Self { experiment: Some(compared.experiment_id), weights, all })
    }

    /// What somebody falls to.
    ///
    /// # Errors
    /// An internal one: the experiment has no variants.
    fn share(&self, person: ContactId) -> Result<&(bool, Texts<'c>)> {
        let place = self.experiment.map_or(0, |experiment| variant_of(experiment, person, &self.weights));
        self.all.get(place).ok_or_else(|| Error::internal("a campaign's experiment has no variants"))
    }

    /// What is said to somebody.
    ///
    /// # Errors
    /// As [`Said::share`].
    pub fn to(&self, person: ContactId) -> Result<&Texts<'c>> {
        self.share(person).map(|(_, texts)| texts)
    }

    /// Where somebody gets what they fall to, or why they do not: at least one answer. Whoever a variant could not be written to is left out whatever they
    /// fall to, so that the variants are held against each other by the same people.
    ///
    /// # Errors
    /// As [`Said::share`].
    pub fn place(&self, person: &Contact, reach: &Reach) -> Result<Vec<Placed>> {
        let own = self.to(person.id)?.place(person, reach, &Map::new());
        if self.experiment.is_none() {
            return Ok(own);
        }
        let texts = self.all.iter().filter(|(holdout, _)| !holdout).map(|(_, texts)| texts);
        let mut placed = texts.map(|texts| texts.place(person, reach, &Map::new()));
        Ok(placed.find(|placed| placed.iter().all(|one| one.fits.is_err())).unwrap_or(own))
    }

    /// Notes that these people meet what they fall to; tells of each in turn whether they are to get nothing. Nothing is noted where the experiment was
    /// stopped meanwhile: who gets what stays as it was frozen.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn meet(&self, tx: &mut Tx, people: &[ContactId]) -> Result<Vec<bool>> {
        let Some(experiment) = self.experiment else { return Ok(vec![false; people.len()]) };
        experiments::expose(tx, experiment, people).await?;
        people.iter().map(|person| self.share(*person).map(|(holdout, _)| *holdout)).collect()
    }
}
