//! An experiment as the API shows it, and as it is asked for.

use crate::commands::{NewVariant, SaveExperiment};
use crate::figures::{Between, Figures, brought, rate_bps};
use crate::model::{State, Subject, Verdict, Whole};
use crate::price::NewPrices;
use facts::{ExperimentId, Money, Time};
use serde::{Deserialize, Serialize};
use store::{Error, Result};
use utoipa::ToSchema;

/// A comparison of variants of one thing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Experiment)]
pub(super) struct ExperimentView {
    #[schema(value_type = String, example = "exp_01h2xcejqtf2nbrexx3vqjhp41")]
    id: ExperimentId,
    name: String,
    /// What kind of thing is compared: `campaign`, `journey`, `shop` or `other`.
    #[schema(value_type = String, example = "shop")]
    subject: Subject,
    /// The id of what is compared, where it has one.
    about: Option<String>,
    /// What people are to do.
    #[schema(example = "order.paid")]
    goal: String,
    /// Within how many days of meeting a variant.
    within_days: i64,
    /// How many must have met each variant before anything is said.
    minimum: i64,
    /// The smallest difference that matters, in hundredths of a percentage point; of prices, in hundredths of a percent of the highest.
    matters_bps: i64,
    /// The product of the shop whose prices are compared; null where something else is.
    product: Option<String>,
    /// `draft`, `running` or `stopped`.
    #[schema(value_type = String, example = "running")]
    state: State,
    /// `too_few`, `ratio_off`, `no_winner_yet`, `no_difference` or `winner`. It may be looked at at any time: of experiments without a difference one
    /// in twenty at the most ever says `winner`.
    #[schema(value_type = String, example = "no_winner_yet")]
    verdict: Verdict,
    /// The variant that is better, where one is.
    winner: Option<String>,
    /// The verdict as a sentence.
    #[schema(example = "No winner yet: B is between 1.2 points worse and 3.4 better than A.")]
    says: String,
    /// The first is the control.
    variants: Vec<VariantView>,
    /// What somebody chose; null where nobody has.
    decision: Option<DecisionView>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    stopped_at: Option<Time>,
}

/// A variant with what is counted of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExperimentVariant)]
struct VariantView {
    name: String,
    weight: u32,
    /// Whether whoever falls to it gets nothing.
    holdout: bool,
    /// How many met it.
    exposed: i64,
    /// How many of them did what it is for in time.
    converted: i64,
    /// The same as a share, in hundredths of a percent.
    rate_bps: i64,
    /// What it asks for the product, where prices are compared.
    #[schema(value_type = Option<web::MoneyShape>)]
    price: Option<Money>,
    /// What each who met that price brought on average: by that prices are compared, and not by how many bought.
    #[schema(value_type = Option<web::MoneyShape>)]
    brought: Option<Money>,
    /// By how much it is better than the control; null for the control itself.
    against_control: Option<BetweenView>,
}

/// At the least and at the most, in hundredths of a percentage point; of prices, in hundredths of a percent of the highest, for each who met it. Below
/// zero is worse.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExperimentInterval)]
struct BetweenView {
    low_bps: i64,
    high_bps: i64,
}

/// The variant that was chosen for everybody, and what was known by then.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExperimentDecision)]
struct DecisionView {
    variant: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Time>,
    /// What the experiment said then.
    #[schema(value_type = Option<String>)]
    verdict: Option<Verdict>,
    /// How many had met each variant then, in the order of `variants`.
    exposed: Vec<i64>,
    /// How many of them had done it.
    converted: Vec<i64>,
}

impl From<Whole> for ExperimentView {
    fn from(whole: Whole) -> Self {
        let figures = Figures::of(&whole);
        let says = figures.says(&whole);
        let winner = figures.winner.and_then(|place| whole.variants.get(place)).map(|variant| variant.name.clone());
        let decision = decision(&whole);
        let variants = variants(&whole, &figures);
        let Whole { experiment, .. } = whole;
        Self {
            id: experiment.id,
            name: experiment.name,
            subject: experiment.subject,
            about: experiment.about,
            goal: experiment.goal,
            within_days: experiment.within_days,
            minimum: experiment.minimum,
            matters_bps: experiment.matters_bps,
            product: experiment.prices.map(|prices| prices.0.product),
            state: experiment.state,
            verdict: figures.verdict,
            winner,
            says,
            variants,
            decision,
            created_at: experiment.created_at,
            started_at: experiment.started_at,
            stopped_at: experiment.stopped_at,
        }
    }
}

fn variants(whole: &Whole, figures: &Figures) -> Vec<VariantView> {
    let prices = whole.experiment.prices.as_ref().map(|prices| &prices.0);
    let against = |place: usize| figures.against.get(place).copied().flatten();
    let variant = |(place, variant): (usize, &crate::Variant)| VariantView {
        name: variant.name.clone(),
        weight: variant.weight,
        holdout: variant.holdout,
        exposed: variant.exposed,
        converted: variant.converted,
        rate_bps: rate_bps(variant),
        price: prices.map(|prices| prices.at(place)),
        brought: brought(whole, place),
        against_control: against(place).map(|Between { low_bps, high_bps }| BetweenView { low_bps, high_bps }),
    };
    whole.variants.iter().enumerate().map(variant).collect()
}

fn decision(whole: &Whole) -> Option<DecisionView> {
    let variant = whole.name_of(whole.experiment.chosen?)?.to_owned();
    let known = whole.experiment.known.as_ref().map(|known| &known.0);
    let (exposed, converted) = known.map(|known| known.counts.iter().copied().unzip()).unwrap_or_default();
    Some(DecisionView { variant, at: whole.experiment.decided_at, verdict: known.map(|known| known.verdict), exposed, converted })
}

/// An experiment, as it is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewExperiment)]
pub(super) struct Asked {
    /// What it is called, 1 to 80 characters.
    #[schema(example = "Price of the starter box")]
    name: String,
    /// `campaign`, `journey`, `shop` or `other`.
    #[schema(value_type = String, example = "shop")]
    subject: Subject,
    /// The id of what is compared, where it has one.
    #[serde(default)]
    about: Option<String>,
    /// What people are to do, as segments name it.
    #[schema(example = "order.paid")]
    goal: String,
    /// Within how many days of meeting a variant, 1 to 90; 7 when not said.
    #[serde(default = "week")]
    within_days: i64,
    /// How many must have met each variant before anything is said, 20 or more; 100 when not said.
    #[serde(default = "hundred")]
    minimum: i64,
    /// The smallest difference that matters, in hundredths of a percentage point; 100, which is one point, when not said.
    #[serde(default = "hundred")]
    matters_bps: i64,
    /// 2 to 6 of them; the first is the control.
    variants: Vec<AskedVariant>,
    /// The product of the shop whose prices are compared, by its name in addresses: each variant then says its `price`, the control what it costs now.
    /// From the start on, each browser in the shop is asked the price that it falls to.
    #[serde(default)]
    #[schema(example = "starter")]
    product: Option<String>,
}

/// A variant, as it is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewExperimentVariant)]
struct AskedVariant {
    #[schema(example = "A")]
    name: String,
    /// How much of all people it gets, against the others' weights: 1 to 1,000; 1 when not said.
    #[serde(default = "one")]
    weight: u32,
    /// Whether whoever falls to it gets nothing. At most one does.
    #[serde(default)]
    holdout: bool,
    /// What it asks for the product, where prices are compared.
    #[serde(default)]
    #[schema(value_type = Option<web::MoneyShape>)]
    price: Option<Money>,
}

fn week() -> i64 {
    7
}

fn hundred() -> i64 {
    100
}

fn one() -> u32 {
    1
}

impl Asked {
    /// The command that it asks for.
    ///
    /// # Errors
    /// Prices that are not of one currency, or not there.
    pub fn save(self, id: Option<ExperimentId>) -> Result<SaveExperiment> {
        let Asked { name, subject, about, goal, within_days, minimum, matters_bps, variants, product } = self;
        let prices = prices(product, &variants)?;
        let variant = |AskedVariant { name, weight, holdout, .. }| NewVariant { name, weight, holdout };
        let variants = variants.into_iter().map(variant).collect();
        Ok(SaveExperiment { id, name, subject, about, goal, within_days, minimum, matters_bps, variants, prices })
    }
}

fn prices(product: Option<String>, variants: &[AskedVariant]) -> Result<Option<NewPrices>> {
    let said: Vec<Money> = variants.iter().filter_map(|variant| variant.price).collect();
    let Some(product) = product else {
        let nothing = said.is_empty();
        return if nothing { Ok(None) } else { Err(Error::field("product", "the product that these prices are of")) };
    };
    let currency = said.first().map(|price| price.currency).filter(|currency| said.iter().all(|price| price.currency == *currency));
    let Some(currency) = currency.filter(|_| said.len() == variants.len()) else {
        return Err(Error::field("prices", "one for each variant, all in one currency"));
    };
    Ok(Some(NewPrices { product, currency, amounts: said.iter().map(|price| price.minor).collect() }))
}
